"""The OpenAPI documents of Eneco and FIAM, and that their replies are as they say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import ENECO, OURSELVES
from kwartier.emulator.registrations import ENECO_ACCEPTANCE_API_KEY, ENECO_API_KEY
from kwartier.emulator.thread import EmulatorThread
from kwartier.wire import eneco as wire
from support.emulators import FROZEN_AT
from support.esco import Answer, send
from support.openapi import Addresses, Described, references

AT = "/v1/swagger.json"
FOLDERS = {
    "/eneco-prd/datashare/swagger": "/eneco-prd/datashare/v1",
    "/eneco-acc/datashare/swagger": "/eneco-acc/datashare/v1",
    "/fiam/swagger": "/fiam/api/v1",
    "/fiam-acc/swagger": "/fiam-acc/api/v1",
}
OWN = "/{businessUnit}/{label}/dataconsumer/{dataOwnerId}/{productType}"
DEMO = "/{businessUnit}/{label}/dataconsumer/demo/{dataOwnerId}/{productType}"
CONSUMERS, SET_CONSENT = f"{DEMO}/consumers", f"{DEMO}/setConsent"
USAGES, METADATA = f"{OWN}/usages", f"{OWN}/metadata"
OURS, ENECOS = "/service-consumers/contracts", "/service-providers/contracts"
ONE = "/{contract_id}"
READ = {200, 400, 401, 403, 404, 429, 500}
ENECO_STATUSES = {
    (USAGES, "get"): READ,
    (METADATA, "get"): READ,
    (CONSUMERS, "get"): READ - {403},
    (SET_CONSENT, "post"): READ - {403} | {415},
}
FIAM_STATUSES = {
    ("/oauth/token", "post"): {200, 400, 401, 500},
    (OURS, "get"): {200, 400, 401, 500},
    (OURS + ONE, "get"): {200, 401, 404, 500},
    (ENECOS, "get"): {200, 400, 401, 500},
    (ENECOS, "post"): {201, 400, 401, 500},
    (ENECOS + ONE, "get"): {200, 401, 404, 500},
    (ENECOS + ONE, "put"): {200, 400, 401, 404, 500},
    (ENECOS + ONE, "delete"): {204, 401, 404, 500},
    ("/contracts/validate", "post"): {200, 400, 401, 500},
}


@pytest.fixture(scope="module")
def running(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator whose contracts are this module's own."""
    made = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(made)
    return made


@pytest.fixture(params=FOLDERS)
def described(running: EmulatorThread, request: pytest.FixtureRequest) -> Described:
    return Described(running.url + request.param, AT)


