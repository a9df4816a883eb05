"""The OpenAPI document of one environment, and the page that shows it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from starlette.routing import Route

from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v3.openapi.operations import paths
from kwartier.emulator.fluvius_v3.openapi.schemas import schemas
from kwartier.emulator.refusals import ErrorCasing
from kwartier.openapi.document import Api, described
from kwartier.openapi.pages import described_at

DOCUMENT: Final = "/swagger/fluvius_energy_api/swagger.json"

_ABOUT = """
Metering data of consenting customers. This is kwartier's emulator of the API, described in its own
words: all data is made up.

A call needs a subscription key and an access token, which the emulator's token endpoint gives.
Names of paths, query parameters and JSON properties may be cased any way, unknown ones are ignored;
values of enumerations in queries are case-sensitive. Date-times are UTC: `YYYY-MM-DDTHH:MM:SSZ`.
"""

_SECURITY = {
    "subscriptionKey": {
        "type": "apiKey",
        "in": "header",
        "name": "Ocp-Apim-Subscription-Key",
        "description": "The provider's subscription key.",
    },
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of Microsoft Entra ID, by client credentials.",
    },
}


_TAGS = {
    "Consent": "Customers are sent to Mijn Fluvius.",
    "Mandates": "What they consented to.",
    "Energy": "What was measured.",
}


def document(environment: Environment, base: str, casing: ErrorCasing) -> dict[str, Any]:
    """OpenAPI 3.0 of ``environment``, whose calls lie under ``base`` of the same origin."""
    mock = environment is Environment.SANDBOX
    return described(
        esco_api(environment, "v3"),
        base,
        paths=paths(casing, mock=mock),
        schemas=schemas(casing, mock=mock),
    )


def esco_api(environment: Environment, version: str) -> Api:
    """What is told of one version of the API."""
    return Api(
        title=f"Fluvius ESCO API, {environment}, emulated",
        version=version,
        about=_ABOUT,
        security=_SECURITY,
        tags=_TAGS,
    )


def routes(environment: Environment, root: str, casing: ErrorCasing) -> list[Route]:
    """Document and page of ``environment``, whose addresses begin with ``root``."""
    base = f"{root}/v3"
    made = partial(document, environment, base, casing)
    return described_at(f"{base}{DOCUMENT}", f"{root}/swagger", f"../v3{DOCUMENT}", made)
