"""Every page of the console, as the table of routes has them, by each role that may look at it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Response, ViewportSize

from kwartier.console import ConsolePolicies
from kwartier.console.app import ROUTES
from kwartier.console.routes import Declared, Method
from kwartier.office.invitations import invite
from kwartier.office.runs import Run, RunOutcome, note_run
from kwartier.office.users import Role
from kwartier.registry import Listing
from kwartier.retention import RetentionPolicy
from kwartier.sync import review
from kwartier.sync.deciding import stopped_by_fuse
from kwartier.web.settings import WebSettings
from support.console import Console
from support.households import HELD, HOME, LATER, LEFT, MOVED, fill_households
from support.invited import Served
from support.measured import NOW

CheckAccessible = Callable[[Page], None]
SCREENSHOTS = os.environ.get("SCREENSHOTS")
PHONE = ViewportSize(width=360, height=740)
LOOKS: Final = [one for one in ROUTES if one.method is Method.GET and one.role is not None]
FILES: Final = ("csv", "curves", "svg")
"""How the paths end of what is no page."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    policies = ConsolePolicies(retention=RetentionPolicy(fuse_points=0))
    path = tmp_path_factory.mktemp("console") / "store.duckdb"
    console = Console(path, settings=WebSettings(), policies=policies)
    console.clock.at = NOW
    fill_households(console.store)
    known = [one.mandate for one in console.store.mandates()]
    moved = [replace(one, period_end=MOVED) if one.metering_point == LEFT else one for one in known]
    console.store.record_mandates(Listing(moved, NOW), provider="fluvius")
    invite(console.office, LATER, provider="fluvius", at=NOW)
    for outcome in RunOutcome:
        note_run(
            console.office,
            Run(
                provider="fluvius",
                task="sync",
                started_at=NOW,
                ended_at=NOW + timedelta(seconds=40),
                outcome=outcome,
                counts={"requests": {"ok": 12}, "inserted": 115_000},
            ),
        )
    console.board.refresh()
    return console


@pytest.fixture(scope="module")
def url(console: Console) -> Iterator[str]:
    with Served(console.app) as served:
        yield served.url


@pytest.fixture(scope="module")
def places(console: Console) -> Mapping[str, Any]:
    """What the paths' parameters stand for."""
    policy = console.context.policies.retention
    (fuse,) = stopped_by_fuse(review(console.store, now=NOW, policy=policy).blocked)
    (held,) = (
        one.mandate_id for one in console.store.mandates() if one.mandate.metering_point == HELD
    )
    return {
        "customer_id": LATER,
        "metering_point": HOME,
        "mandate_id": held,
        "user_id": 1,
        "invitation_id": 1,
        "name": fuse,
    }


def address(one: Declared, places: Mapping[str, Any]) -> str:
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: quote(str(places[found[1]])), one.path)


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.OPERATOR])
def test_each_role_looks_at_all_its_pages(
    page: Page,
    console: Console,
    url: str,
    places: Mapping[str, Any],
    role: Role,
    check_accessible: CheckAccessible,
) -> None:
    cookies = console.signed_in(role).cookies
    told = [{"name": n, "value": v, "url": url} for n, v in cookies.items()]
    page.context.add_cookies(told)  # type: ignore[arg-type]  # TypedDicts of playwright's own
    broken: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            broken.append(f"{answer.status} {answer.url}")

    page.on("response", note)
    page.on("pageerror", lambda error: broken.append(str(error)))
    # What a viewer sees, a privacy officer does; an operator sees more of one customer.
    mine = [
        one
        for one in LOOKS
        if one.role is role
        or (one.role is Role.VIEWER and (role is not Role.OPERATOR or "{" in one.path))
    ]
    assert len(mine) >= 12
    for one in mine:
        where = address(one, places)
        if where.endswith(FILES):
            answer = page.request.get(url + where)
            assert answer.ok, where
            continue
        page.goto(url + where)
        if where.endswith("/chart"):
            page.wait_for_selector("[data-drawn]")
        assert page.get_by_role("heading", level=1).count() == 1, where
        if one.role is Role.OPERATOR or role is Role.PRIVACY_OFFICER:  # each page once
            check_accessible(page)
        for size in (PHONE, ViewportSize(width=1000, height=800)):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{where} is wider than a window of {size['width']}"
            if SCREENSHOTS:
                name = re.sub(r"\W+", "-", where).strip("-") or "first"
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                path = Path(SCREENSHOTS) / f"page-{role}-{name}-{size['width']}.png"
                page.screenshot(path=path, full_page=True)
    assert broken == []
