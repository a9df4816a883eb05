"""What is known of the ESCO API v2, one row a claim, over raw HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.acceptance import ABSENT, Json, Row, count, stated
from support.emulators import FreshEmulator
from support.esco import Esco, send

AT = "2026-11-20T12:00:00Z"
DAYS, QUARTERS, HOURS = "541440000000000701", "541440110000000701", "541441010000000701"
OFFTAKE, AMR = "541440010000000701", "541450110000000701"


def mandate(reference: str, ean: str, **changes: Any) -> Json:
    body = {
        "referenceNumber": reference,
        "eanNumber": ean,
        "dataServiceType": "VH_onbepaald",
        "dataPeriodFrom": "2025-12-31T23:00:00Z",
        "status": "Approved",
        "energyType": "E",
        **changes,
    }
    return stated(body)


def session(**changes: Any) -> Json:
    return stated(
        {
            "dataAccessContractNumber": "EMULATED-CONTRACT-1",
            "referenceNumber": "ACCEPT-V2",
            "flow": "B2C",
            "dataServices": [{"dataServiceType": "VH_dag"}],
            **changes,
        }
    )


def asking(ean: str, **changes: str) -> dict[str, str]:
    return {
        "EanNumber": ean,
        "PeriodType": "readTime",
        "From": "2026-11-09T23:00:00Z",
        "To": "2026-11-11T23:00:00Z",
        **changes,
    }


REFUSED = {"type": "AppValidationException", "validationErrorMessages": count(1), "Type": ABSENT}
QUERY_REFUSED = {**REFUSED, "code": "RequestModelValidation.Failed"}
BODY_REFUSED = {**REFUSED, "code": "ModelValidation.Failed"}
NO_ENERGY = {"data/electricityMeters": [], "data/gasMeters": [], "data/fetchTime": AT}
IDENTIFIER = re.compile("[0-9a-f]{64}")
DAILY = "data/electricityMeters/0/dailyEnergy/*"
FINE = "data/electricityMeters/0/quarterHourlyEnergy/*"
STATES = {"VAL", "EST"}
IS_NUMBER = lambda value: isinstance(value, float)  # noqa: E731 - an expectation

ROWS = [
    Row(
        claim="no mandate matches: an empty list",
        status=200,
        path="/Mandate",
        query={"ReferenceNumber": "NOBODY"},
        expect={"data/mandates": [], "data/fetchTime": AT, "_meta": ABSENT},
    ),
    Row(
        claim="a mandate has its EAN as eanNumber",
        status=200,
        path="/Mandate",
        query={"ReferenceNumber": "A2-1"},
        mocks=(mandate("A2-1", DAYS),),
        expect={
            "data/mandates/0/eanNumber": DAYS,
            "data/mandates/0/ean": ABSENT,
            "data/mandates/0/energyType": "E",
            "_meta": ABSENT,
        },
    ),
    Row(
        claim="a requested one has none",
        status=200,
        path="/mandate",
        query={"referencenumber": "A2-2"},
        mocks=(mandate("A2-2", DAYS, status="Requested"),),
        expect={"data/mandates/0/eanNumber": ABSENT, "data/mandates/0/status": "Requested"},
    ),
    Row(
        claim="services are repeated parameters",
        status=200,
        path="/Mandate?ReferenceNumber=A2-3&DataServiceType=IG&DataServiceType=VH_dag",
        mocks=(
            mandate("A2-3", DAYS, dataServiceType="VH_dag"),
            mandate("A2-3", DAYS, dataServiceType="VH_kwartier_uur"),
            mandate("A2-3", DAYS, dataServiceType="IG", dataPeriodFrom=ABSENT),
        ),
        expect={"data/mandates": count(2)},
    ),
    Row(
        claim="words of a query are case-sensitive, errors camelCase",
        status=400,
        path="/Mandate",
        query={"EnergyType": "e"},
        expect=QUERY_REFUSED,
    ),
    Row(
        claim="17 digits are no EAN",
        status=400,
        path="/Mandate/energy",
        query=asking("54144000000000070"),
        expect={**QUERY_REFUSED, "validationErrorMessages/0": re.compile(".*18 digits.*")},
    ),
    Row(
        claim="energy needs an EAN",
        status=400,
        path="/Mandate/energy",
        query={name: text for name, text in asking(DAYS).items() if name != "EanNumber"},
        expect=QUERY_REFUSED,
    ),
    Row(
        claim="186 days are too many",
        status=400,
        path="/Mandate/energy",
        query=asking(DAYS, From="2026-01-01T00:00:00Z", To="2026-07-06T00:00:00Z"),
        expect=QUERY_REFUSED,
    ),
    Row(
        claim="energy without a mandate: both lists empty",
        status=200,
        path="/Mandate/energy",
        query=asking("541440110000000799"),
        expect=NO_ENERGY,
    ),
    Row(
        claim="AMR needs v3",
        status=200,
        path="/Mandate/energy",
        query=asking(AMR),
        mocks=(mandate("A2-4", AMR),),
        expect=NO_ENERGY,
    ),
    Row(
        claim="days have day and night side by side, and parameters not known are ignored",
        status=200,
        path="/Mandate/energy",
        query=asking(QUARTERS, DataServiceType="VH_dag", EnergyType="E", granularity="daily"),
        mocks=(mandate("A2-5", QUARTERS),),
        expect={
            "data/gasMeters": [],
            "data/electricityMeters/0/seqNumber": 1,
            "data/electricityMeters/0/meterID": re.compile("1SAG[0-9]{10}"),
            "data/electricityMeters/0/dailyEnergy": count(2),
            "data/electricityMeters/0/quarterHourlyEnergy": ABSENT,
            f"{DAILY}/timestampStart": re.compile("2026-11-(09|10)T23:00:00Z"),
            f"{DAILY}/measurement": count(1),
            f"{DAILY}/measurement/0/unit": "kWh",
            f"{DAILY}/measurement/0/offtakeDayValue": IS_NUMBER,
            f"{DAILY}/measurement/0/injectionNightValidationState": STATES,
            f"{DAILY}/measurement/0/offtakeValue": ABSENT,
        },
    ),
    Row(
        claim="quarters have one value a direction",
        status=200,
        path="/Mandate/energy?" + "&".join(f"{n}={v}" for n, v in asking(QUARTERS).items()),
        mocks=(mandate("A2-5", QUARTERS),),
        expect={
            "data/electricityMeters/0/dailyEnergy": count(2),
            f"{FINE}/measurement/0/offtakeValue": IS_NUMBER,
            f"{FINE}/measurement/0/injectionValidationState": STATES,
        },
    ),
    Row(
        claim="injection is absent where only offtake is metered",
        status=200,
        path="/Mandate/energy",
        query=asking(OFFTAKE, DataServiceType="VH_kwartier_uur"),
        mocks=(mandate("A2-6", OFFTAKE),),
        expect={
            f"{FINE}/measurement/0/offtakeValue": IS_NUMBER,
            f"{FINE}/measurement/0/injectionValue": ABSENT,
            f"{FINE}/measurement/0/injectionValidationState": ABSENT,
        },
    ),
    Row(
        claim="gas has m3, then kWh with the factor used",
        status=200,
        path="/Mandate/energy",
        query=asking(HOURS),
        mocks=(mandate("A2-7", HOURS),),
        expect={
            "data/electricityMeters": [],
            "data/gasMeters/0/hourlyEnergy/*/measurement": count(2),
            "data/gasMeters/0/hourlyEnergy/*/measurement/0/unit": "m3",
            "data/gasMeters/0/hourlyEnergy/*/measurement/0/offtakeUsedGCF": ABSENT,
            "data/gasMeters/0/hourlyEnergy/*/measurement/1/unit": "kWh",
            "data/gasMeters/0/hourlyEnergy/*/measurement/1/offtakeUsedGCF": {"P", "D"},
        },
    ),
    Row(
        claim="a number may be text",
        status=200,
        path="/shortUrlIdentifier",
        body=session(numberOfEans="1"),
        expect={
            "data/status": "success",
            "data/shortUrlIdentifier": IDENTIFIER,
            "data/validTo": "2026-11-21T12:00:00Z",
            "data/fetchTime": AT,
            "_meta": ABSENT,
        },
    ),
    Row(
        claim="but it must be one, and in its range",
        status=400,
        path="/shortUrlIdentifier",
        body=session(numberOfEans="1001"),
        expect=BODY_REFUSED,
    ),
    Row(
        claim="text that is no number is none",
        status=400,
        path="/shortUrlIdentifier",
        body=session(numberOfEans="one"),
        expect=BODY_REFUSED,
    ),
    Row(
        claim="a mock mandate's EAN is eanNumber",
        status=400,
        path="/Mandate/mock",
        body=mandate("A2-8", "541441110000000001"),
        expect={**BODY_REFUSED, "validationErrorMessages/0": re.compile(".*'eanNumber'.*")},
    ),
    Row(
        claim="a mock mandate is made",
        status=200,
        path="/Mandate/mock",
        body=mandate("A2-9", DAYS),
        expect={"data/status": "success", "data/fetchTime": AT},
    ),
    Row(
        claim="installation data of a home with solar panels",
        status=200,
        path="/Mandate/installation",
        query={"EanNumber": QUARTERS},
        mocks=(mandate("A2-10", QUARTERS, dataServiceType="IG", dataPeriodFrom=ABSENT),),
        expect={
            "data/fetchTime": AT,
            "data/installation/energyType": "E",
            "data/installation/meterType": "DM",
            "data/installation/smr3": True,
            "data/installation/localProductionInstallation": count(1),
            "data/installation/localProductionInstallation/0/type": "PV",
            "data/installation/exV": count(4),
            "data/installation/exV/*/type": "EAV",
            "data/installation/exV/*/value": lambda value: type(value) is int and value > 0,
        },
    ),
    Row(
        claim="installation data needs a mandate of its own",
        status=200,
        path="/Mandate/installation",
        query={"EanNumber": HOURS},
        mocks=(mandate("A2-7", HOURS),),
        expect={"data/installation": ABSENT, "data/fetchTime": AT},
    ),
    Row(claim="it answers", status=200, path="/health", expect={"status": "Healthy"}),
    Row(
        claim="not without a key",
        status=401,
        path="/Mandate",
        without="ocp-apim-subscription-key",
        expect={"statusCode": 401},
    ),
    Row(claim="not without a token", status=401, path="/Mandate", without="authorization"),
]


def v2_of(running: EmulatorThread, *, live: bool = False) -> Esco:
    """A session with v2 over raw HTTP."""
    esco = Esco(running.env, live=live)
    esco.base = esco.base.removesuffix("/v3") + "/api/v2.0"
    return esco


@pytest.fixture(scope="module")
def esco_v2(emulator: EmulatorThread) -> Esco:
    return v2_of(emulator)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.claim)
def test_v2_does_what_is_claimed(esco_v2: Esco, row: Row) -> None:
    for body in row.mocks:
        assert esco_v2.post("/Mandate/mock", body).status == 200
    assert row.unmet(row.ask(esco_v2)) == []


def test_doubled_slashes_and_any_casing_lead_there_too(esco_v2: Esco) -> None:
    root = esco_v2.base.removesuffix("/api/v2.0")
    for path in ("//api/v2.0/Mandate", "/API/V2.0/mandate"):
        answer = send(f"{root}{path}?ReferenceNumber=NOBODY", headers=esco_v2.headers)
        assert answer.json["data"]["mandates"] == []


def test_live_has_no_mock_mandates_and_no_mandates_of_the_sandbox(emulator: EmulatorThread) -> None:
    live, sandbox = v2_of(emulator, live=True), v2_of(emulator)
    assert live.post("/Mandate/mock", mandate("A2-11", DAYS)).status == 404
    assert sandbox.post("/Mandate/mock", mandate("A2-11", DAYS)).status == 200
    assert live.get("/Mandate", ReferenceNumber="A2-11").json["data"]["mandates"] == []


def test_both_versions_share_their_consents(esco: Esco, esco_v2: Esco) -> None:
    esco_v2.post("/Mandate/mock", mandate("A2-12", DAYS))
    [of_v3] = esco.mandates(referenceNumber="A2-12").json["data"]["mandates"]
    [of_v2] = esco_v2.get("/Mandate", ReferenceNumber="A2-12").json["data"]["mandates"]
    assert of_v2.pop("eanNumber") == of_v3.pop("ean")
    assert of_v2 == of_v3


def test_an_emulated_failure_is_told_in_camel_case(fresh_emulator: FreshEmulator) -> None:
    running = fresh_emulator()
    esco, esco_v2 = Esco(running.env), v2_of(running)
    content = b'{"spec": "energy:503(measurement)"}'
    assert send(f"{running.url}/_emulator/faults", "PUT", content=content).status == 200
    told = esco_v2.get("/Mandate/energy", **asking(DAYS))
    assert told.status == 503
    assert told.json["code"] == "DependentResource.Measurement.Unavailable"
    assert esco.energy(DAYS, "2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z").json["Code"]


def test_v3_serves_installation_data_if_told_to(esco: Esco, fresh_emulator: FreshEmulator) -> None:
    path = "/api/mandate/installation"
    assert esco.get(path, ean=QUARTERS).json["statusCode"] == 404
    told_to = Esco(fresh_emulator(v3_installation=True).env)
    assert told_to.get(path, ean=QUARTERS).json["Code"] == "Mandates.NotFound"
    assert told_to.get(path, ean="1").json["Code"] == "RequestModelValidation.Failed"
    told_to.mock("A2-13", QUARTERS, "IG", dataPeriodFrom=None)
    found = told_to.get(path, ean=QUARTERS).json
    assert found["_meta"]["fetchTime"] == AT
    installation = found["data"]["installation"]
    assert [each["type"] for each in installation["localProductionInstallations"]] == ["PV"]
    assert len(installation["estimatedVolumes"]) == 4
