"""Replies of the emulator's own endpoints: JSON, an error as ``{"error": ...}``."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kwartier.emulator.refusals import Refused
from kwartier.errors import InputError, KwartierError
from kwartier.web.origin import is_from_another_site
from kwartier.wire.fluvius_v3 import Problem
from kwartier.wire.unreadable import UNREADABLE

Handler = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)


def control_reply(status: int, body: dict[str, Any]) -> Response:
    """``body`` as JSON."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def telling_errors(handler: Handler) -> Handler:
    """``handler``, whose errors become replies: 400 for what was asked, 500 for our own side.

    What another website has a browser change is refused with 403: here is no password, and a
    developer's browser reaches this address.
    """

    @wraps(handler)
    async def handle(request: Request) -> Response:
        if request.method != "GET" and is_from_another_site(request):
            return control_reply(403, {"error": "this came from another website"})
        try:
            return await handler(request)
        except Refused as refused:
            return control_reply(refused.status, {"error": _said(refused)})
        except (*UNREADABLE, InputError) as error:
            return control_reply(400, {"error": str(error)})
        except KwartierError as error:
            _log.error("the emulator failed at %s: %s", handler.__name__, error)
            return control_reply(500, {"error": str(error)})

    return handle


def _said(refused: Refused) -> str:
    problem = refused.body
    if isinstance(problem, Problem) and problem.validation_error_messages:
        return " ".join(problem.validation_error_messages)
    return str(getattr(problem, "message", refused.status))
