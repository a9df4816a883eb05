"""All of the emulator behind one origin, as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kwartier.emulator.control.routes import routes as control_routes
from kwartier.emulator.eneco.openapi.document import routes as eneco_document_routes
from kwartier.emulator.eneco.routes import routes as eneco_routes
from kwartier.emulator.entra.endpoint import routes as entra_routes
from kwartier.emulator.esco_route import EscoCalls
from kwartier.emulator.faults.injection import FaultyReplies
from kwartier.emulator.fiam.caller import refused_reply
from kwartier.emulator.fiam.openapi.document import routes as fiam_document_routes
from kwartier.emulator.fiam.routes import routes as fiam_routes
from kwartier.emulator.fiam_portal.routes import routes as fiam_portal_routes
from kwartier.emulator.fluvius_v2.routes import routes as fluvius_v2_routes
from kwartier.emulator.fluvius_v3.routes import routes as fluvius_v3_routes
from kwartier.emulator.mijn_fluvius.routes import routes as mijn_fluvius_routes
from kwartier.emulator.paths import NormalisedPaths
from kwartier.emulator.problems import is_of_eneco_or_fiam, problem
from kwartier.emulator.refusals import gateway
from kwartier.emulator.replies import reply
from kwartier.emulator.world import World


def create_app(world: World, clock_moved: Callable[[], None] = lambda: None) -> ASGIApp:
    """The application that serves ``world``; ``clock_moved`` is called after its clock was set."""

    async def refuse(request: Request, error: Exception) -> Response:
        status, detail, headers = 500, "Internal server error", None
        if isinstance(error, HTTPException):
            status, detail, headers = error.status_code, error.detail, error.headers
        if is_of_eneco_or_fiam(request.url.path):
            refused = problem(status, detail, request.url.path, headers)
            return refused_reply(refused, world.now())
        refused = gateway(status, detail, headers)
        return reply(status, refused.content(world.error_casing), world.now(), refused.headers)

    routes = [
        *eneco_routes(world),  # first, for they are asked most and no short cut leads to them
        *fiam_routes(world),
        *fluvius_v3_routes(world),
        *fluvius_v2_routes(world),
        *mijn_fluvius_routes(world),
        *eneco_document_routes(),
        *fiam_document_routes(),
        *fiam_portal_routes(world),
        *control_routes(world, clock_moved),
        *entra_routes(world.tokens, world.certificates),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: refuse, Exception: refuse})
    app.router.redirect_slashes = False
    return NormalisedPaths(FaultyReplies(EscoCalls(app, routes), world))
