"""``POST /api/shortUrlIdentifier``, over raw HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.emulators import FreshEmulator
from support.esco import Answer, Esco

PATH = "/api/shortUrlIdentifier"


def asked(env: dict[str, str], **changes: Any) -> dict[str, Any]:
    body = {
        "dataAccessContractNumber": env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": "REF-1",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_kwartier_uur"}],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def service(**members: Any) -> dict[str, Any]:
    return {"dataServices": [{"dataServiceType": "VH_dag", **members}]}


def refused(answer: Answer) -> list[str]:
    assert answer.status == 400
    assert list(answer.json) == ["Type", "Code", "Message", "ValidationErrorMessages"]
    assert answer.json["Type"] == "AppValidationException"
    assert answer.json["Code"] == "ModelValidation.Failed"
    messages: list[str] = answer.json["ValidationErrorMessages"]
    assert messages
    return messages


def test_a_full_request_gets_an_identifier_for_a_day(fresh_emulator: FreshEmulator) -> None:
    esco = Esco(fresh_emulator(clock=datetime(2025, 1, 8, 9, 30, tzinfo=UTC)).env)
    body = asked(
        esco.env,
        flow="B2B",
        dataServices=[
            {"dataServiceType": "VH_dag", "dataPeriodFrom": "2023-02-28T23:00:00Z"},
            {
                "dataServiceType": "VH_kwartier_uur",
                "dataPeriodFrom": "2024-06-06T22:00:00Z",
                "dataPeriodTo": "2026-06-06T22:00:00Z",
            },
        ],
        numberOfEans=1,
        returnUrlSuccess="https://example.org/thanks",
        returnUrlFailed="https://example.org/sorry",
        SSO=True,
        enterpriseNumber="0123456789",
    )
    answer = esco.post(PATH, body)
    assert answer.status == 200
    data = answer.json["data"]
    assert data["status"] == "success"
    assert len(bytes.fromhex(data["shortUrlIdentifier"])) == 32
    assert data["validTo"] == "2025-01-09T09:30:00Z"
    assert answer.json["_meta"] == {"fetchTime": "2025-01-08T09:30:00Z"}


def test_an_unknown_contract_fails_with_200(esco: Esco) -> None:
    answer = esco.post(PATH, asked(esco.env, dataAccessContractNumber="ANOTHER"))
    assert answer.status == 200
    assert answer.json["data"] == {"status": "failed"}


@pytest.mark.parametrize(
    "name", ["dataAccessContractNumber", "referenceNumber", "flow", "dataServices"]
)
@pytest.mark.parametrize("absent", [..., None])
def test_what_is_mandatory(esco: Esco, name: str, absent: Any) -> None:
    messages = refused(esco.post(PATH, asked(esco.env, **{name: absent})))
    assert messages == [f"Property '{name}' is mandatory."]


@pytest.mark.parametrize(
    "changes",
    [
        {"referenceNumber": "A" * 36},
        {"referenceNumber": "MijnFluvius-1"},
        {"referenceNumber": "a_b"},
        {"flow": "C2C"},
        {"flow": "b2c"},
        {"numberOfEans": 1001},
        {"numberOfEans": -1},
        {"numberOfEans": "1"},
        {"enterpriseNumber": "12345678"},
        {"enterpriseNumber": "12345678901"},
        {"enterpriseNumber": "123456789O"},
        {"returnUrlSuccess": "example"},
        {"returnUrlFailed": "ftp://example.org"},
        {"sso": "yes"},
        {"dataServices": []},
        {"dataServices": [{"dataServiceType": "IG"}] * 4},
        {"dataServices": ["VH_dag"]},
        {"dataServices": [{}]},
        {"dataServices": [{"dataServiceType": "VH_kwartier"}]},
        {"dataServices": [{"dataServiceType": "VH_half_uur"}]},
        service(dataPeriodFrom="2022-11-01T00:00:00Z"),
        service(dataPeriodFrom="2026-11-21T00:00:00Z"),
        service(dataPeriodFrom="soon"),
        service(dataPeriodFrom="2026-01-02T00:00:00Z", dataPeriodTo="2026-01-02T00:00:00Z"),
    ],
)
def test_each_rule(esco: Esco, changes: dict[str, Any]) -> None:
    refused(esco.post(PATH, asked(esco.env, **changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"referenceNumber": "A" * 35},
        {"numberOfEans": 1000},
        {"numberOfEans": 0},
        {"enterpriseNumber": "123456789"},
        {"enterpriseNumber": "1234567890"},
        {"sso": None, "surplus": {"x": 1}},
        {"dataServices": [{"dataServiceType": "VH_onbepaald"}, {"dataServiceType": "IG"}]},
        service(dataPeriodFrom="2023-11-20T00:00:00Z", dataPeriodTo="2029-01-01T00:00:00Z"),
        service(dataPeriodFrom=None, dataPeriodTo=None),
    ],
)
def test_what_is_just_allowed(esco: Esco, changes: dict[str, Any]) -> None:
    answer = esco.post(PATH, asked(esco.env, **changes))
    assert (answer.status, answer.json["data"]["status"]) == (200, "success")


def test_property_names_are_read_in_any_casing(esco: Esco) -> None:
    body = {name.upper(): value for name, value in asked(esco.env).items()}
    assert esco.post(PATH.lower(), body).json["data"]["status"] == "success"


def test_all_broken_rules_are_told_at_once(esco: Esco) -> None:
    body = asked(esco.env, referenceNumber="a b", flow="x", numberOfEans=2000)
    assert len(refused(esco.post(PATH, body))) == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object(esco: Esco, content: bytes) -> None:
    assert esco.post(PATH, content).json["Code"] == "ModelValidation.Failed"


def test_a_get_is_refused_by_the_gateway(emulator: EmulatorThread, esco: Esco) -> None:
    answer = esco.get(PATH)
    assert answer.status == 405
    assert list(answer.json) == ["statusCode", "message"]
