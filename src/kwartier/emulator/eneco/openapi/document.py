"""Eneco's OpenAPI document of one environment, and the page that shows it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from starlette.routing import Route

from kwartier.emulator.eneco.openapi.messages import schemas
from kwartier.emulator.eneco.openapi.operations import paths
from kwartier.emulator.eneco.routes import PREFIXES
from kwartier.emulator.fiam.contracts import Environment
from kwartier.openapi.document import Api, described
from kwartier.openapi.pages import described_at

DOCUMENT: Final = "v1/swagger.json"
_ABOUT: Final = """
Hourly usages of customers on Eneco's heat networks who consented. This is kwartier's emulator of
Eneco DataShare, described in its own words: all data is made up.

A call needs this environment's key, and the token that KPN FIAM gave. What is checked, in this
order: key, token, rate, whether the call is there in this environment, route and query, data
owner, contract.
"""
_SECURITY: Final = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "apiKey",
        "description": "The environment's key.",
    },
    "consumerToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of KPN FIAM.",
    },
}
_TAGS: Final = {
    "Usages": "What was measured, and where.",
    "Sandbox": "Consents without a customer; in acceptance only.",
}


def document(environment: Environment) -> dict[str, Any]:
    """OpenAPI 3.0 of ``environment``."""
    api = Api(
        title=f"Eneco DataShare, {environment}, emulated",
        version="v1",
        about=_ABOUT,
        security=_SECURITY,
        tags=_TAGS,
    )
    base = f"{PREFIXES[environment]}/datashare/v1"
    return described(api, base, paths=paths(environment), schemas=_used(environment))


def routes() -> list[Route]:
    """Documents and pages of both environments; that they are there is our reading."""
    return [
        route
        for environment, prefix in PREFIXES.items()
        for route in described_at(
            f"{prefix}/datashare/swagger/{DOCUMENT}",
            f"{prefix}/datashare/swagger",
            DOCUMENT,
            partial(document, environment),
        )
    ]


def _used(environment: Environment) -> dict[str, Any]:
    """The schemas; what only the sandbox answers is not production's."""
    found = schemas()
    if environment is not Environment.ACCEPTANCE:
        for name in ("Consumer", "Consumers", "ConsumersReply", "SetConsentReply"):
            del found[name]
    return found
