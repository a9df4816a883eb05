"""The ESCO API v3, live and sandbox: which calls there are."""

from __future__ import annotations

from starlette.routing import Route

from kwartier.emulator.consents import Consents
from kwartier.emulator.esco_route import LIVE, SANDBOX, esco_route
from kwartier.emulator.fluvius_v3.energy import energy
from kwartier.emulator.fluvius_v3.installation import installation
from kwartier.emulator.fluvius_v3.mandates import mandates
from kwartier.emulator.fluvius_v3.mock import mock_mandate
from kwartier.emulator.fluvius_v3.openapi import document
from kwartier.emulator.fluvius_v3.short_url import short_url
from kwartier.emulator.refusals import session_failed
from kwartier.emulator.world import World


def routes(world: World) -> list[Route]:
    """All calls of both environments, each behind subscription key and token, and what they are."""
    return [
        *_calls(world, world.sandbox, SANDBOX),
        *_calls(world, world.live, LIVE),
        esco_route(world, world.sandbox, f"{SANDBOX}/v3/api/mandate/mock", mock_mandate, "POST"),
        *document.routes(world.sandbox.environment, SANDBOX, world.error_casing),
        *document.routes(world.live.environment, LIVE, world.error_casing),
    ]


def _calls(world: World, consents: Consents, root: str) -> list[Route]:
    """What both environments answer, the busiest first: routes are tried in order."""
    api = f"{root}/v3/api"
    calls = [
        esco_route(world, consents, f"{api}/mandate/energy", energy, "GET"),
        esco_route(world, consents, f"{api}/mandate", mandates, "GET"),
        esco_route(world, consents, f"{api}/shorturlidentifier", short_url, "POST", session_failed),
    ]
    if world.v3_installation:
        path = f"{api}/mandate/installation"
        calls.append(esco_route(world, consents, path, installation, "GET"))
    return calls
