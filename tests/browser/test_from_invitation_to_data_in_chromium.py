"""From an invitation to data, without asking a developer: the emulator's process, the service's
with its pages, a customer with a phone and colleagues with the console.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pyarrow as pa
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from support.pair import Pair

CheckAccessible = Callable[[Page], None]
Seen = Callable[[Page, str], None]

BEGIN: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOOR, NOOR_GAS = "541440110000000101", "541441010000000101"
BRAM, JEF = "541440110000000301", "541440010000000701"
PHONE = ViewportSize(width=360, height=740)
PATIENCE: Final = 60.0
SCREENSHOTS = os.environ.get("SCREENSHOTS")
SCOPES = ("customers:read", "customers:write", "invitations:write", "measurements:read")


class Site(Pair):
    """The pair, with a colleague of each role and a key for programs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, clock=BEGIN)
        self.passwords = {
            name: self.cli("users", "add", name, "--role", role, "--generate")["password"]
            for name, role in (("An Peeters", "operator"), ("Olga Maes", "privacy_officer"))
        }
        scopes = [word for scope in (*SCOPES, "receipts:read") for word in ("--scope", scope)]
        self.key = self.cli("api-keys", "add", "crm", *scopes)["key"]
        self.links: dict[str, str] = {}
        self.serve()

    def invite(self, customer_id: str, *terms: str, label: str = "") -> str:
        """The customer's link, by the command line; of data from October on unless told."""
        told = ("--language", "en", "--label", label or customer_id)
        period = () if "--from" in terms else ("--from", "2026-10-01", "--to", "2026-12-01")
        made = self.cli("invite", customer_id, *told, *period, *terms, is_configured=True)
        self.links[customer_id] = made["link"]
        return str(made["link"])

    def causes(self, customer_id: str) -> list[str]:
        """What `kwartier why` says, the worst first."""
        now = self.control("GET", "clock")["now"]
        told = self.cli("why", customer_id, "--at", now)
        return [one["cause"] for one in told["findings"]]

    def until(self, happened: Callable[[], Any], what: str) -> Any:
        """Wait until something has happened, of which nobody is told."""
        patience = time.monotonic() + PATIENCE
        while not (found := happened()):
            assert time.monotonic() < patience, f"no {what}: {self.service and self.service.lines}"
            time.sleep(0.5)
        return found

    def becomes(self, customer_id: str, *stages: str) -> str:
        """Wait until the customer stands at one of the stages, as programs are told."""

        def stage() -> str | None:
            now = self.api("GET", f"/customers/{customer_id}/progress", self.key)["stage"]
            return now if now in stages else None

        return str(self.until(stage, f"{stages} of {customer_id}"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("FLUVIUS_", "KWARTIER_"))]:
            patch.delenv(name)
        site = Site(tmp_path_factory.mktemp("pair"))
    yield site
    site.stop()


@pytest.fixture
def site(running: Site, page: Page) -> Site:
    """The pair; the browser goes to its pages."""
    page.set_default_timeout(20_000)
    return running


