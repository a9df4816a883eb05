"""The addresses of the OpenAPI documents and of the pages that show them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v3.openapi.document import document
from kwartier.emulator.refusals import ErrorCasing

_FOLDER: Final = Path(__file__).parent / "swagger_ui"
_FILES: Final = {
    "index.html": "text/html",
    "start.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_OWN_ORIGIN_ONLY: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
}


def routes(environment: Environment, root: str, casing: ErrorCasing) -> list[Route]:
    """Document and page of ``environment``, whose addresses begin with ``root``."""
    base = f"{root}/v3"

    @cache
    def content() -> bytes:
        return msgspec.json.encode(document(environment, base, casing))

    async def described(_request: Request) -> Response:
        return Response(content(), media_type="application/json")

    return [
        Route(f"{base}/swagger/fluvius_energy_api/swagger.json", described, methods=["GET"]),
        *(_file(f"{root}/swagger/{name}", name, kind) for name, kind in _FILES.items()),
    ]


def _file(path: str, name: str, media_type: str) -> Route:
    async def shown(_request: Request) -> Response:
        return Response(_content(name), headers=_OWN_ORIGIN_ONLY, media_type=media_type)

    return Route(path, shown, methods=["GET"])


@cache
def _content(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
