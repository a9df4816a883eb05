"""`kwartier console` and `kwartier serve` with its pages, as colleagues meet them."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from kwartier.office import open_office
from kwartier.office.access_log import accesses, note_access
from support.cli import Cli
from support.console import form_token
from support.served import Served

POINT = "541440110000000207"


@contextmanager
def running(cli: Cli) -> Iterator[str]:
    """Its address, while `kwartier console` runs."""
    with cli.start("console", "--port", "0") as process:
        try:
            assert process.stdout is not None
            found = re.search(r"Serving (http://\S+):", process.stdout.readline())
            assert found is not None
            yield found[1]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
    assert process.returncode == 0


def sign_in(client: httpx.Client, name: str, password: str) -> None:
    fields = {"name": name, "password": password, "next": "/account"}
    token = form_token(client.get("/sign-in"))
    answer = client.post("/sign-in", data=fields | {"form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


def note_looks(cli: Cli, *days: int) -> None:
    """Somebody looked so many days ago."""
    for each in days:
        note_access(
            open_office(cli.store),
            at=datetime.now(UTC) - timedelta(days=each),
            actor="Long ago",
            action=f"looked {each} days ago",
        )


def looks(cli: Cli) -> list[str]:
    return [one.action for one in accesses(open_office(cli.store), actor="Long ago")]


def test_a_colleague_who_was_added_signs_in(cli: Cli) -> None:
    made = cli.json("users", "add", "An Peeters", "--role", "operator", "--generate")
    note_looks(cli, 1100, 1090)
    with running(cli) as address, httpx.Client(base_url=address) as client:
        sign_in(client, "An Peeters", made["password"])
        assert "Operator" in client.get("/account").text
        assert looks(cli) == ["looked 1090 days ago"], "three years are kept"
        cli("users", "disable", "An Peeters")
        assert client.get("/account").status_code == 303
        [user] = cli.json("users", "list")
        assert (user["name"], user["disabled_at"] is None) == ("An Peeters", False)


def test_serve_shows_the_pages_and_fetches_at_once_what_an_operator_asks_for(
    tmp_path: Path, cli: Cli
) -> None:
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", POINT, "--from", "2026-11-18")
    made = cli.json("users", "add", "Oscar", "--role", "operator", "--generate")
    config = tmp_path / "kwartier.toml"
    config.write_text(
        f"[store]\npath = '{cli.store}'\n[service]\nport = 0\nkeep_access_log = '30d'\n"
        "[web]\nenabled = true\nport = 0\n"
    )
    note_looks(cli, 31, 29)
    served = Served(config, cli.env)
    try:
        address = served.wait_for("pages")["address"]
        assert httpx.get(address).headers["location"] == "/sign-in"
        assert httpx.get(served.url + "/health").json()["status"] == "ok"
        assert served.wait_for("sync_finished")["inserted"] > 0
        assert looks(cli) == ["looked 29 days ago"]
        with httpx.Client(base_url=address) as client:
            sign_in(client, "Oscar", made["password"])
            page = f"/customers/c-1/points/{POINT}"
            sent = {"form_token": form_token(client.get(page))}
            assert "within a minute" in client.post(f"{page}/fetch", data=sent).text
        fetched = served.wait_for("fetch_finished")
        assert fetched["metering_points"] == 1
        assert fetched["requests"] > 0, "settled or not"
        assert served.stop() == 0
    finally:
        served.kill()
