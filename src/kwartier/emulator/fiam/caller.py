"""What all of FIAM's endpoints share: who asks, and what becomes of errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kwartier.emulator.fiam.tokens import FiamTokens
from kwartier.emulator.problems import problem
from kwartier.emulator.refusals import Refused
from kwartier.emulator.replies import reply
from kwartier.emulator.world import World
from kwartier.errors import KwartierError

Handler = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)


def bearer(request: Request) -> str | None:
    """The token of the header Authorization, if it brings one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def caller(request: Request, tokens: FiamTokens) -> str:
    """The party that asks, or a 401."""
    token = bearer(request)
    party = None if token is None else tokens.party_of(token)
    if party is None:
        raise problem(401, "The bearer token is missing, not known here, or has expired.")
    return party


def telling_problems(handler: Handler, world: World) -> Handler:
    """``handler``, whose refusals become replies; what breaks on our own side is a 500."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as answer:
            refused = answer
        except KwartierError as error:
            _log.error("the emulator failed: %s", error)
            refused = problem(500, "Something went wrong on our side.")
        return refused_reply(refused, world.now())

    return handle


def refused_reply(refused: Refused, now: datetime) -> Response:
    """A refusal as it goes out."""
    return reply(refused.status, msgspec.json.encode(refused.body), now, refused.headers)


def answer(status: int, body: object, now: datetime) -> Response:
    """``body`` as JSON, dated by the emulated clock."""
    return reply(status, msgspec.json.encode(body), now)
