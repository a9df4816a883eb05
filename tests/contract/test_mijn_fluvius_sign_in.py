"""Signing in at Mijn Fluvius over raw HTTP: who may, as what, and what none can skip."""

from __future__ import annotations

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.mijn_fluvius import short_url
from support.portal_browser import Browser, refused, signed_in


@pytest.mark.parametrize("user", ["", "nobody", "' OR 1=1", "a" * 101])
def test_a_persona_that_is_none_does_not_sign_in(emulator: EmulatorThread, user: str) -> None:
    browser = signed_in(emulator, short_url(emulator, "MF-12"), user)
    assert browser.status == 400
    assert "Nothing was changed." in browser.text


def test_the_wrong_flow_is_refused_both_ways(emulator: EmulatorThread) -> None:
    for flow, kind, why in (
        ("B2B", "private", "organisations"),
        ("B2C", "organisation", "private"),
    ):
        browser = Browser(emulator).get(short_url(emulator, "MF-13", flow=flow))
        refused(browser.post("aanmelden", user="wout", **{"as": kind}), 403, f"link is for {why}")
    browser = Browser(emulator).get(short_url(emulator, "MF-13", flow="B2B"))
    refused(
        browser.post("aanmelden", user="noor", **{"as": "organisation"}), 403, "no organisation"
    )


def test_terms_and_organisations_cannot_be_skipped(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-14", flow="B2B")
    browser = Browser(emulator).get(link)
    browser.post("aanmelden", user="hilde", **{"as": "organisation"})
    assert browser.heading == "Choose an organisation"
    refused(browser.post("aanmelden/organisatie", customer="drukgang"), 400, "your organisations")
    browser.get(link)
    refused(browser.post("aanmelden/voorwaarden", accept="yes"), 400, "without agreeing")
    browser = Browser(emulator).get(link)
    browser.post("aanmelden", user="ines", **{"as": "organisation"})
    assert browser.heading == "Terms of use"
    refused(browser.post("aanmelden/voorwaarden"), 400, "without agreeing")
    refused(
        Browser(emulator).get(link).post("aanmelden/voorwaarden", accept="yes"), 409, "over already"
    )


def test_a_session_gets_another_cookie_when_somebody_signs_in(emulator: EmulatorThread) -> None:
    browser = Browser(emulator).get(short_url(emulator, "MF-16"))
    planted, given = browser.cookie, browser.answer.headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    browser.post("aanmelden", user="noor", **{"as": "private"})
    assert browser.cookie != planted
    other = Browser(emulator)
    other.cookie = planted
    assert other.get("/verbruik/mijn").status == 303, "the planted one is worth nothing"
