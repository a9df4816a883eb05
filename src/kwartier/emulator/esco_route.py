"""How the ESCO API's calls are reached, whatever the version: who may make them, and what fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

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


class EscoCall:
    """The ASGI application of a call behind subscription key and token.

    What breaks in it becomes ``failure``; nothing is left to those who call it. Error bodies are in
    ``casing``.
    """

    def __init__(
        self,
        world: World,
        consents: Consents,
        call: Call,
        failure: Callable[[], Refused],
        casing: ErrorCasing,
    ) -> None:
        self._world, self._consents, self._call = world, consents, call
        self._failure, self._casing = failure, casing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        now = self._world.now()
        try:
            _check_access(self._world, request)
            return reply(200, await self._call(self._consents, request, now), now)
        except Refused as answer:
            refused = answer
        except KwartierError as error:
            _log.error("the emulator failed at %s: %s", self._call.__name__, error)
            refused = self._failure()
        except Exception:  # noqa: BLE001 - whatever broke, the client gets the API's own 500
            _log.exception("the emulator failed at %s", self._call.__name__)
            refused = self._failure()
        return reply(refused.status, refused.content(self._casing), now, refused.headers)


def esco_route(
    world: World,
    consents: Consents,
    path: str,
    call: Call,
    method: str,
    failure: Callable[[], Refused] = failed,
    casing: ErrorCasing | None = None,
) -> Route:
    """The way to a call; its error bodies are in ``casing``, the world's when None."""
    casing = world.error_casing if casing is None else casing
    return Route(path, EscoCall(world, consents, call, failure, casing), methods=[method])


class EscoCalls:
    """ASGI middleware that takes calls of the API straight to their answers.

    Any other request goes on to the router, which tries its routes one by one and watches over
    each: that takes as long as an answer.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self._app = app
        self._calls: dict[tuple[str, str], ASGIApp] = {
            (route.path, method): route.endpoint
            for route in routes
            if isinstance(route.endpoint, EscoCall)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        called = self._app
        if scope["type"] == "http":
            called = self._calls.get((scope["path"], scope["method"]), called)
        await called(scope, receive, send)


def _check_access(world: World, request: Request) -> None:
    key = request.headers.get("ocp-apim-subscription-key")
    if not key:
        raise key_refused("Access denied: the subscription key is missing.")
    if key != SUBSCRIPTION_KEY:
        raise key_refused("Access denied: the subscription key is not valid.")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not world.tokens.is_good(token.strip()):
        raise token_refused()
