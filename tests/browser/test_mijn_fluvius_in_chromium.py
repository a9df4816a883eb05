"""The customer's journey in a browser: single sign-on, consent, refusal, renewal, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT, FreshEmulator
from support.mijn_fluvius import FAILED, SUCCESS, mandates, short_url

Shoot = Callable[[Page, str], None]


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def sign_in(page: Page, user: str, kind: str = "Private person") -> None:
    page.get_by_label(re.compile(user)).check()
    page.get_by_label(kind, exact=True).check()
    button(page, "Sign in")


def at_csam(page: Page, portal: EmulatorThread, user: str) -> None:
    page.goto(f"{portal.url}/verbruik/csam")
    page.get_by_label(re.compile(user)).check()
    button(page, "Set")


def share(page: Page, *eans: str) -> None:
    for ean in eans:
        page.get_by_label(re.compile(ean)).check()
    button(page, "Look it over")
    button(page, "Confirm")
    assert heading(page) == "Your request is registered"


@pytest.mark.parametrize("sso", [False, None])
def test_sso_leaf_1_without_it_a_fresh_login(
    page: Page, portal: EmulatorThread, shoot: Shoot, sso: bool | None
) -> None:
    at_csam(page, portal, "Noor Dewaele")
    page.goto(short_url(portal, "LEAF-1", sso=sso))
    assert heading(page) == "Sign in"
    shoot(page, "sso-1-login")
    sign_in(page, "Noor Dewaele")
    assert heading(page) == "Share your consumption"


def test_sso_leaf_1_without_a_session_at_csam_too(page: Page, portal: EmulatorThread) -> None:
    page.goto(short_url(portal, "LEAF-1B", sso=True))
    assert heading(page) == "Sign in"


def test_sso_leaf_2_a_known_private_person_is_in(
    page: Page, portal: EmulatorThread, shoot: Shoot
) -> None:
    at_csam(page, portal, "Noor Dewaele")
    page.goto(short_url(portal, "LEAF-2", sso=True))
    assert heading(page) == "Share your consumption"
    assert page.get_by_text("Signed in: Noor Dewaele").is_visible()
    shoot(page, "sso-2-private")


def test_sso_leaf_3_a_new_private_person_sees_the_terms_only(
    page: Page, portal: EmulatorThread, shoot: Shoot
) -> None:
    at_csam(page, portal, "Lies")
    page.goto(short_url(portal, "LEAF-3", sso=True))
    assert heading(page) == "Terms of use"
    shoot(page, "sso-3-terms")
    page.get_by_label("I agree").check()
    button(page, "Continue")
    assert heading(page) == "Share your consumption"
    page.goto(short_url(portal, "LEAF-3B", sso=True))
    assert heading(page) == "Share your consumption", "she is no longer new"


def test_sso_leaf_4_an_organisation_that_is_known_is_in(
    page: Page, portal: EmulatorThread, shoot: Shoot
) -> None:
    at_csam(page, portal, "Hilde")
    link = short_url(portal, "LEAF-4", sso=True, flow="B2B", enterpriseNumber="999999902")
    page.goto(link)
    assert heading(page) == "Share your consumption"
    assert page.get_by_text("Signed in: Woonmaatschappij Wevershof").is_visible()
    shoot(page, "sso-4-organisation")


def test_sso_leaf_5_a_new_user_of_a_known_organisation_sees_the_terms_only(
    page: Page, portal: EmulatorThread, shoot: Shoot
) -> None:
    at_csam(page, portal, "Ines")
    link = short_url(portal, "LEAF-5", sso=True, flow="B2B", enterpriseNumber="0999999903")
    page.goto(link)
    assert heading(page) == "Terms of use"
    shoot(page, "sso-5-terms-organisation")
    page.get_by_label("I agree").check()
    button(page, "Continue")
    assert page.get_by_text("Signed in: Drukkerij Drukgang").is_visible()


@pytest.mark.parametrize("number", ["0999999903", None])
def test_sso_leaf_6_an_unknown_organisation_is_chosen_from_a_list(
    page: Page, portal: EmulatorThread, shoot: Shoot, number: str | None
) -> None:
    at_csam(page, portal, "Hilde")
    page.goto(short_url(portal, "LEAF-6", sso=True, flow="B2B", enterpriseNumber=number))
    assert heading(page) == "Choose an organisation"
    shoot(page, "sso-6-organisations")
    page.get_by_label("Organisation for which you act").select_option("korenaar")
    button(page, "Continue")
    assert heading(page) == "Share your consumption"
    assert page.get_by_text("Signed in: Bakkerij De Korenaar").is_visible()


def test_the_wrong_flow_gives_an_error(page: Page, portal: EmulatorThread, shoot: Shoot) -> None:
    page.goto(short_url(portal, "FLOW", flow="B2B"))
    sign_in(page, "Wout")
    assert "this link is for organisations" in page.get_by_role("alert").inner_text()
    shoot(page, "wrong-flow")


def test_the_buttons_back_to_the_provider(page: Page, portal: EmulatorThread) -> None:
    back = page.get_by_role("link", name="Back to the service provider")
    page.goto(short_url(portal, "BACK"))
    assert back.count() == 0
    sign_in(page, "Noor Dewaele")
    assert back.get_attribute("href") == FAILED
    share(page, "541440110000000101")
    assert back.get_attribute("href") == SUCCESS
    page.get_by_role("link", name="Make another request").click()
    assert back.count() == 0, "a request was completed"
    for reference, given in (("BACK-2", {"returnUrlSuccess": None}), ("BACK-3", {})):
        none = {"returnUrlSuccess": None, "returnUrlFailed": None}
        page.goto(short_url(portal, reference, **(given or none)))
        sign_in(page, "Noor Dewaele")
        assert back.count() == 0, "no way back after success, so none before"
        share(page, "541440110000000101")
        assert back.count() == 0


def test_approval_by_another(page: Page, portal: EmulatorThread, shoot: Shoot) -> None:
    page.goto(short_url(portal, "OTHER-1"))
    sign_in(page, "Bram")
    share(page, "541440110000000101", "541440110000000301")
    shoot(page, "done-waiting")
    before = mandates(portal, "OTHER-1")
    assert sorted(each["status"] for each in before) == ["Approved", "Requested"]
    page.goto(f"{portal.url}/verbruik/postbus")
    shoot(page, "inbox")
    letter = page.get_by_role("listitem").filter(has_text="OTHER-1")
    letter.get_by_role("button", name="Approve").click()
    assert page.get_by_role("status").inner_text() == "You consented."
    assert [each["status"] for each in mandates(portal, "OTHER-1")] == ["Approved"] * 2


def test_refusal(page: Page, portal: EmulatorThread, shoot: Shoot) -> None:
    page.goto(short_url(portal, "OTHER-2"))
    sign_in(page, "Sara")
    share(page, "541440010000000701")
    page.goto(f"{portal.url}/verbruik/postbus")
    letter = page.get_by_role("listitem").filter(has_text="OTHER-2")
    assert letter.get_by_role("heading").inner_text() == "Letter. To Jef Goethals"
    letter.get_by_role("button", name="Refuse").click()
    assert page.get_by_role("status").inner_text() == "You refused."
    shoot(page, "refused")
    (refused,) = mandates(portal, "OTHER-2")
    assert refused["status"] == "Rejected"
    assert "ean" not in refused


def test_an_expired_link_says_so(page: Page, fresh_emulator: FreshEmulator, shoot: Shoot) -> None:
    emulator = fresh_emulator()
    link = short_url(emulator, "LATE")
    emulator.world.clock.set(FROZEN_AT + timedelta(hours=24))
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 410
    assert "This link has expired" in page.get_by_role("alert").inner_text()
    shoot(page, "expired")


def test_renewal_and_deletion(page: Page, fresh_emulator: FreshEmulator, shoot: Shoot) -> None:
    emulator = fresh_emulator()
    page.goto(short_url(emulator, "LONG"))
    sign_in(page, "Noor Dewaele")
    share(page, "541440110000000101")
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, month=9))
    (due,) = mandates(emulator, "LONG")
    assert due["renewalStatus"] == "ToBeRenewed"
    page.goto(f"{emulator.url}/verbruik/mijn")
    shoot(page, "to-be-renewed")
    button(page, "Renew")
    assert "The renewal is asked" in page.get_by_role("status").inner_text()
    (renewed,) = mandates(emulator, "LONG")
    assert renewed["mandateExpirationDate"] == "2032-09-20T12:00:00Z"
    assert "renewalStatus" not in renewed
    page.get_by_text("Delete", exact=True).first.click()
    page.get_by_label("Yes, delete this mandate").check()
    button(page, "Delete")
    assert page.get_by_text("You share no consumption.").is_visible()
    shoot(page, "deleted")
    assert [each["status"] for each in mandates(emulator, "LONG")] == ["Finished"]


def test_the_journey_on_a_phone_in_dutch(
    chromium: Browser, portal: EmulatorThread, shoot: Shoot
) -> None:
    phone = ViewportSize(width=360, height=740)
    context = chromium.new_context(locale="nl-BE", viewport=phone, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_services: Any = [{"dataServiceType": "VH_onbepaald"}]
    page.goto(short_url(portal, "PHONE", dataServices=open_services, numberOfEans=1))
    page.get_by_label(re.compile("Noor Dewaele")).check()
    page.get_by_label("Particulier", exact=True).check()
    shoot(page, "phone-1-login")
    button(page, "Aanmelden")
    page.get_by_label(re.compile("541441010000000101")).check()
    page.get_by_label(re.compile("Verbruik per kwartier")).check()
    page.get_by_label("Eerste dag").fill("2026-03-29")
    page.get_by_label(re.compile("Laatste dag")).fill("2026-10-25")
    shoot(page, "phone-2-start")
    too_small = page.evaluate(
        "[...document.querySelectorAll('button, .button, label.choice, nav a, input[type=date]')]"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert too_small == []
    button(page, "Nakijken")
    assert "van 29 maart 2026 tot en met 25 oktober 2026" in page.inner_text("main")
    shoot(page, "phone-3-review")
    button(page, "Bevestigen")
    shoot(page, "phone-4-done")
    context.close()
    (mandate,) = mandates(portal, "PHONE")
    assert mandate["dataServiceType"] == "VH_kwartier_uur"
    assert mandate["dataPeriodFrom"] == "2026-03-28T23:00:00Z"
    assert mandate["dataPeriodTo"] == "2026-10-25T23:00:00Z"


def test_the_journey_by_keyboard_alone(page: Page, portal: EmulatorThread) -> None:
    page.goto(short_url(portal, "KEYS"))

    def tab_to(name: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "(e => (e.labels && e.labels[0] || e).innerText || '')(document.activeElement)"
            )
            if name in focused:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", f"the focus on {name} is not seen"
                return
        raise AssertionError(f"Tab never comes to {name}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to("Noor Dewaele")
    page.keyboard.press("Space")
    tab_to("Private person")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=ean]")
    tab_to("541440110000000101")
    page.keyboard.press("Space")
    tab_to("Look it over")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("nazicht"))
    tab_to("Confirm")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("klaar"))
    assert [each["status"] for each in mandates(portal, "KEYS")] == ["Approved"]

    page.goto(f"{portal.url}/verbruik/mijn")
    mine = page.get_by_role("listitem").filter(has_text="KEYS")
    mine.locator("summary").focus()
    page.keyboard.press("Enter")
    tab_to("Yes, delete this mandate")
    page.keyboard.press("Space")
    tab_to("Delete")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert [each["status"] for each in mandates(portal, "KEYS")] == ["Finished"]


def test_the_journey_without_script_at_twice_the_size(
    chromium: Browser, portal: EmulatorThread, shoot: Shoot
) -> None:
    half = ViewportSize(width=500, height=400)
    context = chromium.new_context(
        locale="en-GB", viewport=half, device_scale_factor=2, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(short_url(portal, "PLAIN", numberOfEans=1))
    sign_in(page, "Sara")
    button(page, "Look it over")
    assert "Choose at least one connection." in page.get_by_role("alert").inner_text()
    shoot(page, "twice-1-start")
    share(page, "541440010000000701")
    shoot(page, "twice-2-done")
    page.goto(f"{portal.url}/verbruik/postbus")
    letter = page.get_by_role("listitem").filter(has_text="PLAIN")
    letter.get_by_role("button", name="Approve").click()
    page.goto(f"{portal.url}/verbruik/mijn")
    mine = page.get_by_role("listitem").filter(has_text="PLAIN")
    mine.get_by_text("Delete", exact=True).first.click()
    shoot(page, "twice-3-own")
    mine.get_by_label("Yes, delete this mandate").check()
    mine.get_by_role("button", name="Delete").click()
    assert page.get_by_role("status").inner_text() == "The mandate is deleted."
    context.close()
    assert [each["status"] for each in mandates(portal, "PLAIN")] == ["Finished"]
