"""The API as an ASGI app, to be mounted at /api/v1."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from itertools import chain
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kwartier.api.calls import Operation
from kwartier.api.context import ApiContext
from kwartier.api.document import document
from kwartier.api.limits import Allowances
from kwartier.api.problems import Problem
from kwartier.api.resource import SLASH, Resource
from kwartier.api.resources import (
    customers,
    events,
    figures,
    health,
    invitations,
    mandates,
    measurements,
    metering_points,
    receipts,
    why,
)
from kwartier.api.standing import Standings
from kwartier.openapi.calls_page import calls_page_at
from kwartier.openapi.pages import described_at

BASE: Final = "/api/v1"
OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    chain.from_iterable(
        room.OPERATIONS
        for room in (
            customers,
            why,
            invitations,
            mandates,
            metering_points,
            measurements,
            figures,
            events,
            receipts,
            health,
        )
    )
)
_DOCUMENT: Final = "/openapi.json"
_TRY: Final = "/docs/try"
_ENCODED_SLASH: Final = re.compile("%2f", re.IGNORECASE)


def create_app(context: ApiContext, *, base: str = BASE) -> Starlette:
    """The API of ``context``; ``base`` is where it is mounted, which its document says.

    The document is at /openapi.json, a page that lists the calls at /docs, and one to try them at
    /docs/try. Scripts of other websites may not ask: keys do not belong into a browser.
    """
    allowances = Allowances(context.settings)
    standings = Standings(context.store, context.store_path)
    by_path: defaultdict[str, list[Operation]] = defaultdict(list)
    for one in OPERATIONS:
        by_path[one.path].append(one)

    def made() -> dict[str, Any]:
        return document(OPERATIONS, base or "/")

    async def to_try(_: Request) -> Response:
        return RedirectResponse(f"{base}{_TRY}/index.html")

    routes = [
        *(
            Route(path, Resource(context, some, allowances, standings))
            for path, some in by_path.items()
        ),
        *described_at(_DOCUMENT, _TRY, "../../openapi.json", made),
        *calls_page_at("/docs", base=base, document=_DOCUMENT, tried=_TRY, made=made),
        Route(_TRY, to_try),
        Route(f"{_TRY}/", to_try),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(_Slashes)],
        exception_handlers={HTTPException: _refuse},
    )
    app.router.redirect_slashes = False
    return app


async def _refuse(_: Request, error: Exception) -> Response:
    """What the router itself refuses: an unknown address, or a method of a page."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these alone
    problem = Problem(error.status_code, f"{error.detail}.", headers=error.headers)
    return problem.response(uuid.uuid4().hex)


class _Slashes:
    """Lets an encoded slash be part of a segment: customers' ids may hold one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path") or b""
        if scope["type"] == "http" and b"%2f" in raw.lower():
            path = _ENCODED_SLASH.sub(quote(SLASH), raw.decode("latin-1"))
            scope = {**scope, "path": unquote(path, errors="replace")}
        await self._app(scope, receive, send)
