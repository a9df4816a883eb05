"""The ESCO API v3, live and sandbox: which calls there are, and who may make them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Consents
from kwartier.emulator.fluvius_v3.energy import energy
from kwartier.emulator.fluvius_v3.mandates import mandates
from kwartier.emulator.fluvius_v3.mock import mock_mandate
from kwartier.emulator.fluvius_v3.openapi import pages
from kwartier.emulator.fluvius_v3.short_url import short_url
from kwartier.emulator.refusals import Refused, failed, key_refused, session_failed, token_refused
from kwartier.emulator.registrations import SUBSCRIPTION_KEY
from kwartier.emulator.replies import reply
from kwartier.emulator.world import World
from kwartier.errors import KwartierError

Call = Callable[[Consents, Request, datetime], Awaitable[bytes]]
"""What answers one request: the reply's content, or :class:`Refused`."""

LIVE = "/esco-live"
SANDBOX = "/esco-sbx"

_log = logging.getLogger(__name__)


def routes(world: World) -> list[Route]:
    """All calls of both environments, each behind subscription key and token, and what they are."""
    return [
        *_environment(world, world.live, LIVE),
        *_environment(world, world.sandbox, SANDBOX),
        _route(world, world.sandbox, f"{SANDBOX}/v3/api/mandate/mock", mock_mandate, "POST"),
    ]


def _environment(world: World, consents: Consents, root: str) -> list[Route]:
    """What both environments have."""
    api = f"{root}/v3/api"
    return [
        _route(world, consents, f"{api}/shorturlidentifier", short_url, "POST", session_failed),
        _route(world, consents, f"{api}/mandate", mandates, "GET"),
        _route(world, consents, f"{api}/mandate/energy", energy, "GET"),
        *pages.routes(consents.environment, root, world.error_casing),
    ]


def _route(
    world: World,
    consents: Consents,
    path: str,
    call: Call,
    method: str,
    failure: Callable[[], Refused] = failed,
) -> Route:
    async def handle(request: Request) -> Response:
        now = world.now()
        try:
            _check_access(world, request)
            return reply(200, await call(consents, request, now), now)
        except Refused as answer:
            refused = answer
        except KwartierError as error:
            _log.error("the emulator failed at %s: %s", call.__name__, error)
            refused = failure()
        except Exception:  # noqa: BLE001 - whatever broke, the client gets the API's own 500
            _log.exception("the emulator failed at %s", call.__name__)
            refused = failure()
        return reply(refused.status, refused.content(world.error_casing), now, refused.headers)

    return Route(path, handle, methods=[method])


def _check_access(world: World, request: Request) -> None:
    key = request.headers.get("ocp-apim-subscription-key")
    if not key:
        raise key_refused("Access denied: the subscription key is missing.")
    if key != SUBSCRIPTION_KEY:
        raise key_refused("Access denied: the subscription key is not valid.")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not world.tokens.is_good(token.strip()):
        raise token_refused()
