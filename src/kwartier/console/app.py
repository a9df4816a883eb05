"""The console as one app: every page that there is, and what they load."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kwartier.console import (
    access,
    account,
    adding,
    customers,
    holds,
    inviting,
    receipts,
    runs,
    sign_in,
    users,
    work,
)
from kwartier.console.context import ConsoleContext
from kwartier.console.customer import routes as customer
from kwartier.console.gate import Gate
from kwartier.console.navigation import navigation
from kwartier.console.openid import sign_in as openid
from kwartier.console.rendering import Rendering
from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor
from kwartier.web.headers import SecurityHeaders


async def show_first(_: Request, visitor: Visitor) -> Response:
    """On to the first page of the navigation."""
    return visitor.go(visitor.rendering.first_path)


ROUTES: Final[tuple[Declared, ...]] = (
    page("/", show_first),
    *sign_in.ROUTES,
    *openid.ROUTES,
    *account.ROUTES,
    *customers.ROUTES,
    *work.ROUTES,
    *runs.ROUTES,
    *holds.ROUTES,
    *receipts.ROUTES,
    *access.ROUTES,
    *users.ROUTES,
    *adding.ROUTES,
    *inviting.ROUTES,
    *customer.ROUTES,
)
"""The table of routes: who may do what."""


def create_app(context: ConsoleContext) -> ASGIApp:
    """The console of one store. ConfigurationError when the provider's logo cannot be read."""
    rendering = Rendering(context.settings, navigation(one.path for one in ROUTES))
    gate = Gate(context, rendering)
    app = Starlette(
        routes=[rendering.assets.route(), *(gate.route(one) for one in ROUTES)],
        exception_handlers={404: gate.refuse, 405: gate.refuse, Exception: gate.refuse},
    )
    app.router.redirect_slashes = False  # It would lead to the Host that was said.
    return SecurityHeaders(app, https_only=context.settings.is_https)
