"""Eneco's calls: what each takes, and every status with which it answers."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.eneco.openapi import messages
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.problems import errors, problem
from kwartier.openapi.messages import Operation, Refusal, body, refusals, response
from kwartier.wire.eneco import ErrorReply

_MEANINGS: Final = {
    400: "A value of the route, the query or the body is not one there may be.",
    401: "The apiKey is missing or not this environment's, or the token is missing.",
    403: "The token's party has no active contract with this data owner.",
    404: "The data owner is not known.",
    415: "The body is of another media type.",
    429: "This token asks too often.",
    500: "Something broke on the service's own side.",
}
_HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer."},
    429: {"Retry-After": "After how many seconds to ask again."},
}
_DETAILS: Final = {
    400: "productType: must be heat.",
    401: "The header apiKey is missing.",
    403: "The token has no active contract with this data owner.",
    404: "dataOwnerId: this data owner is not known.",
    415: "The request body must be application/json.",
    429: "Rate limit is exceeded. Try again in 1 seconds.",
    500: "Something went wrong on our side.",
}
_ONLY: Final = {"businessUnit": "nl", "label": "eneco", "productType": "heat"}
_CONSUMER: Final = "/{businessUnit}/{label}/dataconsumer"
_OWN: Final = f"{_CONSUMER}/{{dataOwnerId}}/{{productType}}"
_DEMO: Final = f"{_CONSUMER}/demo/{{dataOwnerId}}/{{productType}}"
_END_DATE: Final = {
    "name": "endDate",
    "in": "query",
    "description": "Where the page is to end, floored to the hour; UTC, not in the future. "
    "Without it, the newest page there is.",
    "allowEmptyValue": True,  # a blank one counts as absent (our reading)
    "schema": {"type": "string", "format": "date-time"},
    "example": "2026-11-19T12:00:00Z",
}


def paths(environment: Environment) -> dict[str, dict[str, Operation]]:
    """All calls by path and method; those of the sandbox are only refused in production."""
    return {
        f"{_OWN}/usages": {"get": _get_usages(environment)},
        f"{_OWN}/metadata": {"get": _get_metadata(environment)},
        f"{_DEMO}/consumers": {"get": _list_consumers(environment)},
        f"{_DEMO}/setConsent": {"post": _set_consent(environment)},
    }


def _get_usages(environment: Environment) -> Operation:
    return {
        "operationId": "getUsages",
        "summary": "Read a data owner's hourly usages",
        "description": "One page of 24 hours, of all channels there are; there is no other filter "
        "than where it ends. Page back by asking for the start of the page before.",
        "tags": ["Usages"],
        "parameters": [*_route(environment), _END_DATE],
        "responses": {
            "200": response("The page.", "Usages", messages.usages()),
            **_refused(400, 401, 403, 404, 429, 500),
        },
    }


def _get_metadata(environment: Environment) -> Operation:
    return {
        "operationId": "getMetadata",
        "summary": "Read a data owner's delivery address",
        "tags": ["Usages"],
        "parameters": _route(environment),
        "responses": {
            "200": response("The address.", "Metadata", messages.metadata(environment)),
            **_refused(400, 401, 403, 404, 429, 500),
        },
    }


def _list_consumers(environment: Environment) -> Operation:
    return {
        "operationId": "listConsumers",
        "summary": "List who may be consented to",
        "description": "Only in acceptance; elsewhere 400.",
        "tags": ["Sandbox"],
        "parameters": _route(environment),
        "responses": {
            **_in_sandbox(environment, "ConsumersReply", messages.consumers()),
            **_refused(400, 401, 404, 429, 500, demo=True),
        },
    }


def _set_consent(environment: Environment) -> Operation:
    return {
        "operationId": "setConsent",
        "summary": "Give or withdraw a data owner's consent",
        "description": "Makes the contract, or removes it; doing it twice changes nothing. Only in "
        "acceptance; elsewhere 400.",
        "tags": ["Sandbox"],
        "parameters": _route(environment),
        "requestBody": body("SetConsent", messages.consents(), "Both members are required."),
        "responses": {
            **_in_sandbox(environment, "SetConsentReply", messages.consents_set()),
            **_refused(400, 401, 404, 415, 429, 500, demo=True),
        },
    }


def _in_sandbox(environment: Environment, schema: str, shown: dict[str, Any]) -> dict[str, Any]:
    if environment is not Environment.ACCEPTANCE:
        return {}
    return {"200": response("The answer.", schema, shown)}


def _route(environment: Environment) -> list[dict[str, Any]]:
    owner = {
        "name": "dataOwnerId",
        "in": "path",
        "description": "The data owner's UUID.",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "example": data_owners(environment)[0].id,
    }
    request_id = {
        "name": "x-request-id",
        "in": "header",
        "description": "A UUID by which to find the request again; not heeded here.",
        "schema": {"type": "string"},
    }
    only = [
        {
            "name": name,
            "in": "path",
            "description": f"Only {value} so far.",
            "required": True,
            "schema": {"type": "string", "enum": [value]},
            "example": value,
        }
        for name, value in _ONLY.items()
    ]
    return [*only, owner, request_id]


def _refused(*statuses: int, demo: bool = False) -> dict[str, Any]:
    """Problem details; the sandbox answers by lists of errors, and so does the gateway's 429."""
    told = []
    for status in statuses:
        answer = (errors if demo or status == 429 else problem)(status, _DETAILS[status])
        schema = "ErrorReply" if isinstance(answer.body, ErrorReply) else "ProblemDetails"
        members = msgspec.to_builtins(answer.body)
        told.append(Refusal(status=status, schema=schema, body=members))
    return refusals(told, _MEANINGS, _HEADERS)
