"""The OpenAPI document of one environment, and the page that shows it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from starlette.routing import Route

from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v2.openapi.members import ALWAYS_THERE, MEMBERS
from kwartier.emulator.fluvius_v2.openapi.operations import paths
from kwartier.emulator.fluvius_v3.openapi.document import DOCUMENT, esco_api
from kwartier.emulator.fluvius_v3.openapi.schemas import esco_schemas
from kwartier.emulator.refusals import ErrorCasing
from kwartier.openapi.document import described
from kwartier.openapi.pages import described_at
from kwartier.wire.fluvius_v2 import (
    ClientSessionResponse,
    EnergyResponse,
    InstallationResponse,
    MandatesResponse,
    MockMandateRequest,
    MockMandateResponse,
)
from kwartier.wire.fluvius_v3 import ClientSessionRequest, GatewayProblem, PeriodType, Problem

_MESSAGES: Final = (
    ClientSessionRequest,
    ClientSessionResponse,
    MandatesResponse,
    EnergyResponse,
    InstallationResponse,
    PeriodType,
    Problem,
    GatewayProblem,
)
_OF_MOCK: Final = (MockMandateRequest, MockMandateResponse)


def document(environment: Environment, base: str) -> dict[str, Any]:
    """OpenAPI 3.0 of ``environment``, whose calls lie under ``base`` of the same origin."""
    mock = environment is Environment.SANDBOX
    messages = (*_MESSAGES, *_OF_MOCK) if mock else _MESSAGES
    return described(
        esco_api(environment, "v2.0"),
        base,
        paths=paths(mock=mock),
        schemas=esco_schemas(messages, ErrorCasing.CAMEL, MEMBERS, ALWAYS_THERE),
    )


def routes(environment: Environment, base: str) -> list[Route]:
    """Document and page below ``base``; that they are there is our reading."""
    made = partial(document, environment, base)
    return described_at(f"{base}{DOCUMENT}", f"{base}/swagger", f"..{DOCUMENT}", made)
