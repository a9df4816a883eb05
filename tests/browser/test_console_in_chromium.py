"""The console in a browser: by keyboard alone, on a phone, and scripts that stay text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from kwartier.office.access_log import note_access
from kwartier.office.passwords import hashed
from kwartier.office.runs import Run, RunOutcome, note_run
from kwartier.office.users import Role, add_user
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.web.settings import WebSettings
from support.console import Console
from support.invited import Served
from support.mandates import known_mandate
from support.measured import NOW, answer, quarters

CheckAccessible = Callable[[Page], None]
SCREENSHOTS = os.environ.get("SCREENSHOTS")
PASSWORD = "a long enough one"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
POINTS = {"c-1": "541440110000000000", "c-2": "541440110000000017", "c-3": "541440110000000024"}
LABELS = {"c-1": "Bakkerij Janssens", "c-2": "Peeters", "c-3": SCRIPT}
PAGES = ("/account", "/runs", "/holds", "/holds/1", "/receipts", "/access", "/users", "/users/2")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Three customers whose mandates were ended, and three colleagues."""
    folder = tmp_path_factory.mktemp("console")
    settings = WebSettings(name="Voorbeeld Energie")
    console = Console(folder / "store.duckdb", settings=settings)
    store = console.store
    changes = [
        CustomerChange(customer_id=one, label=label, contact=SCRIPT)
        for one, label in LABELS.items()
    ]
    store.change_customers(changes, provider="fluvius", now=NOW)
    listed(console, NOW, "Approved")
    starts = datetime(2026, 11, 1, 23, tzinfo=UTC)
    store.commit(
        [
            answer(quarters(starts, range(96), metering_point=one), metering_point=one)
            for one in POINTS.values()
        ]
    )
    listed(console, NOW + timedelta(hours=1), "Finished")
    console.clock.at = NOW + timedelta(days=1)
    for name, role in {
        "Olga Maes": Role.PRIVACY_OFFICER,
        "An Peeters": Role.OPERATOR,
        SCRIPT: Role.VIEWER,
    }.items():
        add_user(console.office, name=name, role=role, at=NOW, password=hashed(PASSWORD))
        for customer in POINTS:
            note_access(
                console.office,
                at=NOW,
                actor=name,
                action="looked",
                customer_id=customer,
                detail=name,
            )
    for number, outcome in enumerate(RunOutcome):
        is_bad = outcome is RunOutcome.FAILED
        note_run(
            console.office,
            Run(
                provider="fluvius",
                task="sync",
                started_at=NOW + timedelta(hours=number),
                ended_at=NOW + timedelta(hours=number, seconds=40),
                outcome=outcome,
                kind="AuthenticationError" if is_bad else None,
                error=f"401 {SCRIPT}" if is_bad else None,
                counts={"requests": {"ok": 1200 + number}, "inserted": 115_000, "points": 3},
            ),
        )
    console.board.refresh()
    return console


def listed(console: Console, at: datetime, status: str) -> None:
    references = {one.customer_id: one.reference_number for one in console.store.references()}
    mandates = [
        known_mandate(
            1, reference_number=references[one], metering_point=point, status=status
        ).mandate
        for one, point in POINTS.items()
    ]
    console.store.record_mandates(Listing(mandates, at), provider="fluvius")


@pytest.fixture(scope="module")
def url(console: Console) -> Iterator[str]:
    with Served(console.app) as served:
        yield served.url


def shoot(page: Page, name: str) -> None:
    """It fits its window; and a picture of it is kept, if asked for."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), f"{name} is wider than the window"
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"console-{name}.png", full_page=True)


def sign_in(page: Page, url: str, where: str, name: str = "Olga Maes") -> None:
    """By keyboard only."""
    page.goto(url + where)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(url + where)


def test_a_privacy_officer_decides_with_the_keyboard_alone(
    page: Page, url: str, console: Console, check_accessible: CheckAccessible
) -> None:
    page.goto(url)
    check_accessible(page)
    shoot(page, "sign-in")
    sign_in(page, url, "/holds")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=f"Decide on {POINTS['c-2']}")
    while not link.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Erase it").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("the customer moved")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Erase this?')")
    check_accessible(page)
    shoot(page, "erase")
    page.get_by_role("button", name="Erase it").focus()
    page.keyboard.press("Enter")
    assert "Erased: 96 values of 1 metering point" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(url + "/sign-in")
    page.goto(url + "/holds")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_stored_scripts_stay_text_on_every_page(page: Page, url: str, console: Console) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    sign_in(page, url, "/account")
    for where in (*PAGES, "/customers", "/customers/c-3", "/work", "/users/3", "/holds/3"):
        page.goto(url + where)
        assert page.locator("img[src=x]").count() == 0
        if where in PAGES:
            shoot(page, where.strip("/").replace("/", "-"))
    page.goto(url + "/access")
    assert SCRIPT in page.get_by_role("table").inner_text()
    assert dialogs == []


def test_it_fits_a_phone(chromium: Browser, url: str, console: Console) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(url)
    shoot(page, "sign-in-phone")
    sign_in(page, url, "/account", "Olga Maes")
    for where in ("/runs", "/holds", "/holds/1", "/receipts", "/access", "/users"):
        page.goto(url + where)
        shoot(page, where.strip("/").replace("/", "-") + "-phone")
    page.goto(url + "/users/2")
    page.get_by_role("button", name="Make up another password").click()
    assert "It is shown this once" in page.get_by_role("status").inner_text()
    shoot(page, "password-phone")
    context.close()
