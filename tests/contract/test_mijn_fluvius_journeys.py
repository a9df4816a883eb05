"""Journeys over raw HTTP: what a customer may choose, confirm, and come back to."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco
from support.mijn_fluvius import mandates, short_url
from support.portal_browser import EAN, identifier, refused, reviewed, signed_in, together


def test_a_journey_makes_a_mandate(emulator: EmulatorThread) -> None:
    browser = reviewed(emulator, short_url(emulator, "MF-1")).post("dienstverlener/bevestigen")
    assert browser.heading == "Your request is registered"
    (made,) = mandates(emulator, "MF-1")
    assert (made["status"], made["ean"]) == ("Approved", EAN)
    assert made["dataPeriodFrom"] == "2024-12-31T23:00:00Z"
    assert "dataPeriodTo" not in made
    assert made["mandateExpirationDate"] == "2029-11-20T12:00:00Z"


def test_a_journey_in_the_live_environment(emulator: EmulatorThread) -> None:
    env = emulator.env
    sandbox, live = env["FLUVIUS_SANDBOX_BASE_URL"], env["FLUVIUS_BASE_URL"]
    esco = Esco(env, live=True)
    body = {
        "dataAccessContractNumber": env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": "MF-LIVE",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "IG"}],
    }
    made = esco.post("/api/shortUrlIdentifier", body).json["data"]["shortUrlIdentifier"]
    link = f"{env['FLUVIUS_PORTAL_URL']}?id={made}"
    reviewed(emulator, link).post("dienstverlener/bevestigen")
    assert sandbox != live
    assert esco.mandates(referenceNumber="MF-LIVE").json["data"]["mandates"][0]["ean"] == EAN
    assert mandates(emulator, "MF-LIVE") == []


def test_several_requests_in_one_session_keep_its_granularity(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-2", dataServices=[{"dataServiceType": "VH_onbepaald"}])
    browser = reviewed(emulator, link, service_0="VH_dag", from_0="2025-01-01")
    browser.post("dienstverlener/bevestigen").get(link)
    assert 'name="service_0"' not in browser.text, "the first request fixed it"
    browser.post(
        "dienstverlener/keuze",
        ean="541441010000000101",
        from_0="2025-01-01",
        service_0="VH_kwartier_uur",
    ).post("dienstverlener/bevestigen")
    assert [each["dataServiceType"] for each in mandates(emulator, "MF-2")] == ["VH_dag"] * 2


@pytest.mark.parametrize(
    ("service", "offered"),
    [
        ({"dataServiceType": "VH_dag"}, {"from_0", "to_0"}),
        ({"dataServiceType": "VH_dag", "dataPeriodFrom": "2025-01-01T00:00:00Z"}, set()),
        ({"dataServiceType": "VH_dag", "dataPeriodTo": "2026-01-01T00:00:00Z"}, {"from_0"}),
        ({"dataServiceType": "IG"}, set()),
    ],
)
def test_the_period_is_the_customers_where_the_request_leaves_it_open(
    emulator: EmulatorThread, service: dict[str, str], offered: set[str]
) -> None:
    browser = signed_in(emulator, short_url(emulator, "MF-3", dataServices=[service]))
    assert browser.heading == "Share your consumption"
    assert set(re.findall(r'name="((?:from|to)_\d)"', browser.text)) == offered


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Choose at least one connection."),
        ({"ean": [EAN, "541441010000000101"]}, "more connections than the request allows"),
        ({"ean": "541440010000000701"}, "not known here"),
        ({"ean": "5414401100000001"}, "not known here"),
        ({"ean": "<script>alert(1)</script>"}, "not known here"),
        ({"ean": EAN, "service_0": None}, "Choose which data you share."),
        ({"ean": EAN, "service_0": "IG"}, "Choose which data you share."),
        ({"ean": EAN, "from_0": ""}, "Choose a first day."),
        ({"ean": EAN, "from_0": "2025-02-30"}, "This is no date."),
        ({"ean": EAN, "from_0": "9999-12-31", "to_0": "9999-12-31"}, "This is no date."),
        ({"ean": EAN, "from_0": "0001-01-01"}, "This is no date."),
        ({"ean": EAN, "from_0": "2023-11-18"}, "This period cannot be"),
        ({"ean": EAN, "from_0": "2026-11-21"}, "This period cannot be"),
        ({"ean": EAN, "to_0": "2024-12-31"}, "This period cannot be"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    emulator: EmulatorThread, fields: dict[str, Any], why: str
) -> None:
    service = [{"dataServiceType": "VH_onbepaald"}]
    link = short_url(emulator, "MF-4", dataServices=service, numberOfEans=1)
    good = {"service_0": "VH_dag", "from_0": "2025-01-01"}
    browser = signed_in(emulator, link).post("dienstverlener/keuze", **{**good, **fields})
    refused(browser, 400, why)
    assert "<script>alert" not in browser.answer.content.decode()
    assert browser.get(f"/verbruik/dienstverlener/nazicht?id={identifier(link)}").status == 303
    assert mandates(emulator, "MF-4") == []


def test_a_link_dies_after_a_day_even_in_the_middle_of_a_journey(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    browser = reviewed(emulator, short_url(emulator, "MF-6"))
    emulator.world.clock.set(FROZEN_AT + timedelta(hours=24))
    refused(browser.post("dienstverlener/bevestigen"), 410, "has expired")
    assert mandates(emulator, "MF-6") == []


def test_a_confirmation_counts_once_however_often_it_is_sent(emulator: EmulatorThread) -> None:
    browser = reviewed(emulator, short_url(emulator, "MF-10"))
    statuses = together(browser, "dienstverlener/bevestigen", [browser.fields] * 8)
    assert sorted(statuses) == [303] + [409] * 7
    assert len(mandates(emulator, "MF-10")) == 1
    refused(browser.post("dienstverlener/bevestigen"), 409, "confirmed already")


def test_a_reference_is_bound_by_its_first_completed_request(emulator: EmulatorThread) -> None:
    one, other = short_url(emulator, "MF-11"), short_url(emulator, "MF-11")
    slow = signed_in(emulator, other, "jef")
    assert slow.heading == "Share your consumption", "nobody has it yet"
    reviewed(emulator, one).post("dienstverlener/bevestigen")
    slow.post("dienstverlener/keuze", ean="541440010000000701")
    refused(slow, 403, "belongs to another customer")
    late = signed_in(emulator, other, "jef")
    refused(late, 403, "belongs to another customer")
    assert late.get(other).heading == "Sign in", "so that the right customer can"


def test_what_cannot_be_kept_has_not_happened(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    emulator = fresh_emulator(state=folder / "state.json")
    link = short_url(emulator, "MF-20")
    browser = reviewed(emulator, link)
    before = json.loads((folder / "state.json").read_bytes())
    folder.rename(tmp_path / "gone")
    refused(browser.post("dienstverlener/bevestigen"), 500, "could not keep this")
    (tmp_path / "gone").rename(folder)
    assert json.loads((folder / "state.json").read_bytes()) == before
    assert mandates(emulator, "MF-20") == []
    browser.get(f"/verbruik/dienstverlener/nazicht?id={identifier(link)}")
    browser.post("dienstverlener/bevestigen")
    assert len(mandates(emulator, "MF-20")) == 1, "it waits to be confirmed again"