@dataclass(frozen=True)
class Caller:
    """Asks Eneco and FIAM of one environment as ourselves, and as Eneco where it says so."""

    running: EmulatorThread
    environment: Environment

    @property
    def suffix(self) -> str:
        return "" if self.environment is Environment.PRODUCTION else "-acc"

    @property
    def owner(self) -> str:
        return data_owners(self.environment)[2].id

    def eneco(self, call: str, body: object = None, owner: str = "", **query: str) -> Answer:
        """``call`` is ``usages``, ``demo consumers`` and the like."""
        *demo, name = call.split()
        root = "/eneco-prd" if self.environment is Environment.PRODUCTION else "/eneco-acc"
        path = "/".join(["nl/eneco/dataconsumer", *demo, owner or self.owner, "heat", name])
        key = ENECO_API_KEY if root == "/eneco-prd" else ENECO_ACCEPTANCE_API_KEY
        url = f"{root}/datashare/v1/{path}" + (f"?{urlencode(query)}" if query else "")
        return self._send(url, "GET" if body is None else "POST", OURSELVES.id, body, key)

    def fiam(self, path: str, party: str, method: str = "GET", body: object = None) -> Answer:
        return self._send(f"/fiam{self.suffix}/api/v1{path}", method, party, body, "")

    def _send(self, path: str, method: str, party: str, body: object, key: str) -> Answer:
        token = self.running.world.fiam_tokens[self.environment].issue(party)
        headers = {"authorization": f"Bearer {token}", "apikey": key}
        headers |= {} if body is None else {"content-type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        return send(self.running.url + path, method, content=content, headers=headers)


def statuses(described: Described) -> dict[tuple[str, str], set[int]]:
    return {
        (path, method): {int(status) for status in one["responses"]}
        for path, methods in described.document["paths"].items()
        for method, one in methods.items()
    }


def test_every_call_has_every_status(running: EmulatorThread) -> None:
    for folder, base in FOLDERS.items():
        found = Described(running.url + folder, AT)
        assert found.document["servers"] == [{"url": base}]
        if "fiam" in folder:
            assert statuses(found) == FIAM_STATUSES
        else:
            in_production = {
                call: all_of - ({200} if "/demo/" in call[0] and "prd" in folder else set())
                for call, all_of in ENECO_STATUSES.items()
            }
            assert statuses(found) == in_production


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
                for content in (holder or {}).get("content", {}).values():
                    assert content["examples"]
                    for example in content["examples"].values():
                        assert described.violations(example["value"], content["schema"]) == []
                        tried += 1
    assert tried >= 25


def test_what_is_told_of_a_member_is_told_of_one_that_there_is(described: Described) -> None:
    for name, schema in described.document["components"]["schemas"].items():
        for member, told in schema.get("properties", {}).items():
            assert set(told) - {"description", "example", "format"}, f"{name}.{member} has no type"


def test_channels_and_units_have_all_their_words(running: EmulatorThread) -> None:
    schemas = Described(f"{running.url}/eneco-prd/datashare/swagger", AT).document["components"][
        "schemas"
    ]
    for enumeration in (wire.ChannelId, wire.Unit):
        assert set(schemas[enumeration.__name__]["enum"]) == set(map(str, enumeration))


@pytest.mark.parametrize("environment", Environment)
def test_enecos_replies_are_as_described(running: EmulatorThread, environment: Environment) -> None:
    root = "/eneco-prd" if environment is Environment.PRODUCTION else "/eneco-acc"
    described = Described(f"{running.url}{root}/datashare/swagger", AT)
    caller = Caller(running, environment)
    nobody = "00000000-0000-4000-8000-000000000000"
    in_sandbox = 200 if environment is Environment.ACCEPTANCE else 400
    consent = {"consumerId": OURSELVES.id, "isConsent": True}

    def check(path: str, method: str, status: int, answer: Answer) -> None:
        assert answer.status == status, answer.content
        assert described.complaints(answer, path, method) == []

    check(CONSUMERS, "get", in_sandbox, caller.eneco("demo consumers"))
    check(SET_CONSENT, "post", in_sandbox, caller.eneco("demo setConsent", consent))
    check(SET_CONSENT, "post", 400, caller.eneco("demo setConsent", {"isConsent": 1}))
    check(USAGES, "get", 404, caller.eneco("usages", owner=nobody))
    other = data_owners(environment)[3].id
    check(USAGES, "get", 403, caller.eneco("usages", owner=other))
    check(METADATA, "get", 403, caller.eneco("metadata", owner=other))
    running.world.contracts(environment).grant(caller.owner, OURSELVES.id, FROZEN_AT)
    check(USAGES, "get", 200, caller.eneco("usages"))
    check(USAGES, "get", 200, caller.eneco("usages", endDate="2021-01-01T00:00:00Z"))
    check(USAGES, "get", 400, caller.eneco("usages", endDate="2027-01-01T00:00:00Z"))
    check(METADATA, "get", 200, caller.eneco("metadata"))


@pytest.mark.parametrize("environment", Environment)
def test_fiams_replies_are_as_described(running: EmulatorThread, environment: Environment) -> None:
    caller = Caller(running, environment)
    described = Described(f"{running.url}/fiam{caller.suffix}/swagger", AT)

    def check(path: str, method: str, status: int, answer: Answer) -> Any:
        assert answer.status == status, answer.content
        if status == 204:
            assert answer.content == b""
            return None
        assert described.complaints(answer, path, method) == []
        return answer.json

    asked = described.operation(ENECOS, "post")["requestBody"]["content"]["application/json"]
    body = asked["examples"]["asked"]["value"]
    made = check(ENECOS, "post", 201, caller.fiam(ENECOS, ENECO.id, "POST", body))
    path = f"/{made['id']}"
    check(ENECOS, "post", 400, caller.fiam(ENECOS, ENECO.id, "POST", {}))
    check(ENECOS, "get", 200, caller.fiam(ENECOS, ENECO.id))
    check(ENECOS, "get", 401, caller.fiam(ENECOS, OURSELVES.id))
    check(ENECOS + ONE, "put", 200, caller.fiam(ENECOS + path, ENECO.id, "PUT", made))
    check(OURS, "get", 200, caller.fiam(OURS, OURSELVES.id))
    check(OURS, "get", 400, caller.fiam(f"{OURS}?page=0", OURSELVES.id))
    check(OURS + ONE, "get", 200, caller.fiam(OURS + path, OURSELVES.id))
    question = {
        "data_consumer_token": running.world.fiam_tokens[environment].issue(OURSELVES.id),
        **{name: body[name] for name in ("data_owner", "resource_type", "resource", "action")},
        "resource_attribute": "*",
    }
    validate = "/contracts/validate"
    answer = caller.fiam(validate, ENECO.id, "POST", question)
    assert check(validate, "post", 200, answer) == {"allowed": True}
    check(ENECOS + ONE, "delete", 204, caller.fiam(ENECOS + path, ENECO.id, "DELETE"))
    check(OURS + ONE, "get", 404, caller.fiam(OURS + path, OURSELVES.id))


def test_a_refused_token_is_as_described(running: EmulatorThread) -> None:
    described = Described(f"{running.url}/fiam/swagger", AT)
    call = described.operation("/oauth/token", "post")
    form = call["requestBody"]["content"]["application/x-www-form-urlencoded"]
    (example,) = form["examples"].values()
    content = urlencode(example["value"]).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = send(f"{running.url}/fiam/api/v1/oauth/token", "POST", content=content, headers=kind)
    assert answer.status == 400
    assert described.complaints(answer, "/oauth/token", "post") == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_page_and_all_it_asks_for_are_served(running: EmulatorThread, folder: str) -> None:
    page = send(f"{running.url}{folder}/index.html")
    assert b"emulated</title>" in page.content
    parser = Addresses()
    parser.feed(page.content.decode())
    asked = sorted(each for each in parser.found if each != "data:,")
    assert asked == ["start.js", "swagger-ui-bundle.js", "swagger-ui.css", "v1/swagger.json"]
    for each in asked:
        assert send(f"{running.url}{folder}/{each}").status == 200
