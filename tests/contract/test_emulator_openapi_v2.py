"""The OpenAPI documents of v2, and that its replies are as they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from kwartier.emulator.fluvius_v2.openapi.members import MEMBERS
from kwartier.emulator.thread import EmulatorThread
from support.esco import Answer, Esco, send
from support.openapi import Addresses, Described, references

ROOTS = ("/esco-sbx", "/esco-live")
DOCUMENT = "/api/v2.0/swagger/fluvius_energy_api/swagger.json"
MANDATE, ENERGY, INSTALLATION = "/Mandate", "/Mandate/energy", "/Mandate/installation"
SESSION, MOCK = "/shortUrlIdentifier", "/Mandate/mock"
QUESTION = {200, 400, 401, 403, 429, 500, 503}
STATUSES = {
    (SESSION, "post"): QUESTION | {415},
    (MANDATE, "get"): QUESTION,
    (ENERGY, "get"): QUESTION,
    (INSTALLATION, "get"): QUESTION,
    (MOCK, "post"): {200, 400, 401, 403, 404, 415, 429, 500},
}
POWER, GAS, AMR = "541440110000000841", "541441010000000841", "541450110000000841"
WINDOW = {"From": "2026-11-09T23:00:00Z", "To": "2026-11-11T23:00:00Z"}


@pytest.fixture(scope="module", params=ROOTS)
def described(emulator: EmulatorThread, request: pytest.FixtureRequest) -> Described:
    return Described(emulator.url + request.param, DOCUMENT)


@pytest.fixture(scope="module")
def sandbox(emulator: EmulatorThread) -> Described:
    return Described(f"{emulator.url}/esco-sbx", DOCUMENT)


def call(
    esco: Esco,
    path: str,
    *,
    body: dict[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
) -> Answer:
    """Ask the sandbox in v2; with a body, post it."""
    url = esco.base.removesuffix("/v3") + "/api/v2.0" + path
    if body is None:
        return send(f"{url}?{urlencode(query or {})}", headers=esco.headers)
    headers = {**esco.headers, "content-type": "application/json"}
    return send(url, "POST", content=json.dumps(body).encode(), headers=headers)


def test_every_call_has_every_status(described: Described) -> None:
    found = {
        (path, method): {int(status) for status in one["responses"]}
        for path, methods in described.document["paths"].items()
        for method, one in methods.items()
    }
    sandbox = described.document["servers"] == [{"url": "/esco-sbx/api/v2.0"}]
    assert found == {one: STATUSES[one] for one in STATUSES if sandbox or one[0] != MOCK}


def test_every_reference_leads_somewhere_and_every_schema_is_used(described: Described) -> None:
    schemas = {
        f"#/components/schemas/{name}" for name in described.document["components"]["schemas"]
    }
    assert references(described.document) == schemas


def test_every_example_keeps_its_own_schema(described: Described) -> None:
    tried = 0
    for methods in described.document["paths"].values():
        for one in methods.values():
            for holder in (one.get("requestBody"), *one["responses"].values()):
                content = holder["content"]["application/json"] if holder else {"examples": {}}
                assert content["examples"] or not holder
                for example in content["examples"].values():
                    assert described.violations(example["value"], content["schema"]) == []
                    tried += 1
    assert tried >= 30


def test_what_is_told_of_a_member_is_told_of_one_that_there_is(sandbox: Described) -> None:
    told = 0
    for name, schema in sandbox.document["components"]["schemas"].items():
        members = set(MEMBERS.get(name, {}))
        assert members <= set(schema.get("properties", {})), name
        told += len(members)
    assert told > 30


def test_the_parameters_are_those_of_v2(described: Described) -> None:
    def names(path: str) -> dict[str, bool]:
        parameters = described.operation(path, "get")["parameters"]
        return {each["name"]: each.get("required", False) for each in parameters}

    assert names(MANDATE) == dict.fromkeys(
        ("ReferenceNumber", "EanNumber", "EnergyType", "Status", "MandateExpirationDate",
         "RenewalStatus", "LastUpdatedFrom", "LastUpdatedTo", "DataServiceType"), False,
    )  # fmt: skip
    assert names(ENERGY) == {
        **dict.fromkeys(("EanNumber", "PeriodType", "From", "To"), True),
        **dict.fromkeys(("ReferenceNumber", "DataServiceType"), False),
    }
    assert names(INSTALLATION) == {"EanNumber": True, "ReferenceNumber": False}


@pytest.mark.parametrize("ean", [POWER, GAS, AMR])
def test_replies_are_as_described(sandbox: Described, esco: Esco, ean: str) -> None:
    for service in ("VH_onbepaald", "IG"):
        body = {
            "referenceNumber": f"OPENAPI-V2-{ean[4:6]}",
            "eanNumber": ean,
            "dataServiceType": service,
            "dataPeriodFrom": None if service == "IG" else "2025-12-31T23:00:00Z",
            "status": "Approved",
        }
        answer = call(esco, MOCK, body=body)
        assert answer.status == 200
        assert sandbox.complaints(answer, MOCK, "post") == []
    questions: list[tuple[str, dict[str, str]]] = [
        (MANDATE, {}),
        (MANDATE, {"ReferenceNumber": "NOBODY"}),
        (MANDATE, {"EanNumber": "1"}),
        (ENERGY, {"PeriodType": "readTime", **WINDOW}),
        (ENERGY, {"PeriodType": "insertTime", **WINDOW, "DataServiceType": "VH_dag"}),
        (ENERGY, {"PeriodType": "never"}),
        (INSTALLATION, {}),
    ]
    for path, query in questions:
        answer = call(esco, path, query={"EanNumber": ean, **query})
        assert answer.status in (200, 400)
        assert sandbox.complaints(answer, path, "get") == []


def test_a_session_is_as_described(sandbox: Described, esco: Esco) -> None:
    body = {
        "dataAccessContractNumber": esco.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": "OPENAPI-V2",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
    }
    for asked in (body, {**body, "dataAccessContractNumber": "ANOTHER"}, {}):
        assert sandbox.complaints(call(esco, SESSION, body=asked), SESSION, "post") == []


@pytest.mark.parametrize("root", ROOTS)
def test_the_page_and_all_it_asks_for_are_served(emulator: EmulatorThread, root: str) -> None:
    folder = f"{emulator.url}{root}/api/v2.0/swagger"
    parser = Addresses()
    parser.feed(send(f"{folder}/index.html").content.decode())
    asked = sorted(each for each in parser.found if each != "data:,")
    assert asked == [
        "../swagger/fluvius_energy_api/swagger.json",
        "start.js",
        "swagger-ui-bundle.js",
        "swagger-ui.css",
    ]
    for each in asked:
        assert send(f"{folder}/{each}".replace("/swagger/../", "/")).status == 200
