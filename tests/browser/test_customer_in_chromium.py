"""One customer's pages in a browser: the chart by mouse and keyboard, the heat map, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.routing import Mount

from kwartier.office.invitations import invite
from kwartier.office.users import Role
from kwartier.web.settings import WebSettings
from support.console import Console
from support.households import (
    HOME,
    LATER,
    fill_households,
)
from support.invited import Served
from support.measured import NOW

POINT = f"/customers/{LATER}/points/{HOME}"
OCTOBER_25 = (1_792_879_200.0, 1_792_969_200.0)
"""From midnight to midnight in Brussels: 25 hours."""


class Site:
    """The console of some households, and who is signed in to it."""

    def __init__(self, console: Console, url: str) -> None:
        self.console, self.url = console, url

    def sign_in(self, page: Page, role: Role = Role.OPERATOR) -> None:
        """Let the browser be a colleague's."""
        cookies = self.console.signed_in(role).cookies
        told = [{"name": n, "value": v, "url": self.url} for n, v in cookies.items()]
        page.context.add_cookies(told)  # type: ignore[arg-type]  # TypedDicts of playwright's own


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    console = Console(tmp_path_factory.mktemp("console") / "store.duckdb", settings=WebSettings())
    console.clock.at = NOW
    fill_households(console.store)
    invite(console.office, LATER, provider="fluvius", at=NOW)
    with Served(Starlette(routes=[Mount("", console.app)])) as served:
        yield Site(console, served.url)


def opened_chart(page: Page, site: Site, query: str = "") -> Any:
    page.goto(f"{site.url}{POINT}/chart{query}")
    page.wait_for_selector("[data-drawn]")
    return page.locator("[data-plot]")


def looked_at(page: Page) -> tuple[float, float]:
    """From when to when the chart shows, in seconds."""
    told = page.evaluate("document.querySelector('[data-curves]').dataset")
    return float(told["low"]), float(told["high"])


def test_the_chart_zooms_by_keyboard_and_tells_what_is_seen(page: Page, site: Site) -> None:
    site.sign_in(page)
    plot = opened_chart(page, site, "?day=2026-10-25")
    assert looked_at(page) == OCTOBER_25
    plot.focus()
    page.keyboard.press("ArrowRight")
    low, high = looked_at(page)
    assert (low, high - low) == (OCTOBER_25[1], 24 * 3600)
    page.keyboard.press("ArrowLeft")
    assert looked_at(page) == OCTOBER_25
    says = page.locator("[data-says]")
    assert "offtake: at most 1.000 kW, 2026-10-25 00:00" in says.inner_text()
    assert "injection: at most 0.200 kW" in says.inner_text()
    page.keyboard.press("+")
    low, high = looked_at(page)
    assert high - low == pytest.approx(12.5 * 3600)
    page.keyboard.press("-")
    assert looked_at(page) == pytest.approx(OCTOBER_25)
    page.keyboard.press("Home")
    low, high = looked_at(page)
    assert high - low > 50 * 24 * 3600


def test_the_chart_zooms_by_mouse_and_back_and_by_buttons(page: Page, site: Site) -> None:
    site.sign_in(page)
    opened_chart(page, site)
    whole = looked_at(page)
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
    page.mouse.up()
    low, high = looked_at(page)
    assert high - low == pytest.approx((whole[1] - whole[0]) / 4, rel=0.02)
    assert low - whole[0] == pytest.approx((whole[1] - whole[0]) / 4, rel=0.02)
    page.mouse.dblclick(box["x"] + 50, y)
    assert looked_at(page) == whole
    for name, days in (("Month", 30), ("Week", 7), ("Day", 1)):
        page.get_by_role("button", name=name, exact=True).click()
        low, high = looked_at(page)
        assert high - low == days * 24 * 3600
    page.get_by_role("button", name="Earlier").click()
    assert looked_at(page)[1] == low


def test_what_is_drawn_can_be_chosen(page: Page, site: Site) -> None:
    site.sign_in(page)
    opened_chart(page, site, "?day=2026-10-25")
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 3, box["y"] + 9)
    says = page.locator("[data-says]")
    assert says.inner_text() == "2026-10-25 00:00: offtake 1.000 kW; injection 0.200 kW"
    page.get_by_role("combobox").last.select_option("amount")
    page.get_by_label("injection (kWh), downwards").uncheck()
    page.mouse.move(box["x"] + 4, box["y"] + 9)
    assert says.inner_text() == "2026-10-25 00:00: offtake 0.250 kWh"


def test_the_clock_of_the_axis_is_brussels_across_its_changes(page: Page, site: Site) -> None:
    site.sign_in(page)
    opened_chart(page, site)
    told = page.evaluate(
        """() => {
          const clock = new kwartier.Clock([[0, 3600], [1774746000, 7200], [1792890000, 3600]]);
          const at = (day, hour) => clock.instant(2026, day[0] - 1, day[1], hour, 30);
          const marks = kwartier.marks(clock, 1792879200, 1792969200, 10);
          return {
            twice: clock.moment(at([10, 25], 2)),
            second: clock.moment(at([10, 25], 2) + 3600),
            skipped: clock.moment(at([3, 29], 2)),
            texts: kwartier.markTexts(clock, marks),
          };
        }"""
    )
    assert told["twice"] == "2026-10-25 02:30"
    assert told["second"] == "2026-10-25 02:30 (second time)"
    assert told["skipped"] == "2026-03-29 03:30"
    hours = [text.split("\n")[0] for text in told["texts"]]
    assert hours == [f"{hour:02}:00" for hour in (*range(0, 24, 3), 0)]


def test_the_heat_map_is_walked_through_by_arrows_and_leads_to_a_day(
    page: Page, site: Site
) -> None:
    site.sign_in(page)
    page.goto(f"{site.url}{POINT}")
    page.locator("td[data-day='2026-11-01']").focus()
    for key in ("ArrowDown", "End", "ArrowLeft", "Home", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.dataset.day")
    assert date.fromisoformat(focused) == date(2026, 11, 2)
    assert page.locator("[data-heat-says]").inner_text().startswith("2026-11-02: 0 of 96")
    assert page.locator("td[tabindex='0']").count() == 1
    page.keyboard.press("ArrowRight")
    assert "94 of 96" in page.locator("[data-heat-says]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-drawn]")
    low, high = looked_at(page)
    assert high - low == 24 * 3600
    assert page.get_by_role("heading", name="Days of 2026-11").is_visible()


def test_without_script_there_are_the_numbers(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    site.sign_in(page)
    page.goto(f"{site.url}{POINT}/chart?month=2026-10")
    assert page.get_by_text("The chart is drawn by JavaScript").is_visible()
    assert page.get_by_role("cell", name="25.000").is_visible()
    page.get_by_role("link", name="2026-11 →").click()
    assert page.get_by_role("heading", name="Days of 2026-11").is_visible()
    page.goto(f"{site.url}{POINT}")
    assert (
        page.locator("td[data-day='2026-10-25']").inner_text()
        == "100 of 100 quarter-hours, complete"
    )
    context.close()