@pytest.fixture
def seen() -> Seen:
    """A page that fits its window; a picture is kept, if asked for. (That anybody can use each page
    is looked at where the pages are tried one by one.)
    """

    def look(page: Page, name: str) -> None:
        for size in (page.viewport_size, PHONE):
            assert size is not None
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{name} is wider than a window of {size['width']}"
            if SCREENSHOTS:
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                path = Path(SCREENSHOTS) / f"whole-{name}-{size['width']}.png"
                page.screenshot(path=path, full_page=True)
        page.set_viewport_size({"width": 1000, "height": 800})

    return look


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def signed_in(page: Page, site: Site, name: str = "An Peeters") -> None:
    page.goto(f"{site.site}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(site.passwords[name])
    press(page, "Sign in")
    page.wait_for_url(re.compile("/customers$"))


def at_fluvius(page: Page, link: str, user: str) -> None:
    """Click the invitation's button, and sign in if need be."""
    page.goto(link)
    page.get_by_role("button", name=re.compile("at Mijn Fluvius|to Mijn Fluvius")).click()
    if heading(page) == "Sign in":
        page.get_by_label(re.compile(user)).check()
        page.get_by_label("Private person", exact=True).check()
        press(page, "Sign in")


def share(page: Page, *eans: str) -> None:
    for ean in eans:
        page.get_by_label(re.compile(ean)).check()
    press(page, "Look it over")
    press(page, "Confirm")
    page.get_by_role("link", name="Back to the service provider").click()
    page.wait_for_url(re.compile("/done"))


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(e => e.getAttribute('role') === 'region' ? ''"
            " : (e.labels && e.labels[0] || e).innerText || '')(document.activeElement)"
        )
        if name in focused:
            return
    raise AssertionError(f"Tab never comes to {name}")


def on_a_phone(chromium: Browser) -> Page:
    context = chromium.new_context(locale="en-GB", viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(20_000)
    return context.new_page()


def permitted(site: Site, *eans: str) -> int:
    """How many values the emulator has that the mandates open."""
    asked = "&".join(f"ean={ean}" for ean in eans)
    answer = httpx.get(f"{site.emulator}/_emulator/truth?{asked}", timeout=30)
    table = pa.ipc.open_stream(answer.content).read_all()
    return sum(table["permitted"].to_pylist())


def measurements(site: Site, customer_id: str, query: str = "") -> list[dict[str, Any]]:
    """All values that programs are told of a customer, page by page."""
    rows: list[dict[str, Any]] = []
    first = f"/customers/{customer_id}/measurements?limit=10000{query}"
    page = site.api("GET", first, site.key)
    rows += page["items"]
    while page["next"]:
        page = site.api("GET", f"{first}&cursor={page['next']}", site.key)
        rows += page["items"]
    return rows


def test_an_invitation_becomes_data_that_colleagues_and_programs_see(
    page: Page, site: Site, seen: Seen, chromium: Browser, check_accessible: CheckAccessible
) -> None:
    page.goto(site.site)
    assert heading(page) == "Sign in"
    seen(page, "sign-in")
    signed_in(page, site)
    seen(page, "nobody-yet")
    link = site.invite("c-noor", "--expect", "2", label="Noor Dewaele")
    site.becomes("c-noor", "invited")
    assert site.causes("c-noor") == ["not_opened"]

    phone = on_a_phone(chromium)
    at_fluvius(phone, link, "Noor Dewaele")
    share(phone, NOOR, NOOR_GAS)
    assert heading(phone) == "You share your consumption with Zonnewende"
    assert "Electricity, EAN ending in 0101" in phone.inner_text("main")
    check_accessible(phone)
    phone.context.close()

    assert site.becomes("c-noor", "complete", "first_data") == "complete"
    assert site.causes("c-noor")[-1] in ("complete", "before_installation")
    page.goto(f"{site.site}/customers")
    page.get_by_role("link", name="Noor Dewaele").wait_for()
    seen(page, "customers")
    page.get_by_role("link", name="Noor Dewaele").click()
    said = page.inner_text("main")
    assert "complete since 2026-11-20" in said
    assert "2 granted of 2 expected" in said
    assert "All that is due is there" in said
    seen(page, "customer")
    page.get_by_role("link", name=f"Coverage of {NOOR}").click()
    assert "100 of 100" in page.locator("td[data-day='2026-10-25']").inner_text()
    seen(page, "coverage")
    page.get_by_role("link", name="Values").click()
    page.wait_for_selector("[data-drawn]")
    assert page.locator(".plot canvas").is_visible()
    seen(page, "values")
    rows = measurements(site, "c-noor")
    assert {row["metering_point"] for row in rows} == {NOOR, NOOR_GAS}
    assert len(rows) == permitted(site, NOOR, NOOR_GAS) > 96 * 40


def test_programs_invite_too_and_a_customer_needs_no_mouse(page: Page, site: Site) -> None:
    customer = {"label": "Bram Hoorelbeke", "language": "en", "contact": "bram@example.org"}
    site.api("PUT", "/customers/c-bram", site.key, customer)
    terms = {"services": ["VH_dag"], "period_start": "2026-10-01", "expected_eans": 1}
    made = site.api("POST", "/customers/c-bram/invitations", site.key, terms)
    again = site.api("POST", "/customers/c-bram/invitations", site.key, terms)
    assert made["url"] == again["url"]
    assert made["url"].startswith(f"{site.site}/connect/")
    page.goto(made["url"])
    tab_to(page, "Go on to Mijn Fluvius")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("aanmelden|dienstverlener"))
    tab_to(page, "Noor Dewaele")
    while "Bram" not in page.evaluate("document.activeElement.labels[0].innerText"):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Private person")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=ean]")
    tab_to(page, BRAM)
    page.keyboard.press("Space")
    for name, where in (
        ("Look it over", "nazicht"),
        ("Confirm", "klaar"),
        ("Back to the service provider", "/done"),
    ):
        tab_to(page, name)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(where))
    assert heading(page) == "You share your consumption with Zonnewende"
    site.becomes("c-bram", "complete")


