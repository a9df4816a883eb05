"""A customer of Eneco in a browser: consents and withdraws, by keyboard, on a phone, in Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, ViewportSize

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.emulator.thread import EmulatorThread

Shoot = Callable[[Page, str], None]

ASKED = urlencode({"consumer": OURSELVES.id, "returnUrl": "https://provider.example/thanks"})


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def press_on(page: Page, name: str, key: str) -> None:
    """Come to what is called ``name`` by Tab, see the focus, and press ``key``."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(e => (e.labels && e.labels[0] || e).innerText || '')(document.activeElement)"
        )
        if name in focused:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", f"the focus on {name} is not seen"
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_consent_and_its_withdrawal_by_keyboard(
    page: Page, portal: EmulatorThread, shoot: Shoot
) -> None:
    owner = data_owners(Environment.PRODUCTION)[0]
    page.goto(f"{portal.url}/fiam/consent?{ASKED}")
    assert heading(page) == "Sign in with Eneco"
    shoot(page, "eneco-1-sign-in")
    press_on(page, owner.name, "Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=agree]")
    shoot(page, "eneco-2-ask")
    press_on(page, "I agree", "Space")
    press_on(page, "Give consent", "Enter")
    page.wait_for_url(re.compile("gegeven"))
    assert heading(page) == "Your consent stands"
    assert page.get_by_role("link", name="Back to provider.example").is_visible()
    shoot(page, "eneco-3-given")
    contracts = portal.world.contracts(Environment.PRODUCTION)
    assert [each.data_owner for each in contracts.all()] == [owner.id]
    press_on(page, "To all my consents", "Enter")
    page.wait_for_url(re.compile("mijn"))
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    shoot(page, "eneco-4-mine")
    press_on(page, "may read my consumption no longer", "Space")
    press_on(page, "Withdraw", "Enter")
    page.wait_for_selector("[role=status]")
    assert page.get_by_role("status").inner_text() == "The consent is withdrawn."
    assert contracts.all() == []


def test_consent_on_a_phone_in_dutch_without_script(
    chromium: Browser, portal: EmulatorThread, shoot: Shoot
) -> None:
    phone = ViewportSize(width=360, height=740)
    context = chromium.new_context(locale="nl-NL", viewport=phone, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{portal.url}/fiam-acc/consent?{ASKED}")
    shoot(page, "eneco-phone-1-sign-in")
    page.get_by_label(re.compile("Roos Nieuwbouw")).check()
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_label("Eerste dag die u deelt").fill("2026-03-29")
    shoot(page, "eneco-phone-2-ask")
    too_small = page.evaluate(
        "[...document.querySelectorAll('button, .button, label.choice, nav a, input[type=date]')]"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert too_small == []
    assert page.locator("script").count() == 0
    page.get_by_label(re.compile("Ik ga ermee akkoord")).check()
    page.get_by_role("button", name="Toestemming geven").click()
    assert "van 29 maart 2026 tot en met 19 november 2027" in page.inner_text("main")
    shoot(page, "eneco-phone-3-given")
    context.close()
    (contract,) = portal.world.contracts(Environment.ACCEPTANCE).all()
    assert (contract.start_date, contract.end_date) == ("2026-03-29", "2027-11-20")
