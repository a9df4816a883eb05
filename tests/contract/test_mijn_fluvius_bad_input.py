"""What is forged, replayed, cut short or no form of ours: a page says why; nothing changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    Flow,
)
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco, send
from support.mijn_fluvius import mandates, short_url
from support.portal_browser import EAN, Browser, identifier, refused, reviewed, signed_in


@pytest.mark.parametrize("damage", [lambda i: i[:-1], lambda i: i + "0", lambda i: i[::-1]])
def test_an_identifier_that_was_cut_or_forged_opens_nothing(
    emulator: EmulatorThread, damage: Any
) -> None:
    link = short_url(emulator, "MF-5")
    portal = emulator.env["FLUVIUS_PORTAL_URL"]
    refused(Browser(emulator).get(f"{portal}?id={damage(identifier(link))}"), 404, "not known")


@pytest.mark.parametrize("query", ["", "?id=", "?id=%00", "?id=%3Cscript%3E", "?ID=1", "?id=%ff"])
def test_a_link_that_is_none_opens_nothing(emulator: EmulatorThread, query: str) -> None:
    refused(Browser(emulator).get(f"/verbruik/dienstverlener{query}"), 404, "not known")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "", "sec-fetch-site": "cross-site"},
        {"origin": "", "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(
    emulator: EmulatorThread, headers: dict[str, str]
) -> None:
    browser = reviewed(emulator, short_url(emulator, "MF-7"))
    refused(browser.post("dienstverlener/bevestigen", headers), 403, "another website")
    assert mandates(emulator, "MF-7") == []


@pytest.mark.parametrize("token", [None, "", "forged", "é"])
def test_a_form_without_the_sessions_token_is_refused(
    emulator: EmulatorThread, token: str | None
) -> None:
    browser = reviewed(emulator, short_url(emulator, "MF-8"))
    browser.post("dienstverlener/bevestigen", form_token=token)
    refused(browser, 403, "not of this session")
    assert mandates(emulator, "MF-8") == []


def test_another_browser_cannot_confirm_what_this_one_chose(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-9")
    ticket = reviewed(emulator, link).fields["ticket"]
    other = reviewed(emulator, link)
    refused(other.post("dienstverlener/bevestigen", ticket=ticket), 409, "not what waits")
    stranger = Browser(emulator).get("/verbruik/aanmelden")
    stranger.post("dienstverlener/bevestigen", id=identifier(link), ticket=ticket)
    refused(stranger, 403, "not signed in")
    assert mandates(emulator, "MF-9") == []


def test_a_form_that_cannot_be_read_is_refused(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-15")
    json_kind = {"content-type": "application/json"}
    refused(reviewed(emulator, link).post("dienstverlener/bevestigen", json_kind), 415, "be read")
    for fields, status in (
        ({"ticket": ["a", "b"]}, 400),
        ({"ticket": "a" * 101}, 400),
        ({"ean": ["1"] * 1_200}, 400),
        ({"ticket": "a" * 70_000}, 413),
        ({"ticket": "\x00"}, 400),
    ):
        browser = reviewed(emulator, link).post("dienstverlener/bevestigen", **fields)
        assert browser.status == status
        assert "Nothing was changed." in browser.text
    assert mandates(emulator, "MF-15") == []


def test_pages_let_nothing_in_from_elsewhere(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-17", returnUrlFailed='https://example.org/"><script>x</script>')
    answer = signed_in(emulator, link).answer
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    content = answer.content.decode()
    assert "<script" not in content
    assert "style=" not in content
    assert re.findall(r"<[^>]* on\w+=", content) == []
    style = send(f"{emulator.url}/verbruik/site.css")
    assert style.headers["content-type"].startswith("text/css")
    assert b"url(" not in style.content


def test_nobody_answers_or_ends_what_is_not_theirs(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-18")
    browser = signed_in(emulator, link, "sara")
    browser.post("dienstverlener/keuze", ean="541440010000000701")
    browser.post("dienstverlener/bevestigen")
    key = {
        "environment": "sandbox",
        "reference": "MF-18",
        "ean": "541440010000000701",
        "service": "VH_kwartier_uur",
    }
    stranger = signed_in(emulator, short_url(emulator, "MF-19"))
    refused(stranger.post("mijn/verwijderen", sure="yes", **key), 404, "not known")
    refused(stranger.post("mijn/vernieuwen", **key), 404, "not known")
    browser.get("/verbruik/mijn")
    refused(browser.post("mijn/verwijderen", **key), 400, "Tick that you are sure")
    browser.get("/verbruik/mijn")
    refused(browser.post("mijn/vernieuwen", **key), 409, "answered, withdrawn, or is over")
    browser.get("/verbruik/postbus")
    forged = {"environment": "sandbox", "request": "0" * 32, "grid_user": "jef"}
    refused(browser.post("postbus/antwoord", answer="approve", **forged), 404, "not known")
    browser.get("/verbruik/postbus")
    refused(browser.post("postbus/antwoord", answer="maybe", **forged), 400, "cannot be read")
    assert [each["status"] for each in mandates(emulator, "MF-18")] == ["Requested"]


def test_whatever_a_page_tells_is_text(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    hostile = '"><script>alert(1)</script>'
    asked = Esco(emulator.env).post("/api/shortUrlIdentifier", {"referenceNumber": hostile})
    assert asked.status == 400, "such a one does not come in by the front door"
    request = ClientSessionRequest(
        data_access_contract_number=hostile,
        reference_number=hostile,
        flow=Flow.B2C,
        data_services=[ClientSessionDataService(data_service_type=DataServiceType.IG)],
    )
    made = emulator.world.sandbox.create_short_url(request, FROZEN_AT).identifier
    browser = signed_in(emulator, f"{emulator.env['FLUVIUS_PORTAL_URL']}?id={made}", "bram")
    pages = [browser.answer]
    pages.append(browser.post("dienstverlener/keuze", ean=EAN).answer)
    pages.append(browser.post("dienstverlener/bevestigen").answer)
    pages += [browser.get(f"/verbruik/{each}").answer for each in ("mijn", "postbus")]
    told = [answer.content.decode() for answer in pages]
    assert [text.count("<script") for text in told] == [0] * 5
    assert ["&lt;script&gt;" in text for text in told] == [True, True, False, True, True]


@pytest.mark.parametrize(
    "path", ["nothing", "dienstverlener/bevestigen", "mijn/verwijderen", "afmelden", "a/b/c"]
)
def test_an_address_that_is_no_pages_says_so(emulator: EmulatorThread, path: str) -> None:
    refused(Browser(emulator).get(f"/verbruik/{path}"), 404, "There is no such page.")


def test_a_form_for_no_page_is_refused(emulator: EmulatorThread) -> None:
    browser = Browser(emulator).get("/verbruik/csam")
    refused(browser.post("nothing"), 404, "There is no such page.")


def test_a_refused_form_leads_back_to_its_page(emulator: EmulatorThread) -> None:
    link = short_url(emulator, "MF-26")
    browser = reviewed(emulator, link).post("dienstverlener/bevestigen", form_token="old")
    assert f'href="/verbruik/dienstverlener?id={identifier(link)}"' in browser.text
    for page, path in (("postbus", "postbus/antwoord"), ("csam", "csam"), ("mijn", "mijn/x")):
        browser = Browser(emulator).get("/verbruik/csam").post(path, form_token="old")
        assert browser.status == 403
        assert f'class="button plain" href="/verbruik/{page}"' in browser.text
