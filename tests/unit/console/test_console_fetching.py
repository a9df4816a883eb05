"""Asking again about a metering point: by the service in the same process, or told how."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from kwartier.console import create_app
from kwartier.office.access_log import accesses
from kwartier.office.users import Role
from support.asgi import AppClient
from support.console import Console, form_token
from support.households import HOME, LATER, LEFT, fill_households
from support.measured import NOW

PAGE = f"/customers/{LATER}/points/{HOME}"


class Asked:
    """What a service would have been asked, which fetches from Fluvius alone."""

    def __init__(self) -> None:
        self.points: list[tuple[str, Collection[str]]] = []
        self.answers = True

    def __call__(self, provider: str, metering_points: Collection[str]) -> bool:
        self.points.append((provider, metering_points))
        return self.answers


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    made = Console(tmp_path_factory.mktemp("console") / "store.duckdb")
    made.clock.at = NOW
    fill_households(made.store)
    return made


def beside(console: Console, asked: Asked) -> AppClient:
    """An operator at the console of `kwartier serve`."""
    context = replace(console.context, ask_soon=asked)
    browser = AppClient(create_app(context), base_url="https://console.example")
    browser.cookies = console.signed_in(Role.OPERATOR).cookies
    return browser


def test_beside_the_service_a_click_asks_again(console: Console) -> None:
    asked = Asked()
    browser = beside(console, asked)
    page = browser.get(PAGE)
    assert "Ask again now" in page.text
    assert "kwartier sync" not in page.text
    done = browser.post(f"{PAGE}/fetch", data={"form_token": form_token(page)})
    assert "within a minute" in done.text
    assert asked.points == [("fluvius", [HOME])]
    assert accesses(console.office, customer_id=LATER)[0].action == "asked to fetch"
    foreign = browser.post(
        f"/customers/{LATER}/points/{LEFT}/fetch", data={"form_token": form_token(page)}
    )
    assert foreign.status_code == 404
    asked.answers = False
    refused = browser.post(f"{PAGE}/fetch", data={"form_token": form_token(page)})
    assert refused.status_code == 409
    assert "does not fetch from Fluvius" in refused.text
    noted = [one.action for one in accesses(console.office, customer_id=LATER)]
    assert noted.count("asked to fetch") == 1


def test_without_the_service_the_page_says_what_to_type(console: Console) -> None:
    operator = console.signed_in(Role.OPERATOR)
    page = operator.get(PAGE)
    assert "runs without the service" in page.text
    assert f"kwartier sync --point {HOME}" in page.text
    assert "Ask again now" not in page.text
    refused = operator.post(f"{PAGE}/fetch", data={"form_token": form_token(page)})
    assert refused.status_code == 409
    assert "Ask the provider again" not in console.signed_in(Role.VIEWER).get(PAGE).text
