"""What Fluvius documents of the ESCO API v3, one row a claim, over raw HTTP.

The clock stands at 2025-01-08T12:00:00Z. A row may make mock mandates first, each under its own
reference and EAN; then it makes one request and says what comes back.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.acceptance import ABSENT, Json, Row, count, stated
from support.esco import Esco, ask_token

CLOCK = datetime(2025, 1, 8, 12, tzinfo=UTC)

SESSION, MANDATE, ENERGY = "/api/shortUrlIdentifier", "/api/mandate", "/api/mandate/energy"
MOCK = "/api/mandate/mock"

DAYS, QUARTERS = "541440000000000001", "541440110000000001"
GAS_DAYS, GAS_HOURS, AMR = "541441000000000001", "541441010000000001", "541450110000000001"

# --- requests -----------------------------------------------------------------------------------


def session(**changes: Any) -> Json:
    """A short URL's body; a change to ABSENT leaves a member out."""
    body = {
        "dataAccessContractNumber": "EMULATED-CONTRACT-1",
        "referenceNumber": "ACCEPT-1",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
        **changes,
    }
    return stated(body)


def service(**members: Any) -> Json:
    return {"dataServices": [{"dataServiceType": "VH_dag", **members}]}


def mandate(reference: str, ean: str = DAYS, **changes: Any) -> Json:
    """A mock mandate's body; a change to ABSENT leaves a member out."""
    body = {
        "referenceNumber": reference,
        "ean": ean,
        "dataServiceType": "VH_dag",
        "dataPeriodFrom": "2022-12-31T23:00:00Z",
        "status": "Approved",
        **changes,
    }
    return stated(body)


def asking(ean: str, start: str, end: str, **more: str) -> dict[str, str]:
    return {"ean": ean, "periodType": "readTime", "from": start, "to": end, **more}


BODY_REFUSED = {
    "Type": "AppValidationException",
    "Code": "ModelValidation.Failed",
    "ValidationErrorMessages": count(1),
}
QUERY_REFUSED = {**BODY_REFUSED, "Code": "RequestModelValidation.Failed"}
NOT_FOUND = {
    "Type": "MandatesNotFoundException",
    "Code": "Mandates.NotFound",
    "ValidationErrorMessages": ABSENT,
}
MADE = {"data/status": "success", "_meta/fetchTime": "2025-01-08T12:00:00Z"}
METER = "data/headpoint/physicalMeters/0"

ONE_DAY = ("2024-12-01T23:00:00Z", "2024-12-02T23:00:00Z")
GAS_DAY = ("2024-12-02T05:00:00Z", "2024-12-03T05:00:00Z")

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

# --- energy -------------------------------------------------------------------------------------


def quarters(reference: str, ean: str = QUARTERS, **changes: Any) -> Json:
    return mandate(reference, ean, dataServiceType="VH_kwartier_uur", **changes)


