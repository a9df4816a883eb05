"""The website: the API beside the page for customers and the console."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kwartier.cli.website import website
from kwartier.configuration import Configuration
from kwartier.office import open_office
from kwartier.office.api_keys import add_api_key
from kwartier.web.settings import WebSettings
from support.asgi import AppClient
from support.stores import empty_store


def test_the_api_is_part_of_it_and_tells_links_as_customers_reach_them(tmp_path: Path) -> None:
    path = tmp_path / "kwartier.duckdb"
    settings = WebSettings(public_url="https://energy.example")
    site = website(Configuration(), settings, store=empty_store(path), path=path)
    client = AppClient(site.app)
    assert client.get("/api/v1/health").json()["status"] == "ok"
    assert client.get("/api/v1/openapi.json").json()["servers"] == [{"url": "/api/v1"}]
    assert client.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    made = add_api_key(
        open_office(path),
        name="crm",
        scopes=["customers:read", "customers:write", "invitations:write"],
        at=datetime.now(UTC),
    )
    headers = {"authorization": f"Bearer {made.text}"}
    starting = client.get("/api/v1/customers", headers=headers)
    assert (starting.status_code, starting.headers["retry-after"]) == (503, "5")
    site.board.refresh()
    assert client.get("/api/v1/customers", headers=headers).json()["total"] == 0
    added = client.request("PUT", "/api/v1/customers/c-1", headers=headers, json={})
    assert added.status_code == 201
    invited = client.post("/api/v1/customers/c-1/invitations", headers=headers)
    assert invited.json()["url"].startswith("https://energy.example/connect/")
