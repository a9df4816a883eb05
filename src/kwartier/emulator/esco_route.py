"""How the ESCO API's calls are reached, whatever the version: who may make them, and what fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Consents
from kwartier.emulator.refusals import (
    ErrorCasing,
    Refused,
    failed,
    key_refused,
    token_refused,
)
from kwartier.emulator.registrations import SUBSCRIPTION_KEY
from kwartier.emulator.replies import reply
from kwartier.emulator.world import World
from kwartier.errors import KwartierError

Call = Callable[[Consents, Request, datetime], Awaitable[bytes]]
"""What answers one request: the reply's content, or :class:`Refused`."""

LIVE: Final = "/esco-live"
SANDBOX: Final = "/esco-sbx"

_log = logging.getLogger(__name__)


def esco_route(
    world: World,
    consents: Consents,
    path: str,
    call: Call,
    method: str,
    failure: Callable[[], Refused] = failed,
    casing: ErrorCasing | None = None,
) -> Route:
    """A call behind subscription key and token; what breaks in it becomes ``failure``.

    Error bodies are in ``casing``, the world's when None.
    """
    casing = world.error_casing if casing is None else casing

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
        return reply(refused.status, refused.content(casing), now, refused.headers)

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
