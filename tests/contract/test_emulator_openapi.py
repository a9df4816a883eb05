"""The OpenAPI documents of live and sandbox, and the pages that show them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import kwartier.openapi
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.thread import EmulatorThread
from kwartier.wire import fluvius_v3 as wire
from support.emulators import FreshEmulator
from support.esco import Esco, send
from support.openapi import DOCUMENT, Addresses, Described, references

ROOTS = ("/esco-sbx", "/esco-live")
MANDATE, ENERGY, MOCK = "/api/mandate", "/api/mandate/energy", "/api/mandate/mock"
SESSION = "/api/shortUrlIdentifier"

STATUSES = {
    (SESSION, "post"): {200, 400, 401, 403, 415, 429, 500, 503},
    (MANDATE, "get"): {200, 400, 401, 403, 404, 429, 500, 503},
    (ENERGY, "get"): {200, 400, 401, 403, 404, 429, 500, 503},
    (MOCK, "post"): {200, 400, 401, 403, 404, 415, 429, 500},
}


@pytest.fixture(scope="module", params=ROOTS)
def described(emulator: EmulatorThread, request: pytest.FixtureRequest) -> Described:
    return Described(emulator.url + request.param)


@pytest.fixture(scope="module")
def sandbox(emulator: EmulatorThread) -> Described:
    return Described(f"{emulator.url}/esco-sbx")


def test_every_call_has_every_status(described: Described) -> None:
    paths = described.document["paths"]
    found = {
        (path, method): {int(status) for status in call["responses"]}
        for path, methods in paths.items()
        for method, call in methods.items()
    }
    sandbox = described.document["servers"] == [{"url": "/esco-sbx/v3"}]
    assert found == {call: STATUSES[call] for call in STATUSES if sandbox or call[0] != MOCK}


def test_every_reference_leads_somewhere_and_every_schema_is_used(described: Described) -> None:
    schemas = {
        f"#/components/schemas/{name}" for name in described.document["components"]["schemas"]
    }
    assert references(described.document) == schemas


def test_every_example_keeps_its_own_schema(described: Described) -> None:
    tried = 0
    for methods in described.document["paths"].values():
        for call in methods.values():
            for holder in (call.get("requestBody"), *call["responses"].values()):
                content = holder["content"]["application/json"] if holder else {"examples": {}}
                assert content["examples"] or not holder
                for example in content["examples"].values():
                    assert described.violations(example["value"], content["schema"]) == []
                    tried += 1
    assert tried >= 30


def test_it_wants_both_the_key_and_the_token(described: Described) -> None:
    schemes = described.document["components"]["securitySchemes"]
    assert [set(each) for each in described.document["security"]] == [set(schemes)]
    assert schemes["subscriptionKey"]["name"] == "Ocp-Apim-Subscription-Key"
    assert schemes["accessToken"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    "enumeration",
    [
        wire.DataServiceType,
        wire.EnergyType,
        wire.Flow,
        wire.GasConversionFactor,
        wire.InstallationType,
        wire.MandateRenewalStatus,
        wire.MandateStatus,
        wire.PeriodType,
        wire.RequestStatus,
        wire.Unit,
        wire.ValidationState,
    ],
)
def test_enumerations_have_all_their_words(described: Described, enumeration: Any) -> None:
    schema = described.document["components"]["schemas"][enumeration.__name__]
    assert set(schema["enum"]) == {str(word) for word in enumeration}


@pytest.mark.parametrize(
    ("schema", "words"),
    [("Headpoint", wire.HeadpointType), ("SubHeadpoint", wire.SubHeadpointType)],
)
def test_what_is_told_apart_by_its_type(described: Described, schema: str, words: Any) -> None:
    found = described.document["components"]["schemas"][schema]["discriminator"]
    assert found["propertyName"] == "$type"
    assert set(found["mapping"]) == {str(word) for word in words}


def test_the_parameters_are_those_of_the_api(described: Described) -> None:
    def names(path: str, *, required: bool) -> set[str]:
        parameters = described.operation(path, "get")["parameters"]
        return {each["name"] for each in parameters if each.get("required", False) is required}

    assert names(MANDATE, required=True) == set()
    assert names(MANDATE, required=False) == {
        "referenceNumber",
        "ean",
        "dataServiceTypes",
        "energyType",
        "status",
        "mandateExpirationDate",
        "renewalStatus",
        "lastUpdatedFrom",
        "lastUpdatedTo",
    }
    assert names(ENERGY, required=True) == {"ean", "periodType", "from", "to"}
    assert names(ENERGY, required=False) == {
        "granularity",
        "complexEnergyTypes",
        "referenceNumber",
    }


@pytest.mark.parametrize(
    "ean",
    ["541440110000000101", "541441010000000101", "541450112000000101", "541451010000000101",
     "541440212000000101", "541451212000000101"],
)  # fmt: skip
@pytest.mark.parametrize("period_type", ["readTime", "insertTime"])
def test_energy_of_every_kind_of_headpoint_is_as_described(
    sandbox: Described, esco: Esco, ean: str, period_type: str
) -> None:
    esco.mock("OPENAPI", ean)
    window = ("2026-11-01T23:00:00Z", "2026-11-12T23:00:00Z")
    answer = esco.energy(ean, *window, periodType=period_type)
    assert answer.status == 200
    assert sandbox.complaints(answer, ENERGY, "get") == []


@pytest.mark.parametrize("casing", ErrorCasing)
def test_errors_are_described_in_the_casing_chosen(
    fresh_emulator: FreshEmulator, casing: ErrorCasing
) -> None:
    emulator = fresh_emulator(error_casing=casing)
    described, esco = Described(f"{emulator.url}/esco-sbx"), Esco(emulator.env)
    for answer in (esco.mandates(ean="1"), esco.mandates(), esco.get(MANDATE, energyType="e")):
        assert answer.status in {400, 404}
        assert described.complaints(answer, MANDATE, "get") == []


def test_documents_and_pages_need_no_key_and_any_casing_will_do(emulator: EmulatorThread) -> None:
    for root in ROOTS:
        assert send(f"{emulator.url}{root.upper()}{DOCUMENT.upper()}").status == 200
        assert send(f"{emulator.url}{root}/swagger/index.html").status == 200


@pytest.mark.parametrize("root", ROOTS)
def test_the_page_and_all_it_asks_for_are_served_here(emulator: EmulatorThread, root: str) -> None:
    page = send(f"{emulator.url}{root}/swagger/index.html")
    assert page.headers["content-type"].startswith("text/html")
    parser = Addresses()
    parser.feed(page.content.decode())
    asked = [each for each in parser.found if each != "data:,"]
    assert sorted(asked) == [
        "../v3/swagger/fluvius_energy_api/swagger.json",
        "start.js",
        "swagger-ui-bundle.js",
        "swagger-ui.css",
    ]
    for each in asked:
        assert (
            send(f"{emulator.url}{root}/swagger/{each}".replace("/swagger/../", "/")).status == 200
        )


def test_the_browser_is_told_to_ask_nobody_else(emulator: EmulatorThread) -> None:
    page = send(f"{emulator.url}/esco-sbx/swagger/index.html")
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    allowed = {word for words in policy.values() for word in words.split()}
    assert allowed <= {"'none'", "'self'", "'unsafe-inline'", "data:"}


def test_the_style_sheet_names_no_outside_address(emulator: EmulatorThread) -> None:
    style = send(f"{emulator.url}/esco-sbx/swagger/swagger-ui.css").content.decode()
    assert not re.findall(r"""(?:url\(["']?|@import\s+["'])(?!["']?data:)""", style)


def test_the_licence_of_the_page_lies_beside_it() -> None:
    folder = Path(kwartier.openapi.__file__).parent / "swagger_ui"
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert {"NOTICE", "swagger-ui-bundle.js.LICENSE.txt"} <= {
        each.name for each in folder.iterdir()
    }
