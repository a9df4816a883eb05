"""The collection: Postman's format, every parameter of the API, and no variable left hanging."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from kwartier.emulator.fluvius_v3.openapi import parameters
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.fluvius.environment import Endpoints
from kwartier.postman import collection, environment_for
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    MockMandateRequest,
)

Item = dict[str, Any]

TEXT = {"type": "string", "minLength": 1}


def exactly(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """A schema of an object with these members and no others."""
    properties = {**required, **optional}
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


PAIR = exactly(
    {"key": TEXT, "value": {"type": "string"}},
    description=TEXT,
    disabled={"type": "boolean"},
    type={"enum": ["text", "string"]},
)
PAIRS = {"type": "array", "items": PAIR}
AUTH = {
    "oneOf": [
        exactly({"type": {"const": "noauth"}}),
        exactly({"type": {"const": "bearer"}, "bearer": {**PAIRS, "minItems": 1}}),
    ]
}
BODY = {
    "oneOf": [
        exactly({"mode": {"const": "urlencoded"}, "urlencoded": PAIRS}),
        exactly({"mode": {"const": "raw"}, "raw": TEXT, "options": {"type": "object"}}),
    ]
}
SCRIPT = exactly(
    {
        "type": {"const": "text/javascript"},
        "exec": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    }
)
EVENTS = {
    "type": "array",
    "items": exactly({"listen": {"enum": ["prerequest", "test"]}, "script": SCRIPT}),
}
URL = exactly(
    {"raw": TEXT, "host": {"type": "array", "items": TEXT, "minItems": 1}},
    path={"type": "array", "items": TEXT},
    query=PAIRS,
)
REQUEST = exactly(
    {"method": {"enum": ["GET", "POST"]}, "header": PAIRS, "url": URL},
    description=TEXT,
    auth=AUTH,
    body=BODY,
)
FORMAT = {
    **exactly(
        {
            "info": exactly(
                {
                    "name": TEXT,
                    "schema": {
                        "const": "https://schema.getpostman.com/json/collection/v2.1.0/"
                        "collection.json"
                    },
                },
                _postman_id={"type": "string", "format": "uuid"},
                description=TEXT,
            ),
            "item": {"type": "array", "items": {"$ref": "#/$defs/item"}, "minItems": 1},
        },
        auth=AUTH,
        event=EVENTS,
    ),
    "$defs": {
        "item": {
            "oneOf": [
                exactly(
                    {
                        "name": TEXT,
                        "item": {
                            "type": "array",
                            "items": {"$ref": "#/$defs/item"},
                            "minItems": 1,
                        },
                    },
                    description=TEXT,
                ),
                exactly(
                    {"name": TEXT, "request": REQUEST},
                    event=EVENTS,
                    response={"type": "array", "maxItems": 0},
                ),
            ]
        }
    },
}
"""Those parts of Postman's collection format v2.1.0 that a collection of ours has use for."""


def requests(items: list[Item], *folders: str) -> Iterator[tuple[str, Item]]:
    """Every request with the folder that it is in."""
    for item in items:
        if "item" in item:
            yield from requests(item["item"], *folders, item["name"])
        else:
            yield "/".join(folders), item


def in_folder(name: str) -> list[Item]:
    found = [item for folder, item in requests(collection()["item"]) if name in folder]
    assert found
    return found


def test_it_is_of_the_format_and_the_same_every_time() -> None:
    jsonschema_rs.validator_for(FORMAT).validate(collection())
    assert json.dumps(collection()) == json.dumps(collection())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole["info"].update(schema="v2.0"),
        lambda whole: whole["item"][0].update(items=[]),
        lambda whole: whole["item"][0]["item"][0]["request"].update(method="get"),
        lambda whole: whole["item"][0]["item"][0]["event"][0].update(listen="before"),
        lambda whole: whole["item"][1]["item"][0]["item"][0]["request"]["url"].pop("raw"),
    ],
)
def test_what_is_not_of_the_format_is_seen(spoil: Any) -> None:
    spoiled = json.loads(json.dumps(collection()))
    spoil(spoiled)
    assert not jsonschema_rs.validator_for(FORMAT).is_valid(spoiled)


def test_its_folders_are_the_documented_ones() -> None:
    page = (Path(__file__).parents[3] / "docs" / "postman.md").read_text("utf-8")
    told = re.findall(r"^\| ((?:Sign in|API v3 / )[^|]*?) \|", page, re.MULTILINE)
    folders = dict.fromkeys(folder for folder, _ in requests(collection()["item"]))
    assert told == [folder.replace("/", " / ") for folder in folders]


def test_names_within_a_folder_differ() -> None:
    names = [(folder, item["name"]) for folder, item in requests(collection()["item"])]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("folder", "documented"),
    [("Mandates", parameters.MANDATES), ("Energy", parameters.ENERGY)],
)
def test_every_documented_parameter_is_listed_in_every_request_and_sent_by_some(
    folder: str, documented: list[Item]
) -> None:
    names = [each["name"] for each in documented]
    sent = set()
    for item in in_folder(f"v3/{folder}"):
        query = item["request"]["url"]["query"]
        assert [each["key"] for each in query] == names
        assert all(each["description"] and each["value"] for each in query)
        ticked = {each["key"]: each["value"] for each in query if not each.get("disabled")}
        raw = "&".join(f"{name}={value}" for name, value in ticked.items())
        assert item["request"]["url"]["raw"].partition("?")[2] == raw
        sent |= set(ticked)
    assert sent == set(names)


def test_every_field_of_the_bodies_is_sent_by_some_request() -> None:
    def fields(struct: type[msgspec.Struct]) -> set[str]:
        return {each.encode_name for each in msgspec.structs.fields(struct)}

    def sent(folder: str) -> list[Item]:
        return [json.loads(item["request"]["body"]["raw"]) for item in in_folder(folder)]

    sessions = sent("Short URL")
    services = [service for body in sessions for service in body["dataServices"]]
    assert {name for body in sessions for name in body} == fields(ClientSessionRequest)
    assert {name for one in services for name in one} == fields(ClientSessionDataService)
    assert {name for body in sent("Mock") for name in body} == fields(MockMandateRequest)


def test_every_request_looks_at_its_reply_and_carries_the_key_but_for_signing_in() -> None:
    for folder, item in requests(collection()["item"]):
        assert [event["listen"] for event in item["event"]].count("test") == 1
        keys = [(each["key"], each["value"]) for each in item["request"]["header"]]
        expected = [("Ocp-Apim-Subscription-Key", "{{subscriptionKey}}")]
        assert keys == ([] if folder == "Sign in" else expected)


def test_every_variable_is_in_the_environments_and_the_other_way_round() -> None:
    text = json.dumps(collection())
    used = set(re.findall(r"\{\{(\w+)\}\}", text))
    used |= set(re.findall(r"pm\.environment\.(?:get|set)\('(\w+)'", text))
    used |= set(re.findall(r"const needed = \\\"(\w+)\\\"", text))
    keys = {
        "subscription_key": "s",
        "client_id": "c",
        "tenant_id": "t",
        "scope": "api://x/.default",
    }
    credentials = FluviusCredentials(**keys, client_secret="hush")
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for chosen in Environment:
        endpoints = Endpoints.of(chosen, tenant_id="t", variables={})
        made = environment_for(chosen, credentials, endpoints, now=now, real_now=now).as_json()
        known = {each["key"] for each in made["values"]}
        assert known | {"clientAssertion", "clientAssertionEnds"} == used
