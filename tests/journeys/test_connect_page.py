"""docs/connect.md: what stands there works as it stands."""

from __future__ import annotations

import asyncio
import logging
import re
import shlex
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kwartier.cli.website import PlaceOptions, settings_of, website, website_served
from kwartier.configuration import Configuration, configured
from kwartier.office import open_office
from kwartier.office.invitations import invite
from kwartier.registry.customers import CustomerChange
from kwartier.store import open_store
from kwartier.vocabulary.provider import FLUVIUS
from support.asgi import AppClient
from support.cli import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "connect.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_its_commands_invite_and_the_links_lead_to_the_page_in_a_site_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id,expect\nc-2,1\nc-3,\n")
    cli = Cli(tmp_path, {}, capsys)
    *commands, last = block("sh").splitlines()
    for command in commands:
        cli(*shlex.split(command)[1:])
    assert (tmp_path / "codes" / "c-1001.png").exists()
    assert len((tmp_path / "letters" / "invitations.csv").read_text().splitlines()) == 3
    names: dict[str, Any] = {}
    exec(compile(block("python"), "connect.md", "exec"), names)  # noqa: S102
    client = AppClient(names["site"])
    links = [one["link"] for one in cli.json("invitations")]
    token = links[0].rpartition("/")[2]
    page = client.get(f"/share/{token}")
    assert page.status_code == 200
    assert "Noor Dewaele" in page.text
    cli(*shlex.split(last)[1:])
    assert client.get(f"/share/{token}").status_code == 410


def test_its_settings_can_be_read() -> None:
    settings = configured(tomllib.loads(block("toml")), called="connect.md")
    assert settings.connect.wording == "2026-1"
    assert settings.web.name == "Zonnewende"


def test_its_pictures_and_links_are_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / target).exists(), target


def test_it_is_served_beside_the_console_and_no_log_tells_of_a_link(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "kwartier.duckdb"
    with open_store(path, create=True) as store:
        change = CustomerChange(customer_id="c-1")
        store.change_customers([change], provider=FLUVIUS, now=datetime(2026, 1, 1, tzinfo=UTC))
    invited = invite(open_office(path), "c-1", provider=FLUVIUS, at=datetime.now(UTC))
    token = invited.invitation.token
    configuration = Configuration()
    place = PlaceOptions(port=0)
    site = website(
        configuration, settings_of(configuration, place), store=open_store(path), path=path
    )

    async def visit() -> list[httpx.Response]:
        async with website_served(site) as address, httpx.AsyncClient() as client:
            return [
                await client.get(f"{address}/connect/{token}"),
                await client.post(f"{address}/connect/{token}"),
                await client.get(f"{address}/connect/{token}/done"),
                await client.get(f"{address}/"),
            ]

    with caplog.at_level(logging.DEBUG):
        page, failed, _, console = asyncio.run(visit())
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert failed.status_code == 503, "no credentials are set"
    assert console.status_code == 303
    told = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert any(one.name == "kwartier.connect" for one in told)
    assert not any(token in one.getMessage() for one in told)
