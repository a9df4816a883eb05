"""The pages behind an invitation's link, as an ASGI app that may be mounted anywhere."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.connect.context import ConnectContext
from kwartier.connect.pages import Pages
from kwartier.connect.visiting import Visiting


def create_app(context: ConnectContext) -> Starlette:
    """``/{token}``, where a customer begins and comes back to, ``/{token}/done`` and
    ``/{token}/back``, where the provider of data sends one, and the files that these load.

    Raises :class:`~kwartier.errors.ConfigurationError` for settings that cannot be, such as a logo
    that cannot be read.
    """
    context.settings.check()
    pages = Pages(context.web, context.settings, context.ways)
    visiting = Visiting(context, pages)

    async def unknown(request: Request) -> Response:
        return pages.unknown(request, up="../" * request.path_params["rest"].count("/"))

    return Starlette(
        routes=[
            Route("/{token}", visiting.show, methods=["GET"]),
            Route("/{token}", visiting.go, methods=["POST"]),
            Route("/{token}/done", visiting.done, methods=["GET"]),
            Route("/{token}/back", visiting.back, methods=["GET"]),
            pages.assets.route(),
            Route("/{rest:path}", unknown, methods=["GET", "POST"]),
        ]
    )