ENERGIES = [
    Row(
        claim="days of electricity: day and night, from midnight to midnight in Brussels",
        mocks=(mandate("ACCEPT-25"),),
        path=ENERGY,
        query=asking(DAYS, *ONE_DAY, granularity="daily"),
        status=200,
        expect={
            "data/headpoint/$type": "metering-on-meter",
            "data/headpoint/ean": DAYS,
            "data/headpoint/energyType": "E",
            f"{METER}/seqNumber": "1",
            f"{METER}/dailyEnergy": count(1),
            f"{METER}/quarterHourlyEnergy": ABSENT,
            f"{METER}/dailyEnergy/0/start": ONE_DAY[0],
            f"{METER}/dailyEnergy/0/end": ONE_DAY[1],
            f"{METER}/dailyEnergy/0/measurements/0/injection": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/0/offtake/day/unit": "kWh",
            f"{METER}/dailyEnergy/0/measurements/0/offtake/day/validationState": {"READ", "EST"},
            f"{METER}/dailyEnergy/0/measurements/0/offtake/night/unit": "kWh",
        },
    ),
    *(
        Row(
            claim=f"the day from {start} to {end} is one of {number} quarters",
            mocks=(quarters("ACCEPT-26"), mandate("ACCEPT-26", QUARTERS)),
            path=ENERGY,
            query=asking(QUARTERS, start, end),
            status=200,
            expect={
                f"{METER}/quarterHourlyEnergy": count(number),
                f"{METER}/dailyEnergy": count(1),
            },
        )
        for start, end, number in (
            ("2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", 92),
            ("2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z", 100),
            ("2024-10-27T23:00:00Z", "2024-10-28T23:00:00Z", 96),
        )
    ),
    Row(
        claim="quarter-hours of electricity: totals, both directions, no days",
        mocks=(quarters("ACCEPT-27", "541440110000000002"),),
        path=ENERGY,
        query=asking("541440110000000002", *ONE_DAY, granularity="hourly_quarterhourly"),
        status=200,
        expect={
            f"{METER}/dailyEnergy": ABSENT,
            f"{METER}/hourlyEnergy": ABSENT,
            f"{METER}/quarterHourlyEnergy": count(96),
            f"{METER}/quarterHourlyEnergy/*/measurements/0/offtake/total/unit": "kWh",
            f"{METER}/quarterHourlyEnergy/*/measurements/0/injection/total/unit": "kWh",
            f"{METER}/quarterHourlyEnergy/*/measurements/0/offtake/day": ABSENT,
        },
    ),
    Row(
        claim="days of gas begin at six in Brussels; m3 first, then kWh with its factor",
        mocks=(mandate("ACCEPT-28", GAS_DAYS),),
        path=ENERGY,
        query=asking(GAS_DAYS, *GAS_DAY, granularity="daily"),
        status=200,
        expect={
            "data/headpoint/energyType": "G",
            f"{METER}/dailyEnergy/0/start": GAS_DAY[0],
            f"{METER}/dailyEnergy/0/end": GAS_DAY[1],
            f"{METER}/dailyEnergy/0/measurements": count(2),
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total/unit": "m3",
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total/gasConversionFactor": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/1/offtake/total/unit": "kWh",
            f"{METER}/dailyEnergy/0/measurements/1/offtake/total/gasConversionFactor": "D",
        },
    ),
    *(
        Row(
            claim=f"the gas day from {start} to {end} is one slice of {hours} hours",
            mocks=(mandate("ACCEPT-28", GAS_HOURS, dataServiceType="VH_onbepaald"),),
            path=ENERGY,
            query=asking(GAS_HOURS, start, end),
            status=200,
            expect={f"{METER}/dailyEnergy": count(1), f"{METER}/hourlyEnergy": count(hours)},
        )
        for start, end, hours in (
            ("2024-03-30T05:00:00Z", "2024-03-31T04:00:00Z", 23),
            ("2024-10-26T04:00:00Z", "2024-10-27T05:00:00Z", 25),
        )
    ),
    Row(
        claim="hours of gas, and nothing else",
        mocks=(quarters("ACCEPT-29", "541441010000000002"),),
        path=ENERGY,
        query=asking("541441010000000002", *GAS_DAY, granularity="hourly_quarterhourly"),
        status=200,
        expect={
            f"{METER}/hourlyEnergy": count(24),
            f"{METER}/dailyEnergy": ABSENT,
            f"{METER}/quarterHourlyEnergy": ABSENT,
        },
    ),
    Row(
        claim="AMR is metered at the headpoint, in its own words, with reactive energy",
        mocks=(quarters("ACCEPT-30", AMR),),
        path=ENERGY,
        query=asking(AMR, *ONE_DAY),
        status=200,
        expect={
            "data/headpoint/$type": "metering-on-headpoint",
            "data/headpoint/physicalMeters": ABSENT,
            "data/headpoint/quarterHourlyEnergy": count(96),
            "data/headpoint/quarterHourlyEnergy/*/measurements/0/offtake/total/validationState": {
                "VAL",
                "NVAL",
            },
            "data/headpoint/quarterHourlyEnergy/*/measurements/0/offtake/inductive/unit": "kVArh",
        },
    ),
    Row(
        claim="by time of storing: what was stored yesterday, measured before",
        mocks=(mandate("ACCEPT-32"),),
        path=ENERGY,
        query=asking(DAYS, "2025-01-06T23:00:00Z", "2025-01-07T23:00:00Z", periodType="insertTime"),
        status=200,
        expect={
            f"{METER}/dailyEnergy/*/start": lambda start: start < "2025-01-06T23:00:00Z",
            f"{METER}/dailyEnergy/0/start": lambda start: start <= "2025-01-05T23:00:00Z",
        },
    ),
    Row(
        claim="the last slice may end at the period's end, and none after it",
        mocks=(quarters("ACCEPT-37", "541440110000000003"),),
        path=ENERGY,
        query=asking("541440110000000003", ONE_DAY[0], "2024-12-02T22:59:59Z"),
        status=200,
        expect={f"{METER}/quarterHourlyEnergy": count(95)},
    ),
    Row(
        claim="a mandate for quarter-hours opens no days",
        mocks=(quarters("ACCEPT-38", "541440110000000004"),),
        path=ENERGY,
        query=asking("541440110000000004", *ONE_DAY, granularity="daily"),
        status=404,
        expect=NOT_FOUND,
    ),
    Row(
        claim="a mandate without data yet: a meter without slices",
        mocks=(mandate("ACCEPT-39", "541440000000000004"),),
        path=ENERGY,
        query=asking("541440000000000004", "2025-01-08T00:00:00Z", "2025-01-08T11:00:00Z"),
        status=200,
        expect={f"{METER}/dailyEnergy": ABSENT, f"{METER}/quarterHourlyEnergy": ABSENT},
    ),
    *(
        Row(
            claim=f"a mandate that is {status} opens nothing",
            mocks=(mandate("ACCEPT-36", "541440000000000005", status=status),),
            path=ENERGY,
            query=asking("541440000000000005", *ONE_DAY),
            status=404,
            expect=NOT_FOUND,
        )
        for status in ("Requested", "Rejected", "Finished")
    ),
    *(
        Row(
            claim=f"energy from {start} to {end}",
            mocks=(mandate("ACCEPT-24", "541440000000000006"),),
            path=ENERGY,
            query=asking("541440000000000006", start, end),
            status=200,
        )
        for start, end in (
            ("2024-06-30T22:00:00Z", "2025-01-01T22:00:00Z"),
            ("2024-06-30T22:00:00Z", "2025-01-01T23:00:00Z"),
            ("2022-01-08T00:00:00Z", "2022-01-09T00:00:00Z"),
        )
    ),
    *(
        Row(
            claim=f"no energy with {changes}",
            path=ENERGY,
            query=stated({**asking(DAYS, *ONE_DAY), **changes}),
            status=400,
            expect=QUERY_REFUSED,
        )
        for changes in (
            {"ean": "123"},
            {"ean": ABSENT},
            {"ean": ABSENT, "eanNumber": DAYS},
            {"periodType": ABSENT},
            {"periodType": "ReadTime"},
            {"from": ABSENT},
            {"to": ABSENT},
            {"to": ONE_DAY[0]},
            {"from": "2024-06-30T22:00:00Z", "to": "2025-01-02T22:00:00Z"},
            {"from": "2021-01-08T00:00:00Z", "to": "2021-01-09T00:00:00Z"},
            {"granularity": "Daily"},
            {"complexEnergyTypes": "active,all"},
        )
    ),
    Row(
        claim="a wrong EAN is told how many digits it has",
        path=ENERGY,
        query=asking("123", *ONE_DAY),
        status=400,
        expect={"ValidationErrorMessages/0": re.compile(r".*'ean'.*18 digits.*")},
    ),
    *(
        Row(
            claim=f"both granularities, parted by {separator}, and a data service ignored",
            mocks=(mandate("ACCEPT-40", "541440110000000007", dataServiceType="VH_onbepaald"),),
            path=ENERGY,
            query={
                "EAN": "541440110000000007",
                "PeriodType": "readTime",
                "From": ONE_DAY[0],
                "TO": ONE_DAY[1],
                "Granularity": f"daily{separator}hourly_quarterhourly",
                "DataServiceType": "VH_dag",
            },
            status=200,
            expect={f"{METER}/dailyEnergy": count(1), f"{METER}/quarterHourlyEnergy": count(96)},
        )
        for separator in (",", ";", "|")
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
