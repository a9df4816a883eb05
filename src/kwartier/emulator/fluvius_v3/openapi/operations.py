"""The documented calls: what each takes, and every status with which it answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from kwartier.emulator.fluvius_v3.openapi import examples, parameters
from kwartier.emulator.refusals import (
    ErrorCasing,
    Refused,
    body_refused,
    failed,
    forbidden,
    gateway,
    key_refused,
    no_mandates,
    query_refused,
    session_failed,
    token_refused,
    unavailable,
)
from kwartier.openapi.examples import Examples
from kwartier.openapi.messages import Operation, Refusal, refusals, response
from kwartier.openapi.messages import body as json_body
from kwartier.wire.fluvius_v3 import GatewayProblem

_MEANINGS: Final = {
    400: "The request breaks rules; the body lists them all.",
    401: "The subscription key or the access token is missing or not valid.",
    403: "The client is not entitled to this contract.",
    404: "No mandate matches, or none opens what was asked.",
    415: "The body is of another media type.",
    429: "There were too many requests; ask again after the time that Retry-After may name.",
    500: "Something broke on the service's own side.",
    503: "A resource behind the service does not answer; ask again later.",
}

_HEADERS: Final = {
    401: {"WWW-Authenticate": "What is missing: the key, or a bearer token."},
    429: {"Retry-After": "After how many seconds, or when, to ask again; it may be absent."},
}

KEY_MISSING: Final = key_refused("Access denied: the subscription key is missing.")
_TOO_MANY: Final = gateway(429, "Rate limit is exceeded.")
MEDIA_TYPE: Final = gateway(415, "Unsupported media type; send application/json.")
_UNAVAILABLE: Final = [unavailable(each) for each in ("market", "mandate", "measurement")]


def paths(casing: ErrorCasing, *, mock: bool) -> dict[str, dict[str, Operation]]:
    """All calls by path and method; that for mock mandates only with ``mock``."""
    found = {
        "/api/shortUrlIdentifier": {"post": _create_client_session(casing)},
        "/api/mandate": {"get": _get_mandates(casing)},
        "/api/mandate/energy": {"get": _get_energy(casing)},
    }
    return {**found, "/api/mandate/mock": {"post": _create_mock_mandate(casing)}} if mock else found


def _create_client_session(casing: ErrorCasing) -> Operation:
    broken = body_refused(["Property 'dataAccessContractNumber' is mandatory."])
    return {
        "operationId": "createClientSession",
        "summary": "Ask for a short URL",
        "description": "Makes an identifier with which a customer is sent to Mijn Fluvius, to "
        "consent there. It is valid for 24 hours.",
        "tags": ["Consent"],
        "requestBody": body("ClientSessionRequest", examples.session_requests()),
        "responses": responses(
            "ClientSessionResponse",
            examples.session_replies(),
            [broken, KEY_MISSING, token_refused(), forbidden(), MEDIA_TYPE, session_failed()],
            casing,
        ),
    }


def _get_mandates(casing: ErrorCasing) -> Operation:
    broken = query_refused(["Parameter 'ean' must contain 18 digits."])
    return {
        "operationId": "getMandates",
        "summary": "List mandates",
        "description": "The mandates that match all parameters given. EAN and energy type are "
        "shown only while a mandate is Approved.",
        "tags": ["Mandates"],
        "parameters": parameters.MANDATES,
        "responses": responses(
            "MandatesResponse",
            examples.mandates_replies(),
            [broken, KEY_MISSING, token_refused(), forbidden(), no_mandates(), failed()],
            casing,
        ),
    }


def _get_energy(casing: ErrorCasing) -> Operation:
    broken = query_refused(["Parameter 'to' must be later than 'from'."])
    return {
        "operationId": "getEnergy",
        "summary": "Read a metering point's energy",
        "description": "What approved mandates open of the period asked for. Arrays and members "
        "that do not apply are left out.",
        "tags": ["Energy"],
        "parameters": parameters.ENERGY,
        "responses": responses(
            "EnergyResponse",
            examples.energy_replies(),
            [broken, KEY_MISSING, token_refused(), forbidden(), no_mandates(), failed()],
            casing,
        ),
    }


def _create_mock_mandate(casing: ErrorCasing) -> Operation:
    broken = body_refused(["Property 'dataPeriodFrom' must be null for IG."])
    return {
        "operationId": "createMockMandate",
        "summary": "Make a mock mandate",
        "description": "Makes a mandate without a customer, or changes the one with the same "
        "reference, EAN and data service. Only in the sandbox.",
        "tags": ["Mandates"],
        "requestBody": body("MockMandateRequest", examples.mock_requests()),
        "responses": responses(
            "MockMandateResponse",
            examples.mock_replies(),
            [
                broken,
                KEY_MISSING,
                token_refused(),
                forbidden(),
                no_mandates(),
                MEDIA_TYPE,
                failed(),
            ],
            casing,
            unavailable=[],
        ),
    }


def body(schema: str, shown: Examples) -> dict[str, Any]:
    """A call's body."""
    # Told in words: some generators make clients that fail of a body of several media types.
    return json_body(schema, shown, "text/json and application/*+json are taken, too.")


def responses(
    schema: str,
    shown: Examples,
    refused: Iterable[Refused],
    casing: ErrorCasing,
    unavailable: Iterable[Refused] = _UNAVAILABLE,
) -> dict[str, Any]:
    """A call's answers by status: ``schema`` with examples, and what it refuses."""
    found = {"200": response("The answer.", schema, shown)}
    told = [
        Refusal(
            status=each.status,
            schema="GatewayProblem" if isinstance(each.body, GatewayProblem) else "Problem",
            body=each.members(casing),
        )
        for each in (*refused, _TOO_MANY, *unavailable)
    ]
    return {**found, **refusals(told, _MEANINGS, _HEADERS)}
