"""What all of FIAM's endpoints share: who asks, and what becomes of errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kwartier.emulator.fiam.tokens import FiamTokens
from kwartier.emulator.problems import problem
from kwartier.emulator.refusals import Refused
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


def telling_problems(handler: Handler) -> Handler:
    """``handler``, whose refusals become replies; what breaks on our own side is a 500."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as answer:
            refused = answer
        except KwartierError as error:
            _log.error("the emulator failed: %s", error)
            refused = problem(500, "Something went wrong on our side.")
        return refused_reply(refused)

    return handle


def refused_reply(refused: Refused) -> Response:
    """A refusal as it goes out."""
    content = msgspec.json.encode(refused.body)
    headers = dict(refused.headers or {})
    return Response(content, refused.status, headers=headers, media_type="application/json")


def answer(status: int, body: object) -> Response:
    """``body`` as JSON."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")
