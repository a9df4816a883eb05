"""The ESCO API v2, live and sandbox: which calls there are. Its error bodies are camelCase."""

from __future__ import annotations

from starlette.routing import Route

from kwartier.emulator.consents import Consents
from kwartier.emulator.esco_route import LIVE, SANDBOX, Call, esco_route
from kwartier.emulator.fluvius_v2.energy import energy
from kwartier.emulator.fluvius_v2.health import health
from kwartier.emulator.fluvius_v2.installation import installation
from kwartier.emulator.fluvius_v2.mandates import mandates
from kwartier.emulator.fluvius_v2.mock import mock_mandate
from kwartier.emulator.fluvius_v2.openapi import document
from kwartier.emulator.fluvius_v2.short_url import short_url
from kwartier.emulator.refusals import ErrorCasing, failed, session_failed
from kwartier.emulator.world import World

_API = "api/v2.0"


def routes(world: World) -> list[Route]:
    """All calls of both environments, each behind subscription key and token, and what they are."""
    return [
        *_environment(world, world.live, LIVE),
        *_environment(world, world.sandbox, SANDBOX),
        _route(world, world.sandbox, f"{SANDBOX}/{_API}/mandate/mock", mock_mandate, "POST"),
        *document.routes(world.live.environment, f"{LIVE}/{_API}"),
        *document.routes(world.sandbox.environment, f"{SANDBOX}/{_API}"),
    ]


def _environment(world: World, consents: Consents, root: str) -> list[Route]:
    """What both environments have."""
    api = f"{root}/{_API}"
    return [
        _route(world, consents, f"{api}/shorturlidentifier", short_url, "POST"),
        _route(world, consents, f"{api}/mandate", mandates),
        _route(world, consents, f"{api}/mandate/energy", energy),
        _route(world, consents, f"{api}/mandate/installation", installation),
        _route(world, consents, f"{api}/health", health),
    ]


def _route(world: World, consents: Consents, path: str, call: Call, method: str = "GET") -> Route:
    failure = session_failed if call is short_url else failed
    return esco_route(world, consents, path, call, method, failure, ErrorCasing.CAMEL)
