"""Mock mandates and ``GET /api/mandate``, over raw HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.emulators import FreshEmulator
from support.esco import Answer, Esco

EAN, GAS_EAN = "541440000000000001", "541441000000000001"


def only(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200
    (mandate,) = answer.json["data"]["mandates"]
    found: dict[str, Any] = mandate
    return found


def not_found(answer: Answer) -> bool:
    return answer.status == 404 and answer.json["Code"] == "Mandates.NotFound"


def test_an_approved_mock_is_found_by_its_reference(esco: Esco) -> None:
    made = esco.mock("MOCK-1", EAN, "VH_dag", mandateExpirationDate="2028-01-01T00:00:00Z")
    assert made.status == 200
    assert made.json == {
        "data": {"status": "success"},
        "_meta": {"fetchTime": "2026-11-20T12:00:00Z"},
    }
    assert only(esco.mandates(referenceNumber="MOCK-1")) == {
        "referenceNumber": "MOCK-1",
        "status": "Approved",
        "ean": EAN,
        "energyType": "E",
        "dataPeriodFrom": "2023-12-31T23:00:00Z",
        "dataServiceType": "VH_dag",
        "mandateExpirationDate": "2028-01-01T00:00:00Z",
    }


@pytest.mark.parametrize("status", ["Requested", "Rejected", "Finished", None])
def test_others_hide_their_ean(esco: Esco, status: str | None) -> None:
    esco.mock(f"MOCK-{status}", EAN, status=status)
    found = only(esco.mandates(referenceNumber=f"MOCK-{status}"))
    assert found["status"] == status or (status is None and found["status"] == "Requested")
    assert not {"ean", "energyType"} & found.keys()
    assert not_found(esco.mandates(referenceNumber=f"MOCK-{status}", ean=EAN))
    assert not_found(esco.mandates(referenceNumber=f"MOCK-{status}", energyType="E"))


@pytest.mark.parametrize(
    ("expiry", "renewal"),
    [
        ("2027-03-20T12:00:00Z", None),
        ("2027-01-20T12:00:00Z", "ToBeRenewed"),
        ("2026-11-20T12:00:00Z", "Expired"),
    ],
)
def test_renewal_is_shown_from_three_months_before_expiry(
    esco: Esco, expiry: str, renewal: str | None
) -> None:
    esco.mock("MOCK-R", EAN, mandateExpirationDate=expiry)
    found = only(esco.mandates(referenceNumber="MOCK-R"))
    assert found.get("renewalStatus") == renewal
    assert found["status"] == "Approved"


def test_supplied_words_are_read_in_any_casing_and_echoed_in_theirs(esco: Esco) -> None:
    esco.mock("MOCK-W", EAN, "vh_KWARTIER_uur", status="APPROVED", renewalStatus="toBeRenewed")
    found = only(esco.mandates(referenceNumber="MOCK-W"))
    assert found["dataServiceType"] == "VH_kwartier_uur"
    assert (found["status"], found["renewalStatus"]) == ("Approved", "ToBeRenewed")


def test_a_mock_replaces_the_one_with_its_reference_ean_and_service(esco: Esco) -> None:
    esco.mock("MOCK-U", EAN, status="Requested")
    esco.mock("MOCK-U", EAN, dataPeriodTo="2026-06-30T22:00:00Z")
    assert only(esco.mandates(referenceNumber="MOCK-U"))["dataPeriodTo"] == "2026-06-30T22:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        {"ean": EAN, "dataServiceType": "VH_dag", "dataPeriodFrom": "2026-01-01T00:00:00Z"},
        {"referenceNumber": "X", "dataServiceType": "IG"},
        {"referenceNumber": "X", "ean": EAN, "dataPeriodFrom": "2026-01-01T00:00:00Z"},
        {"referenceNumber": "X", "ean": EAN, "dataServiceType": "VH_dag"},
        {
            "referenceNumber": "X",
            "ean": EAN,
            "dataServiceType": "IG",
            "dataPeriodFrom": "2026-01-01T00:00:00Z",
        },
        {"referenceNumber": "X", "ean": EAN, "dataServiceType": "VH_kwartier"},
        {"referenceNumber": "X", "ean": EAN[:17], "dataServiceType": "IG"},
        {"referenceNumber": "X", "ean": "541441100000000001", "dataServiceType": "IG"},
        {"referenceNumber": "X", "ean": "541451100000000001", "dataServiceType": "IG"},
        {"referenceNumber": "X", "ean": "541448800000004312", "dataServiceType": "IG"},
        {"referenceNumber": "X", "ean": EAN, "dataServiceType": "IG", "status": "Done"},
        {
            "referenceNumber": "X",
            "ean": EAN,
            "dataServiceType": "VH_dag",
            "dataPeriodFrom": "2026-01-01T00:00:00Z",
            "dataPeriodTo": "2026-01-01T00:00:00Z",
        },
    ],
)
def test_mocks_that_break_a_rule(esco: Esco, body: dict[str, Any]) -> None:
    answer = esco.post("/api/mandate/mock", body)
    assert answer.status == 400
    assert answer.json["Code"] == "ModelValidation.Failed"
    assert len(answer.json["ValidationErrorMessages"]) == 1


def test_an_ean_that_is_none_of_the_sandboxs_is_told_their_pattern(esco: Esco) -> None:
    body = {"referenceNumber": "X", "ean": "541448800000004312", "dataServiceType": "IG"}
    (said,) = esco.post("/api/mandate/mock", body).json["ValidationErrorMessages"]
    assert said.startswith(
        "Property 'ean' must be one of the sandbox's EANs: 5414 m e d g s 000000 "
    )
    assert "0 for electricity or 1 for gas" in said


def test_a_service_unlike_the_eans_digit_is_taken(esco: Esco) -> None:
    assert esco.mock("MOCK-D", EAN, "VH_kwartier_uur").status == 200
    body = {"referenceNumber": "MOCK-IG", "ean": EAN, "dataServiceType": "IG", "energyType": "G"}
    assert esco.post("/api/mandate/mock", body).status == 200


def test_filters(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    esco.mock("A", EAN, "VH_dag", mandateExpirationDate="2027-01-01T00:00:00Z")
    emulator.world.clock.set(datetime(2026, 11, 21, tzinfo=UTC))
    esco.mock("B", GAS_EAN, "VH_kwartier_uur")
    esco.mock("C", EAN, "VH_onbepaald", status="Requested")

    def found(**query: str) -> str:
        answer = esco.mandates(**query)
        if not_found(answer):
            return ""
        return "".join(each["referenceNumber"] for each in answer.json["data"]["mandates"])

    assert found() == "ABC"
    assert found(ean=EAN) == "A"
    assert found(ean="541440000000000009") == ""
    assert found(energyType="G") == "B"
    assert found(status="Requested") == "C"
    assert found(status="Finished") == ""
    assert found(dataServiceTypes="VH_dag,VH_onbepaald") == "AC"
    assert found(renewalStatus="ToBeRenewed") == "A"
    assert found(mandateExpirationDate="2027-01-01T00:00:00Z") == "A"
    assert found(mandateExpirationDate="2027-01-01T00:00:01Z") == ""
    assert found(lastUpdatedFrom="2026-11-21T00:00:00Z") == "BC"
    assert found(lastUpdatedTo="2026-11-21T00:00:00Z") == "A"
    assert found(DataServiceTYPES="VH_dag", unknown="x") == "A"


@pytest.mark.parametrize(
    "query",
    [
        {"energyType": "e"},
        {"status": "approved"},
        {"renewalStatus": "toBeRenewed"},
        {"dataServiceTypes": "VH_dag,VH_half_uur"},
        {"ean": "123"},
        {"lastUpdatedFrom": "yesterday"},
        {"mandateExpirationDate": "2027"},
    ],
)
def test_queries_that_break_a_rule(esco: Esco, query: dict[str, str]) -> None:
    answer = esco.mandates(**query)
    assert answer.status == 400
    assert answer.json["Code"] == "RequestModelValidation.Failed"
    assert len(answer.json["ValidationErrorMessages"]) == 1


def test_nothing_found_is_404_with_the_time_in_its_date(esco: Esco) -> None:
    answer = esco.mandates(referenceNumber="NOBODY")
    assert not_found(answer)
    assert answer.json["Type"] == "MandatesNotFoundException"
    assert "ValidationErrorMessages" not in answer.json
    assert answer.headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize("path", ["/api/Mandate", "//API//mandate"])
def test_paths_are_read_in_any_casing(esco: Esco, path: str) -> None:
    esco.mock("MOCK-P", EAN)
    assert esco.get(path, ReferenceNumber="MOCK-P").status == 200


def test_mandates_outlive_the_emulator(fresh_emulator: FreshEmulator, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = fresh_emulator(state=state)
    esco = Esco(first.env)
    esco.mock("KEPT", EAN)
    before = only(esco.mandates(referenceNumber="KEPT"))
    assert json.loads(state.read_bytes())["mandates"]
    first.stop()
    again = Esco(fresh_emulator(state=state).env)
    assert only(again.mandates(referenceNumber="KEPT")) == before
