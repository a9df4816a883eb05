"""The grid user's consent and the customer's own page, over raw HTTP and over the years."""

from __future__ import annotations

import re
from datetime import timedelta

from support.emulators import FROZEN_AT, FreshEmulator
from support.mijn_fluvius import mandates, short_url
from support.portal_browser import refused, signed_in


def test_silence_for_a_month_rejects(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    browser = signed_in(emulator, short_url(emulator, "MF-21"), "sara")
    browser.post("dienstverlener/keuze", ean="541440010000000701")
    browser.post("dienstverlener/bevestigen")
    emulator.world.clock.set(FROZEN_AT + timedelta(days=30))
    assert [each["status"] for each in mandates(emulator, "MF-21")] == ["Rejected"]
    assert "Not answered in time" in browser.get("/verbruik/postbus").text


def test_a_renewal_on_the_own_page_waits_for_the_grid_user(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    browser = signed_in(emulator, short_url(emulator, "MF-22"), "sara")
    browser.post("dienstverlener/keuze", ean="541440010000000701")
    browser.post("dienstverlener/bevestigen")
    browser.get("/verbruik/postbus").post("postbus/antwoord", answer="approve")
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, month=10))
    browser.get("/verbruik/mijn").post("mijn/vernieuwen")
    assert browser.heading == "My mandates"
    (waiting,) = mandates(emulator, "MF-22")
    assert (waiting["status"], waiting["renewalStatus"]) == ("Approved", "RenewalRequested")
    browser.get("/verbruik/postbus")
    letter = browser.fields
    assert letter["grid_user"] == "jef"
    letters = re.findall(r'name="request" value="(\w+)"', browser.text)
    assert len(letters) == 1, "the first was answered"
    browser.post("postbus/antwoord", answer="approve")
    (renewed,) = mandates(emulator, "MF-22")
    assert renewed["mandateExpirationDate"] == "2032-10-20T12:00:00Z"
    assert renewed["dataPeriodFrom"] == "2024-12-31T23:00:00Z"
    assert "renewalStatus" not in renewed
    browser.get("/verbruik/csam")
    browser.post("postbus/antwoord", **{**letter, **browser.fields, "answer": "refuse"})
    refused(browser, 409, "answered, withdrawn, or is over")
