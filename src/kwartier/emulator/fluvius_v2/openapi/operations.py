"""v2's calls: what each takes, and every status with which it answers.

Questions that match nothing are answered with 200 and empty lists: they have no 404.
"""

from __future__ import annotations

from typing import Final

from kwartier.emulator.fluvius_v2.openapi import examples, parameters
from kwartier.emulator.fluvius_v3.openapi.examples import session_requests
from kwartier.emulator.fluvius_v3.openapi.operations import (
    KEY_MISSING,
    MEDIA_TYPE,
    body,
    responses,
)
from kwartier.emulator.refusals import (
    ErrorCasing,
    Refused,
    body_refused,
    failed,
    forbidden,
    no_mandates,
    query_refused,
    session_failed,
    token_refused,
)
from kwartier.openapi.examples import Examples
from kwartier.openapi.messages import Operation

_REFUSED: Final = [KEY_MISSING, token_refused(), forbidden()]
_BROKEN_QUERY: Final = query_refused(["Parameter 'EanNumber' must contain 18 digits."])


def paths(*, mock: bool) -> dict[str, dict[str, Operation]]:
    """All calls by path and method; that for mock mandates only with ``mock``."""
    found = {
        "/shortUrlIdentifier": {"post": _create_client_session()},
        "/Mandate": {
            "get": _question(
                "getMandates",
                "List mandates",
                "The mandates that match all parameters given; none is an empty list. EAN and "
                "energy type are shown only while a mandate is Approved.",
                ("Mandates", parameters.MANDATES),
                ("MandatesResponse", examples.mandates_replies()),
            )
        },
        "/Mandate/energy": {
            "get": _question(
                "getEnergy",
                "Read a metering point's energy",
                "What approved mandates open of the period asked for, of digital meters. Without "
                "a mandate, both lists of meters are empty.",
                ("Energy", parameters.ENERGY),
                ("EnergyResponse", examples.energy_replies()),
            )
        },
        "/Mandate/installation": {
            "get": _question(
                "getInstallation",
                "Read what is connected at a metering point",
                "Installation data, if a mandate for IG opens it.",
                ("Energy", parameters.INSTALLATION),
                ("InstallationResponse", examples.installation_replies()),
            )
        },
    }
    return {**found, "/Mandate/mock": {"post": _create_mock_mandate()}} if mock else found


def _question(
    name: str,
    summary: str,
    description: str,
    asked: tuple[str, list[parameters.Parameter]],
    told: tuple[str, Examples],
) -> Operation:
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "tags": [asked[0]],
        "parameters": asked[1],
        "responses": responses(*told, [_BROKEN_QUERY, *_REFUSED, failed()], ErrorCasing.CAMEL),
    }


def _create_client_session() -> Operation:
    broken = body_refused(["Property 'dataAccessContractNumber' is mandatory."])
    refused: list[Refused] = [broken, *_REFUSED, MEDIA_TYPE, session_failed()]
    return {
        "operationId": "createClientSession",
        "summary": "Ask for a short URL",
        "description": "Makes an identifier with which a customer is sent to Mijn Fluvius, to "
        "consent there. It is valid for 24 hours.",
        "tags": ["Consent"],
        "requestBody": body("ClientSessionRequest", session_requests()),
        "responses": responses(
            "ClientSessionResponse", examples.session_replies(), refused, ErrorCasing.CAMEL
        ),
    }


def _create_mock_mandate() -> Operation:
    broken = body_refused(["Property 'dataPeriodFrom' must be null for IG."])
    refused: list[Refused] = [broken, *_REFUSED, no_mandates(), MEDIA_TYPE, failed()]
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
            refused,
            ErrorCasing.CAMEL,
            unavailable=[],
        ),
    }
