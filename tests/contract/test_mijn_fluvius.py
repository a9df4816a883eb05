"""Mijn Fluvius over raw HTTP: journeys, and all that is refused without changing anything."""

from __future__ import annotations

import html
import json
import re
import threading
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from kwartier.emulator.mijn_fluvius.texts import TEXTS
from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Answer, Esco, send
from support.mijn_fluvius import mandates, short_url

EAN = "541440110000000101"
FORM = "application/x-www-form-urlencoded"


class Browser:
    """Just enough of one: a cookie, and the hidden fields of the page it looks at."""

    def __init__(self, emulator: EmulatorThread) -> None:
        self.url = emulator.url
        self.cookie = ""
        self.fields: dict[str, str] = {}
        self.answer = Answer(0, {}, b"")

    def get(self, address: str, **headers: str) -> Browser:
        url = address if address.startswith("http") else self.url + address
        return self._take(send(url, headers=self._headers(headers)))

    def post(self, path: str, extra: Any = None, **fields: Any) -> Browser:
        """Send the page's form with ``extra`` headers; None omits a field, a list repeats it."""
        pairs = {**self.fields, **fields}
        content = urlencode({k: v for k, v in pairs.items() if v is not None}, doseq=True)
        headers = {"content-type": FORM, "origin": self.url, **(extra or {})}
        sent = {name: value for name, value in headers.items() if value}
        url = f"{self.url}/verbruik/{path}"
        answer = send(url, "POST", content=content.encode(), headers=self._headers(sent))
        self._take(answer)
        return self.get(answer.headers["location"]) if answer.status == 303 else self

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def text(self) -> str:
        return html.unescape(self.answer.content.decode())

    @property
    def heading(self) -> str:
        found = re.search("<h1>(.*?)</h1>", self.text)
        return found[1] if found else ""

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        cookie = {"cookie": self.cookie} if self.cookie else {}
        return {"accept-language": "en", **cookie, **more}

    def _take(self, answer: Answer) -> Browser:
        self.answer = answer
        if given := answer.headers.get("set-cookie"):
            ((name, value),) = SimpleCookie(given).items()
            self.cookie = f"{name}={value.value}"
        hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
        if answer.status != 303:
            self.fields = dict(re.findall(hidden, answer.content.decode()))
        return self


def signed_in(emulator: EmulatorThread, link: str, user: str = "noor") -> Browser:
    return Browser(emulator).get(link).post("aanmelden", user=user, **{"as": "private"})


def reviewed(emulator: EmulatorThread, link: str, **fields: Any) -> Browser:
    browser = signed_in(emulator, link).post("dienstverlener/keuze", **{"ean": EAN, **fields})
    assert browser.heading == "Look your request over", browser.text
    return browser


def refused(browser: Browser, status: int, why: str) -> None:
    """A page that says why, and that nothing was changed."""
    assert browser.status == status, browser.text
    assert why in browser.text
    assert "Nothing was changed." in browser.text
    assert "EMULATOR" in browser.text


def identifier(link: str) -> str:
    return urlsplit(link).query.removeprefix("id=")


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


def test_a_link_dies_after_a_day_even_in_the_middle_of_a_journey(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    browser = reviewed(emulator, short_url(emulator, "MF-6"))
    emulator.world.clock.set(FROZEN_AT + timedelta(hours=24))
    refused(browser.post("dienstverlener/bevestigen"), 410, "has expired")
    assert mandates(emulator, "MF-6") == []


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


def test_a_confirmation_counts_once_however_often_it_is_sent(emulator: EmulatorThread) -> None:
    browser = reviewed(emulator, short_url(emulator, "MF-10"))
    fields = urlencode(browser.fields).encode()
    headers = {"content-type": FORM, "origin": emulator.url, "cookie": browser.cookie}
    url = f"{emulator.url}/verbruik/dienstverlener/bevestigen"
    begin, statuses = threading.Barrier(8), []

    def confirm() -> None:
        begin.wait()
        statuses.append(send(url, "POST", content=fields, headers=headers).status)

    threads = [threading.Thread(target=confirm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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
    style = send(f"{emulator.url}/verbruik/mijn-fluvius.css")
    assert style.headers["content-type"].startswith("text/css")
    assert b"url(" not in style.content


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("nl-BE", "nl"),
        ("fr,en;q=0.5,nl;q=0.8", "nl"),
        ("", "nl"),
        ("fr", "nl"),
        ("en;q=0", "nl"),
        ("en;q=x,,;;", "nl"),
    ],
)
def test_the_language_is_the_browsers(
    emulator: EmulatorThread, accepted: str, language: str
) -> None:
    answer = send(f"{emulator.url}/verbruik/postbus", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.content.decode()


def test_the_language_can_be_switched_and_stays(emulator: EmulatorThread) -> None:
    browser = Browser(emulator).get("/verbruik/postbus")
    switch = re.search(r'href="([^"]*taal=nl)"', browser.text)
    assert switch
    assert browser.get(switch[1]).heading == "Postbus van de netgebruikers"
    assert browser.get("/verbruik/csam").heading == "CSAM: wie heeft een sessie?"


def test_the_two_languages_say_the_same_things() -> None:
    def blanks(text: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)}", text))

    assert [key for key, (nl, en) in TEXTS.items() if blanks(nl) != blanks(en)] == []


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
