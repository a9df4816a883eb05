"""FIAM's OpenAPI document of one environment, and the page that shows it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from starlette.routing import Route

from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.openapi.messages import schemas
from kwartier.emulator.fiam.openapi.operations import paths
from kwartier.emulator.fiam.routes import PREFIXES
from kwartier.openapi.document import Api, described
from kwartier.openapi.pages import described_at

DOCUMENT: Final = "v1/swagger.json"
_ABOUT: Final = """
Who may see whose data. This is kwartier's emulator of KPN FIAM, described in its own words: all
parties and contracts are made up.

A service consumer (an energy service provider) signs in with its certificate, and reads the
contracts that customers agreed to: its consents. With the same token it asks Eneco. A service
provider (Eneco) keeps the contracts.
"""
_SECURITY: Final = {
    "consumerToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of FIAM.",
    }
}
_TAGS: Final = {
    "Token": "A party proves who it is.",
    "Consumer": "What the service consumer reads.",
    "Provider": "What the service provider keeps and asks.",
}


def document(environment: Environment) -> dict[str, Any]:
    """OpenAPI 3.0 of ``environment``."""
    api = Api(
        title=f"KPN FIAM, {environment}, emulated",
        version="v1",
        about=_ABOUT,
        security=_SECURITY,
        tags=_TAGS,
    )
    base = f"{PREFIXES[environment]}/api/v1"
    return described(api, base, paths=paths(environment), schemas=schemas())


def routes() -> list[Route]:
    """Documents and pages of both environments; that they are there is our reading."""
    return [
        route
        for environment, prefix in PREFIXES.items()
        for route in described_at(
            f"{prefix}/swagger/{DOCUMENT}",
            f"{prefix}/swagger",
            DOCUMENT,
            partial(document, environment),
        )
    ]
