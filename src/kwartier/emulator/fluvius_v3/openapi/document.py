"""The OpenAPI document of one environment."""

from __future__ import annotations

from typing import Any

from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v3.openapi.operations import paths
from kwartier.emulator.fluvius_v3.openapi.schemas import schemas
from kwartier.emulator.refusals import ErrorCasing

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


def document(environment: Environment, base: str, casing: ErrorCasing) -> dict[str, Any]:
    """OpenAPI 3.0 of ``environment``, whose calls lie under ``base`` of the same origin."""
    mock = environment is Environment.SANDBOX
    return described(
        environment,
        base,
        version="v3",
        paths=paths(casing, mock=mock),
        schemas=schemas(casing, mock=mock),
    )


def described(
    environment: Environment,
    base: str,
    *,
    version: str,
    paths: dict[str, Any],
    schemas: dict[str, Any],
) -> dict[str, Any]:
    """The document around ``paths`` and ``schemas`` of one version of the API."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"Fluvius ESCO API, {environment}, emulated",
            "version": version,
            "description": _ABOUT.strip(),
        },
        "servers": [{"url": base}],
        "security": [{name: [] for name in _SECURITY}],
        "tags": [
            {"name": "Consent", "description": "Customers are sent to Mijn Fluvius."},
            {"name": "Mandates", "description": "What they consented to."},
            {"name": "Energy", "description": "What was measured."},
        ],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
    }
