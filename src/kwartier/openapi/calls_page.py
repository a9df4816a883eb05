"""The page that lists all calls of an API: without script, for whoever reads it and however."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from kwartier.openapi.listing import listing
from kwartier.web.assets import Assets
from kwartier.web.headers import HEADERS
from kwartier.web.templates import templates


def calls_page_at(
    path: str, *, base: str, document: str, tried: str, made: Callable[[], dict[str, Any]]
) -> list[Route]:
    """The page at ``path`` below ``base``, where the app is mounted, of the document that ``made``
    makes; ``document`` and ``tried`` are the paths of the document itself and of the page that
    calls are tried on.
    """

    assets = Assets("kwartier.web", "kwartier.openapi", prefix=f"{base}{path}/static")

    @cache
    def page() -> str:
        template = templates("kwartier.openapi").get_template("calls.html")
        return template.render(
            told=listing(made()),
            asset=assets,
            document=f"{base}{document}",
            tried=f"{base}{tried}",
        )

    async def shown(_: Request) -> Response:
        return HTMLResponse(page(), headers=HEADERS)

    async def to_page(_: Request) -> Response:
        return RedirectResponse(f"{base}{path}")

    return [
        Route(path, shown, methods=["GET"]),
        Route(f"{path}/", to_page, methods=["GET"]),
        assets.route(mounted_at=base),
    ]
