"""Requests that keep every rule, generated: each is taken, and answered as the document says.

A schema cannot say the rules between members; these strategies do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT
from support.esco import Esco
from support.openapi import Described

MANDATE, ENERGY, MOCK = "/api/mandate", "/api/mandate/energy", "/api/mandate/mock"
SESSION = "/api/shortUrlIdentifier"

NOW = FROZEN_AT
THREE_YEARS_AGO = datetime(2023, 11, 20, tzinfo=UTC)
SERVICES = ("VH_dag", "VH_kwartier_uur", "VH_onbepaald", "IG")
STATUSES = ("Requested", "Approved", "Rejected", "Finished")
RENEWALS = ("ToBeRenewed", "RenewalRequested", "Expired")

EANS = (
    "541440110000000111",
    "541441010000000111",
    "541450112000000111",
    "541441212000000111",
    "541440210000000111",
    "541440000000000999",
)
"""The last has no mandate."""

some = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def absent_or(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def instants(first: datetime, last: datetime) -> st.SearchStrategy[str]:
    seconds = st.integers(0, int((last - first).total_seconds()))
    return seconds.map(lambda each: f"{first + timedelta(seconds=each):%Y-%m-%dT%H:%M:%SZ}")


anytime = instants(datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))
later = instants(NOW + timedelta(seconds=1), NOW + timedelta(days=900))
references = st.from_regex(r"[A-Za-z0-9-]{1,35}", fullmatch=True).filter(
    lambda text: not text.startswith("MijnFluvius-")
)
eans = st.from_regex(r"5414[45](0[0-2]|1[02])[0-2][0-2]000000[0-9]{3}", fullmatch=True)


def given_members(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


@st.composite
def data_services(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(absent_or(instants(THREE_YEARS_AGO, NOW)))
    members = {"dataPeriodFrom": start, "dataPeriodTo": draw(absent_or(later))}
    return {"dataServiceType": draw(st.sampled_from(SERVICES)), **members}


@st.composite
def sessions(draw: st.DrawFn) -> dict[str, Any]:
    url = st.sampled_from(["https://example.org", "http://example.org:8080/a/b?c=d#e"])
    optional = {
        "numberOfEans": draw(absent_or(st.integers(0, 1000))),
        "returnUrlSuccess": draw(absent_or(url)),
        "returnUrlFailed": draw(absent_or(url)),
        "sso": draw(absent_or(st.booleans())),
        "enterpriseNumber": draw(absent_or(st.from_regex(r"[0-9]{9,10}", fullmatch=True))),
    }
    body = {
        "dataAccessContractNumber": draw(st.sampled_from(["EMULATED-CONTRACT-1", "ANOTHER"])),
        "referenceNumber": draw(references),
        "flow": draw(st.sampled_from(["B2B", "B2C"])),
        "dataServices": draw(st.lists(data_services(), min_size=1, max_size=3)),
    }
    return {**body, **(optional if draw(st.booleans()) else given_members(optional))}


@st.composite
def mocks(draw: st.DrawFn) -> dict[str, Any]:
    service = draw(st.sampled_from(SERVICES))
    start = None if service == "IG" else draw(instants(datetime(2021, 1, 1, tzinfo=UTC), NOW))
    optional = {
        "dataPeriodFrom": start,
        "dataPeriodTo": draw(absent_or(later)),
        "status": draw(absent_or(st.sampled_from(STATUSES))),
        "mandateExpirationDate": draw(absent_or(anytime)),
        "renewalStatus": draw(absent_or(st.sampled_from(RENEWALS))),
    }
    body = {"referenceNumber": draw(references), "ean": draw(eans), "dataServiceType": service}
    return {**body, **(optional if draw(st.booleans()) else given_members(optional))}


def word_lists(*words: str) -> st.SearchStrategy[str]:
    def join(drawn: tuple[list[str], str]) -> str:
        return drawn[1].join(drawn[0])

    chosen = st.lists(st.sampled_from(words), min_size=1, max_size=4)
    return st.tuples(chosen, st.sampled_from([",", ";", "|", ", "])).map(join)


filters = st.fixed_dictionaries(
    {},
    optional={
        "referenceNumber": references,
        "ean": eans,
        "dataServiceTypes": word_lists(*SERVICES),
        "energyType": st.sampled_from(["E", "G"]),
        "status": st.sampled_from(STATUSES),
        "mandateExpirationDate": anytime,
        "renewalStatus": st.sampled_from(RENEWALS),
        "lastUpdatedFrom": anytime,
        "lastUpdatedTo": anytime,
        "somethingUnknown": st.sampled_from(["", "x"]),
    },
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, str]:
    first = draw(st.integers(0, int((NOW - THREE_YEARS_AGO).total_seconds())))
    length = draw(st.integers(1, 185 * 86_400))
    start = THREE_YEARS_AGO + timedelta(seconds=first)
    optional = {
        "granularity": draw(absent_or(word_lists("daily", "hourly_quarterhourly"))),
        "complexEnergyTypes": draw(absent_or(word_lists("active", "reactive"))),
        "referenceNumber": draw(absent_or(st.just("VALID"))),
    }
    return {
        "ean": draw(st.sampled_from(EANS)),
        "periodType": draw(st.sampled_from(["readTime", "insertTime"])),
        "from": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{start + timedelta(seconds=length):%Y-%m-%dT%H:%M:%SZ}",
        **given_members(optional),
    }


@pytest.fixture(scope="module")
def own(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    emulator = EmulatorThread(clock=NOW)
    running_emulators.append(emulator)
    session = Esco(emulator.env)
    for ean, service in zip(EANS[:-1], (*SERVICES[:3], *SERVICES[:2]), strict=True):
        assert session.mock("VALID", ean, service).status == 200
    return emulator


@pytest.fixture(scope="module")
def session(own: EmulatorThread) -> Esco:
    return Esco(own.env)


@pytest.fixture(scope="module")
def described(own: EmulatorThread) -> Described:
    return Described(f"{own.url}/esco-sbx")


@some
@given(body=sessions())
def test_every_session_is_made_or_fails(
    session: Esco, described: Described, body: dict[str, Any]
) -> None:
    answer = session.post(SESSION, body)
    assert described.complaints(answer, SESSION, "post") == []
    known = body["dataAccessContractNumber"] == session.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"]
    assert (answer.status, answer.json["data"]["status"]) == (
        200,
        "success" if known else "failed",
    )


@some
@given(body=mocks())
def test_every_mock_is_made_and_found(
    session: Esco, described: Described, body: dict[str, Any]
) -> None:
    answer = session.post(MOCK, body)
    assert described.complaints(answer, MOCK, "post") == []
    assert answer.status == 200
    found = session.mandates(
        referenceNumber=body["referenceNumber"],
        dataServiceTypes=body["dataServiceType"],
        status=body.get("status") or "Requested",
    )
    mandates = found.json["data"]["mandates"]
    assert [each for each in mandates if each.get("ean") in {None, body["ean"]}]


@some
@given(query=filters)
def test_every_filter_finds_mandates_or_none(
    session: Esco, described: Described, query: dict[str, str]
) -> None:
    answer = session.mandates(**query)
    assert described.complaints(answer, MANDATE, "get") == []
    assert answer.status in {200, 404}


@some
@given(query=questions())
def test_every_question_for_energy_is_answered(
    session: Esco, described: Described, query: dict[str, str]
) -> None:
    answer = session.get(ENERGY, **query)
    assert described.complaints(answer, ENERGY, "get") == []
    assert answer.status in {200, 404}
    assert answer.status == 404 or query["ean"] != EANS[-1]
