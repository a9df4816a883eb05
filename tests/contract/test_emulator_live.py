"""The live API beside the sandbox: the same calls on mandates of its own, made by the control."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kwartier.emulator.thread import EmulatorThread
from support.emulators import FreshEmulator
from support.esco import Answer, Esco, only_meter, send

EAN = "541440110000000071"
WINDOW = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


@pytest.fixture(scope="module")
def live(emulator: EmulatorThread) -> Esco:
    return Esco(emulator.env, live=True)


def make(emulator: EmulatorThread, reference: str, **changes: Any) -> Answer:
    body = {
        "referenceNumber": reference,
        "ean": EAN,
        "dataServiceType": "VH_kwartier_uur",
        "dataPeriodFrom": "2023-12-31T23:00:00Z",
        "status": "Approved",
        **changes,
    }
    kind = {"content-type": "application/json"}
    content = json.dumps(body).encode()
    return send(f"{emulator.url}/_emulator/mandates", "POST", content=content, headers=kind)


def test_a_live_mandate_opens_live_data_and_no_other(
    emulator: EmulatorThread, live: Esco, esco: Esco
) -> None:
    made = make(emulator, "LIVE-1")
    assert made.status == 200
    assert made.json["environment"] == "live"
    (mandate,) = live.mandates(referenceNumber="LIVE-1").json["data"]["mandates"]
    assert (mandate["ean"], mandate["status"]) == (EAN, "Approved")
    assert esco.mandates(referenceNumber="LIVE-1").status == 404
    quarters = only_meter(live.energy(EAN, *WINDOW))["quarterHourlyEnergy"]
    assert len(quarters) == 96
    assert esco.energy(EAN, *WINDOW).status == 404


def test_a_sandbox_mandate_is_none_of_the_live_api(live: Esco, esco: Esco) -> None:
    esco.mock("LIVE-MOCK", EAN)
    assert esco.mandates(referenceNumber="LIVE-MOCK").status == 200
    assert live.mandates(referenceNumber="LIVE-MOCK").status == 404


def test_both_show_the_same_values_for_an_ean(
    emulator: EmulatorThread, live: Esco, esco: Esco
) -> None:
    ean = "541440110000000072"
    make(emulator, "LIVE-SAME", ean=ean)
    esco.mock("LIVE-SAME", ean, "VH_kwartier_uur")
    assert live.energy(ean, *WINDOW).content == esco.energy(ean, *WINDOW).content


def test_there_is_no_mock_in_live(live: Esco) -> None:
    answer = live.mock("LIVE-2", EAN)
    assert answer.status == 404
    assert list(answer.json) == ["statusCode", "message"]


def test_short_urls_of_both_differ(live: Esco, esco: Esco) -> None:
    body = {
        "dataAccessContractNumber": esco.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": "LIVE-URL",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
    }
    made = [each.post("/api/shortUrlIdentifier", body).json["data"] for each in (live, esco)]
    assert [each["status"] for each in made] == ["success", "success"]
    assert made[0]["shortUrlIdentifier"] != made[1]["shortUrlIdentifier"]


@pytest.mark.parametrize("path", ["/ESCO-Live/V3/API/Mandate", "//esco-live//v3/api//mandate"])
def test_live_paths_are_read_in_any_casing(emulator: EmulatorThread, live: Esco, path: str) -> None:
    make(emulator, "LIVE-PATH")
    url = f"{emulator.url}{path}?REFERENCEnumber=LIVE-PATH"
    assert send(url, headers=live.headers).status == 200


def test_live_calls_need_key_and_token(live: Esco) -> None:
    for missing in live.headers:
        headers = {name: value for name, value in live.headers.items() if name != missing}
        assert send(f"{live.base}/api/mandate", headers=headers).status == 401


def test_the_control_shows_every_mandate_with_its_ean(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    Esco(emulator.env).mock("CONTROL-A", EAN, status="Requested")
    make(emulator, "CONTROL-B", mandateExpirationDate="2027-01-01T00:00:00Z")
    url = f"{emulator.url}/_emulator/mandates"
    assert [each["referenceNumber"] for each in send(url).json["mandates"]] == [
        "CONTROL-B",
        "CONTROL-A",
    ]
    (sandbox,) = send(f"{url}?environment=sandbox").json["mandates"]
    assert (sandbox["status"], sandbox["ean"]) == ("Requested", EAN)
    (live,) = send(f"{url}?environment=live").json["mandates"]
    assert live == {
        "environment": "live",
        "referenceNumber": "CONTROL-B",
        "status": "Approved",
        "ean": EAN,
        "energyType": "E",
        "dataPeriodFrom": "2023-12-31T23:00:00Z",
        "dataServiceType": "VH_kwartier_uur",
        "mandateExpirationDate": "2027-01-01T00:00:00Z",
        "renewalStatus": "ToBeRenewed",
        "lastUpdated": "2026-11-20T12:00:00Z",
    }


def test_the_control_makes_sandbox_mandates_too(emulator: EmulatorThread, esco: Esco) -> None:
    assert make(emulator, "CONTROL-S", environment="sandbox").status == 200
    assert esco.mandates(referenceNumber="CONTROL-S").status == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"environment": "Live"}, "Property 'environment' must be one of: live, sandbox."),
        ({"ean": "123"}, "Property 'ean' must contain 18 digits."),
        ({"referenceNumber": ""}, "Property 'referenceNumber' is mandatory."),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(
    emulator: EmulatorThread, changes: dict[str, Any], said: str
) -> None:
    answer = make(emulator, "CONTROL-BAD", **changes)
    assert (answer.status, answer.json) == (400, {"error": said})


def test_questions_to_the_control_that_cannot_be_answered(emulator: EmulatorThread) -> None:
    said = "Parameter 'environment' must be one of: live, sandbox."
    for path in ("mandates?environment=x", f"truth?ean={EAN}&environment=x"):
        answer = send(f"{emulator.url}/_emulator/{path}")
        assert (answer.status, answer.json) == (400, {"error": said})
    post = send(f"{emulator.url}/_emulator/mandates", "POST", content=b"x")
    assert (post.status, list(post.json)) == (415, ["error"])


def test_live_mandates_outlive_the_emulator(fresh_emulator: FreshEmulator, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    make(fresh_emulator(state=state), "LIVE-KEPT")
    again = fresh_emulator(state=state)
    assert Esco(again.env, live=True).mandates(referenceNumber="LIVE-KEPT").status == 200
    assert Esco(again.env).mandates(referenceNumber="LIVE-KEPT").status == 404


def test_a_control_that_cannot_keep_a_mandate_says_why(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    emulator = fresh_emulator(state=folder / "state.json")
    folder.rename(tmp_path / "gone")
    answer = make(emulator, "LIVE-LOST")
    assert answer.status == 500
    assert "state.json cannot be written" in answer.json["error"]
    assert Esco(emulator.env, live=True).mandates().status == 404


def test_the_truth_tells_what_each_environment_permits(emulator: EmulatorThread) -> None:
    ean = "541440010000000073"
    make(emulator, "LIVE-TRUTH", ean=ean)

    def permitted(query: str) -> bool:
        answer = send(f"{emulator.url}/_emulator/truth?ean={ean}{query}")
        table = pa.ipc.open_stream(answer.content).read_all()
        return any(table["permitted"].to_pylist())

    assert permitted("&environment=live")
    assert not permitted("&environment=sandbox")
    assert not permitted("")