def test_a_colleague_needs_no_mouse(page: Page, site: Site) -> None:
    page.goto(site.site)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("An Peeters")
    page.keyboard.press("Tab")
    page.keyboard.type(site.passwords["An Peeters"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/customers$"))
    tab_to(page, "Search")
    page.keyboard.type("0000000301")
    expect(page.locator("table.customers tbody tr")).to_have_count(1, timeout=20_000)
    tab_to(page, "Bram Hoorelbeke")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/customers/c-bram$"))
    assert heading(page) == "Bram Hoorelbeke"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"


def test_the_grid_user_refuses_and_colleagues_are_told_why(
    page: Page, site: Site, seen: Seen
) -> None:
    at_fluvius(page, site.invite("c-sara", label="Sara Goethals"), "Sara")
    share(page, JEF)
    assert heading(page) == "Waiting for the grid user"
    assert "waiting" in site.becomes("c-sara", "waiting", "waiting_for_grid_user")
    assert site.causes("c-sara") == ["waiting"]
    page.goto(f"{site.emulator}/verbruik/postbus")
    [reference] = site.api("GET", "/customers/c-sara", site.key)["references"]
    letter = page.get_by_role("listitem").filter(has_text=reference["reference_number"])
    letter.get_by_role("button", name="Refuse").click()
    page.goto(f"{site.links['c-sara']}/done")
    assert heading(page) == "The request was refused"
    site.until(lambda: site.causes("c-sara") == ["refused"], "refusal")
    signed_in(page, site)
    page.goto(f"{site.site}/customers/c-sara")
    assert "The request was refused" in page.inner_text("main")
    seen(page, "refused")


def test_who_turns_back_is_found_as_such(page: Page, site: Site) -> None:
    at_fluvius(page, site.invite("c-back"), "Sara")
    page.get_by_role("link", name="Back to the service provider").click()
    assert heading(page) == "You turned back"
    assert site.causes("c-back") == ["turned_back"]
    signed_in(page, site)
    page.goto(f"{site.site}/customers/c-back")
    assert "without having made a request" in page.inner_text("main")


def test_looks_at_customers_are_known_to_the_privacy_officer_alone(page: Page, site: Site) -> None:
    signed_in(page, site)
    answer = page.goto(f"{site.site}/access")
    assert answer is not None
    assert answer.status == 403
    press(page, "Sign out")
    signed_in(page, site, "Olga Maes")
    page.goto(f"{site.site}/access")
    said = page.inner_text("main")
    assert "An Peeters" in said
    assert "c-noor" in said
    page.goto(f"{site.site}/runs")
    assert "fetch" in page.inner_text("table")
    page.goto(f"{site.site}/api/v1/docs")
    page.get_by_role("link", name="Try calls").click()
    page.get_by_role("heading", name=re.compile("^Customers")).wait_for()


def test_what_is_no_longer_permitted_is_no_longer_shown(page: Page, site: Site, seen: Seen) -> None:
    signed_in(page, site, "Olga Maes")
    values = f"{site.site}/customers/c-noor/points/{NOOR}/chart?month=2026-11"
    page.goto(values)
    assert page.get_by_role("rowheader", name="2026-11-15").is_visible()
    assert measurements(site, "c-noor", "&from=2026-11-11")
    link = site.invite("c-late")
    page.goto(link)
    press(page, "Go on to Mijn Fluvius")
    first = page.url
    move = {"kind": "move", "ean": NOOR, "effective": "2026-11-10T23:00:00Z", "customer": "lies"}
    site.control("POST", "events", move)
    service = site.move_on(advance="PT25H")
    service.wait_for("retracted")
    page.goto(values)
    page.get_by_role("rowheader", name="2026-11-10").wait_for()
    assert page.get_by_role("rowheader", name="2026-11-15").count() == 0
    seen(page, "moved")
    left = measurements(site, "c-noor")
    assert {row["start"] for row in left if row["metering_point"] == NOOR} != set()
    assert max(r["end"] for r in left if r["metering_point"] == NOOR) == "2026-11-10T23:00:00Z"
    page.goto(f"{site.site}/customers/c-noor")
    assert "moved" in page.inner_text("main")
    page.goto(f"{site.site}/receipts")
    assert "no mandate's period has them any more" in page.inner_text("main")
    receipts = site.api("GET", "/customers/c-noor/receipts", site.key)["items"]
    assert {one["metering_point"] for one in receipts} == {NOOR}

    assert site.causes("c-late") == ["link_expired"]
    page.goto(first)
    assert "This link has expired" in page.get_by_role("alert").inner_text()
    page.goto(link)
    press(page, "Go on to Mijn Fluvius")
    assert heading(page) == "Sign in"
    assert page.url != first


def test_the_same_link_renews(page: Page, site: Site, seen: Seen) -> None:
    site.move_on(now="2029-09-20T12:00:00Z")
    signed_in(page, site)
    site.becomes("c-bram", "to_be_renewed")
    page.goto(f"{site.site}/work")
    assert page.get_by_role("link", name="Bram Hoorelbeke").count() >= 1
    page.goto(f"{site.site}/customers/c-bram")
    link = page.locator("[data-copied]").inner_text()
    page.goto(link)
    assert heading(page) == "Your permission has to be renewed"
    seen(page, "renewal")
    at_fluvius(page, link, "Bram")
    share(page, BRAM)
    assert heading(page) == "You share your consumption with Zonnewende"
    site.becomes("c-bram", "complete", "first_data")
