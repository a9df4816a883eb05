"""The ESCO API v3, live and sandbox: which calls there are."""

from __future__ import annotations

from starlette.routing import Route

from kwartier.emulator.consents import Consents
from kwartier.emulator.esco_route import LIVE, SANDBOX, esco_route
from kwartier.emulator.fluvius_v3.energy import energy
from kwartier.emulator.fluvius_v3.mandates import mandates
from kwartier.emulator.fluvius_v3.mock import mock_mandate
from kwartier.emulator.fluvius_v3.openapi import pages
from kwartier.emulator.fluvius_v3.short_url import short_url
from kwartier.emulator.refusals import session_failed
from kwartier.emulator.world import World


def routes(world: World) -> list[Route]:
    """All calls of both environments, each behind subscription key and token, and what they are."""
    return [
        *_environment(world, world.live, LIVE),
        *_environment(world, world.sandbox, SANDBOX),
        esco_route(world, world.sandbox, f"{SANDBOX}/v3/api/mandate/mock", mock_mandate, "POST"),
    ]


def _environment(world: World, consents: Consents, root: str) -> list[Route]:
    """What both environments have."""
    api = f"{root}/v3/api"
    return [
        esco_route(world, consents, f"{api}/shorturlidentifier", short_url, "POST", session_failed),
        esco_route(world, consents, f"{api}/mandate", mandates, "GET"),
        esco_route(world, consents, f"{api}/mandate/energy", energy, "GET"),
        *pages.routes(consents.environment, root, world.error_casing),
    ]
