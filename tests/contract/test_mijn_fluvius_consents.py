"""The grid user's consent and the customer's own page, over raw HTTP and over the years."""

from __future__ import annotations

import re
from datetime import timedelta

from kwartier.emulator.events.event import EventAsked
from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT, FreshEmulator
from support.mijn_fluvius import mandates, short_url
from support.portal_browser import Browser, refused, signed_in, together

JEFS = "541440010000000701"
ANSWERS = ["approve", "refuse"]


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


def shared_by_jef(emulator: EmulatorThread, reference: str) -> Browser:
    """Sara's browser, once she has a mandate for the flat of Jef, who consented."""
    browser = signed_in(emulator, short_url(emulator, reference), "sara")
    browser.post("dienstverlener/keuze", ean=JEFS).post("dienstverlener/bevestigen")
    return browser.get("/verbruik/postbus").post("postbus/antwoord", answer="approve")


def test_an_expired_mandate_whose_renewal_waits_is_not_renewed_again(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    browser = shared_by_jef(emulator, "MF-23")
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, day=10))
    browser.get("/verbruik/mijn").post("mijn/vernieuwen")
    form = browser.fields
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, day=25))
    page = browser.get("/verbruik/mijn").text
    assert "Expired" in page
    assert "The renewal waits for the grid user, until 10 December 2029" in page
    assert "mijn/vernieuwen" not in page
    refused(browser.post("mijn/vernieuwen", **form), 409, "answered, withdrawn, or is over")
    assert len(emulator.world.sandbox.consent_requests) == 2, "the first, and one renewal"
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, month=12, day=10))
    assert "mijn/vernieuwen" in browser.get("/verbruik/mijn").text, "a month of silence is over"


def test_a_mandate_whose_period_has_ended_is_not_renewed(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    browser = shared_by_jef(emulator, "MF-24")
    emulator.world.clock.set(FROZEN_AT.replace(year=2029, day=10))
    form = browser.get("/verbruik/mijn").fields
    assert "mijn/vernieuwen" in browser.text
    emulator.world.happen(
        EventAsked(kind="move", ean=JEFS, effective="-P20D").happening(emulator.world.now())
    )
    assert "mijn/vernieuwen" not in browser.get("/verbruik/mijn").text
    refused(browser.post("mijn/vernieuwen", **form), 409, "answered, withdrawn, or is over")


def test_of_answers_at_the_same_time_one_counts(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    browser = signed_in(emulator, short_url(emulator, "MF-25"), "sara")
    browser.post("dienstverlener/keuze", ean=JEFS).post("dienstverlener/bevestigen")
    fields = browser.get("/verbruik/postbus").fields
    statuses = together(
        browser, "postbus/antwoord", [{**fields, "answer": each} for each in ANSWERS * 4]
    )
    assert sorted(statuses) == [303] + [409] * 7
    (mandate,) = mandates(emulator, "MF-25")
    assert mandate["status"] in {"Approved", "Rejected"}
