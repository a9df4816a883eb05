"""What Fluvius documents of the ESCO API v3, one row a claim, over raw HTTP.

The clock stands at 2025-01-08T12:00:00Z. A row may make mock mandates first, each under its own
reference and EAN; then it makes one request and says what comes back.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.acceptance import ABSENT, Row, count
from support.acceptance_v3 import (
    BODY_REFUSED,
    DAYS,
    MADE,
    MOCK,
    NOT_FOUND,
    QUARTERS,
    QUERY_REFUSED,
    SESSION,
    mandate,
    service,
    session,
)
from support.acceptance_v3_energy import ENERGIES
from support.esco import Esco, ask_token

CLOCK = datetime(2025, 1, 8, 12, tzinfo=UTC)

# --- short URL ----------------------------------------------------------------------------------

SESSIONS = [
    Row(
        claim="a full short URL request is good for a day",
        path=SESSION,
        body=session(
            flow="B2B",
            dataServices=[
                {"dataServiceType": "VH_dag", "dataPeriodFrom": "2023-02-28T23:00:00Z"},
                {"dataServiceType": "VH_kwartier_uur", "dataPeriodTo": "2026-06-30T22:00:00Z"},
            ],
            numberOfEans=5,
            returnUrlSuccess="https://example.org/yes",
            returnUrlFailed="https://example.org/no",
            SSO=True,
            enterpriseNumber="0123456789",
        ),
        status=200,
        expect={
            **MADE,
            "data/shortUrlIdentifier": re.compile("[0-9a-f]{64}"),
            "data/validTo": "2025-01-09T12:00:00Z",
        },
    ),
    Row(
        claim="an unknown contract fails, with status 200",
        path=SESSION,
        body=session(dataAccessContractNumber="NOBODY"),
        status=200,
        expect={"data": {"status": "failed"}, "_meta/fetchTime": "2025-01-08T12:00:00Z"},
    ),
    *(
        Row(
            claim=f"a short URL with {changes}",
            path=SESSION,
            body=session(**changes),
            status=200,
            expect=MADE,
        )
        for changes in (
            {"numberOfEans": 1000},
            {"numberOfEans": 0},
            {"enterpriseNumber": "123456789"},
            {"enterpriseNumber": "1234567890"},
            {"referenceNumber": "A" * 35},
            service(dataPeriodFrom="2022-01-08T00:00:00Z"),
            service(dataPeriodFrom=None, dataPeriodTo=None),
            service(dataServiceType="IG"),
        )
    ),
    *(
        Row(
            claim=f"no short URL with {changes}",
            path=SESSION,
            body=session(**changes),
            status=400,
            expect=BODY_REFUSED,
        )
        for changes in (
            {"dataAccessContractNumber": ABSENT},
            {"dataAccessContractNumber": ""},
            {"referenceNumber": "A" * 36},
            {"referenceNumber": "MijnFluvius-1"},
            {"referenceNumber": "a_b"},
            {"flow": ABSENT},
            {"flow": "B2X"},
            {"dataServices": ABSENT},
            {"dataServices": [{"dataServiceType": "VH_dag"}] * 4},
            {"numberOfEans": 1001},
            {"enterpriseNumber": "12345678"},
            {"enterpriseNumber": "12345678901"},
            {"returnUrlSuccess": "thanks"},
            {"returnUrlFailed": ""},
            service(dataPeriodFrom="2021-01-08T00:00:00Z"),
            service(dataPeriodFrom="2025-01-09T00:00:00Z"),
            service(dataPeriodFrom="2024-05-01T00:00:00Z", dataPeriodTo="2024-05-01T00:00:00Z"),
            service(dataServiceType="VH_kwartier"),
            service(dataServiceType="VH_half_uur"),
            service(dataServiceType="VH_dag, VH_kwartier_uur"),
        )
    ),
]

# --- mandates -----------------------------------------------------------------------------------

MANDATES = [
    Row(
        claim="an approved mock is found by its reference, with EAN and energy",
        mocks=(mandate("ACCEPT-15"),),
        query={"referenceNumber": "ACCEPT-15"},
        status=200,
        expect={
            "data/mandates": count(1),
            "data/mandates/0/ean": DAYS,
            "data/mandates/0/energyType": "E",
            "data/mandates/0/status": "Approved",
            "data/mandates/0/renewalStatus": ABSENT,
            "data/mandates/0/dataPeriodTo": ABSENT,
            "data/mandates/0/mandateExpirationDate": "2028-01-08T12:00:00Z",
        },
    ),
    *(
        Row(
            claim=f"a mandate that is {status} shows neither EAN nor energy",
            mocks=(mandate(f"ACCEPT-16-{status}", status=status),),
            query={"referenceNumber": f"ACCEPT-16-{status}"},
            status=200,
            expect={
                "data/mandates/0/status": status,
                "data/mandates/0/ean": ABSENT,
                "data/mandates/0/energyType": ABSENT,
            },
        )
        for status in ("Requested", "Rejected", "Finished")
    ),
    Row(
        claim="a mock without a status is Requested",
        mocks=(mandate("ACCEPT-NONE", status=ABSENT),),
        query={"referenceNumber": "ACCEPT-NONE"},
        status=200,
        expect={"data/mandates/0/status": "Requested"},
    ),
    Row(
        claim="four months before its expiry a mandate has no renewal status",
        mocks=(mandate("ACCEPT-17A", mandateExpirationDate="2025-05-08T12:00:00Z"),),
        query={"referenceNumber": "ACCEPT-17A"},
        status=200,
        expect={"data/mandates/0/renewalStatus": ABSENT},
    ),
    Row(
        claim="two months before its expiry it is to be renewed",
        mocks=(mandate("ACCEPT-17B", mandateExpirationDate="2025-03-08T12:00:00Z"),),
        query={"referenceNumber": "ACCEPT-17B", "renewalStatus": "ToBeRenewed"},
        status=200,
        expect={"data/mandates/0/renewalStatus": "ToBeRenewed"},
    ),
    Row(
        claim="after its expiry it is Expired, and stays Approved",
        mocks=(mandate("ACCEPT-17C", mandateExpirationDate="2024-10-08T12:00:00Z"),),
        query={"referenceNumber": "ACCEPT-17C"},
        status=200,
        expect={
            "data/mandates/0/renewalStatus": "Expired",
            "data/mandates/0/status": "Approved",
        },
    ),
    Row(
        claim="a renewal status that a mock supplies is echoed in its documented casing",
        mocks=(mandate("ACCEPT-17D", renewalStatus="toBeRenewed"),),
        query={"referenceNumber": "ACCEPT-17D"},
        status=200,
        expect={"data/mandates/0/renewalStatus": "ToBeRenewed"},
    ),
    Row(
        claim="the filter on EAN finds approved mandates only",
        mocks=(mandate("ACCEPT-F", "541440000000000002", status="Requested"),),
        query={"ean": "541440000000000002"},
        status=404,
        expect=NOT_FOUND,
    ),
    Row(
        claim="several data services are parted by a comma",
        mocks=(
            mandate("ACCEPT-S"),
            mandate("ACCEPT-S", QUARTERS, dataServiceType="IG", dataPeriodFrom=ABSENT),
        ),
        query={"referenceNumber": "ACCEPT-S", "dataServiceTypes": "VH_dag,IG"},
        status=200,
        expect={"data/mandates": count(2)},
    ),
    Row(
        claim="the filter on expiry is equality",
        mocks=(mandate("ACCEPT-E", mandateExpirationDate="2026-02-03T00:00:00Z"),),
        query={"referenceNumber": "ACCEPT-E", "mandateExpirationDate": "2026-02-03T00:00:01Z"},
        status=404,
        expect=NOT_FOUND,
    ),
    Row(
        claim="lastUpdatedFrom is inclusive",
        mocks=(mandate("ACCEPT-U"),),
        query={"referenceNumber": "ACCEPT-U", "lastUpdatedFrom": "2025-01-08T12:00:00Z"},
        status=200,
    ),
    Row(
        claim="lastUpdatedTo is exclusive",
        mocks=(mandate("ACCEPT-U"),),
        query={"referenceNumber": "ACCEPT-U", "lastUpdatedTo": "2025-01-08T12:00:00Z"},
        status=404,
        expect=NOT_FOUND,
    ),
    Row(
        claim="nothing found is 404",
        query={"referenceNumber": "NOBODY"},
        status=404,
        expect=NOT_FOUND,
    ),
    *(
        Row(claim=f"no mandates with {query}", query=query, status=400, expect=QUERY_REFUSED)
        for query in (
            {"energyType": "e"},
            {"status": "approved"},
            {"renewalStatus": "expired"},
            {"dataServiceTypes": "VH_dag,VH_kwartier"},
            {"ean": "12345678901234567"},
        )
    ),
    Row(
        claim="paths, query names and doubled slashes are read leniently, unknown names ignored",
        path="//API//Mandate",
        mocks=(mandate("ACCEPT-P"),),
        query={"ReferenceNumber": "ACCEPT-P", "Whatever": "1"},
        status=200,
    ),
    Row(
        claim="no key, no mandates",
        without="ocp-apim-subscription-key",
        status=401,
        expect={"statusCode": 401},
    ),
    Row(claim="no token, no mandates", without="authorization", status=401),
]

# --- mock mandates ------------------------------------------------------------------------------

MOCKS = [
    Row(claim="a mock is made", path=MOCK, body=mandate("ACCEPT-M"), status=200, expect=MADE),
    Row(
        claim="a mock for installation data has no period",
        path=MOCK,
        body=mandate("ACCEPT-M", dataServiceType="IG", dataPeriodFrom=None),
        status=200,
        expect=MADE,
    ),
    *(
        Row(
            claim=f"no mock with {changes}",
            path=MOCK,
            body=mandate("ACCEPT-M", **changes),
            status=400,
            expect=BODY_REFUSED,
        )
        for changes in (
            {"ean": "541441100000000001"},
            {"ean": "541451110000000001"},
            {"ean": "54144000000000001"},
            {"ean": "541448860000000001"},
            {"referenceNumber": ABSENT},
            {"dataServiceType": ABSENT},
            {"dataPeriodFrom": ABSENT},
            {"dataServiceType": "IG"},
            {"dataServiceType": "VH_kwartier"},
            {"dataPeriodTo": "2022-12-31T23:00:00Z"},
        )
    ),
    Row(
        claim="there is no mock in the live API",
        path=MOCK,
        body=mandate("ACCEPT-M"),
        live=True,
        status=404,
    ),
]


@pytest.fixture(scope="module")
def emulated(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    emulator = EmulatorThread(clock=CLOCK)
    running_emulators.append(emulator)
    return emulator


@pytest.fixture(scope="module")
def sandbox(emulated: EmulatorThread) -> Esco:
    return Esco(emulated.env)


@pytest.fixture(scope="module")
def live(emulated: EmulatorThread) -> Esco:
    return Esco(emulated.env, live=True)


@pytest.mark.parametrize(
    "row", [*SESSIONS, *MANDATES, *MOCKS, *ENERGIES], ids=lambda row: str(row.claim)
)
def test_the_api_does_as_documented(sandbox: Esco, live: Esco, row: Row) -> None:
    for body in row.mocks:
        assert sandbox.post(MOCK, body).status == 200
    assert row.unmet(row.ask(live if row.live else sandbox)) == []


def test_a_token_is_four_members_and_lasts_an_hour(emulated: EmulatorThread) -> None:
    answer = ask_token(emulated.env)
    assert answer.status == 200
    assert set(answer.json) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert answer.json["access_token"].count(".") == 2


def test_a_wrong_secret_is_refused_with_entras_code(emulated: EmulatorThread) -> None:
    answer = ask_token(emulated.env, client_secret="wrong")
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert answer.json["error_codes"] == [7000215]
