"""The list of customers in a browser: found by typing, by the keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kwartier.funnel.causes import Cause
from kwartier.office.sessions import begin_session
from kwartier.office.users import Role, add_user
from kwartier.web.settings import WebSettings
from support.console import Console
from support.funnel import prepare_causes
from support.invited import Served
from support.measured import NOW

CheckAccessible = Callable[[Page], None]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    prepared = prepare_causes(tmp_path_factory.mktemp("customers"))
    made = Console(prepared.path, settings=WebSettings(name="Voorbeeld Energie"))
    made.clock.at = NOW
    made.board.refresh()
    return made


@pytest.fixture(scope="module")
def url(console: Console) -> Iterator[str]:
    with Served(console.app) as served:
        yield served.url


def signed_in(console: Console, url: str) -> dict[str, str]:
    """A cookie of a colleague."""
    user = add_user(console.office, name=f"An {id(object())}", role=Role.VIEWER, at=NOW)
    secret = begin_session(console.office, user.user_id, at=NOW)
    return {"name": "kwartier-session", "value": secret, "url": url}


def test_typing_narrows_the_list_and_the_address_leads_back(
    console: Console, url: str, page: Page, check_accessible: CheckAccessible
) -> None:
    page.context.add_cookies([signed_in(console, url)])  # type: ignore[list-item]
    page.goto(f"{url}/customers")
    expect(page.locator("caption")).to_contain_text(f"of {len(Cause)} customers")
    page.locator("[name=q]").focus()
    page.keyboard.type("jo late")
    expect(page.locator("caption")).to_contain_text("1 to 1 of 1 customer,")
    assert page.url == f"{url}/customers?q=jo+late"
    assert page.locator("[name=q]").evaluate("one => one === document.activeElement")
    check_accessible(page)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.locator("caption")).to_contain_text(f"of {len(Cause)} customers")
    page.locator("[name=stage]").select_option("waiting")
    expect(page.locator("caption")).to_contain_text("1 to 1 of 1 customer,")
    page.go_back()
    expect(page.locator("caption")).to_contain_text(f"of {len(Cause)} customers")


def test_a_stage_of_the_funnel_filters_by_the_keyboard_on_a_phone_without_scripts(
    console: Console, url: str, chromium: Browser
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    context.add_cookies([signed_in(console, url)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{url}/customers")
    link = page.get_by_role("navigation", name="Stages").get_by_role("link", name="waiting")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers?stage=waiting")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("searchbox").fill("nobody at all")
    page.keyboard.press("Enter")
    page.get_by_text("Nobody fits.").wait_for()
    context.close()
