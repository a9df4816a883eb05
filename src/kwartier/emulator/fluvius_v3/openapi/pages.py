"""The addresses of the OpenAPI documents and of the pages that show them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v3.openapi.document import document
from kwartier.emulator.refusals import ErrorCasing

DOCUMENT: Final = "/swagger/fluvius_energy_api/swagger.json"
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
    made = partial(document, environment, base, casing)
    return described_at(f"{base}{DOCUMENT}", f"{root}/swagger", f"../v3{DOCUMENT}", made)


def described_at(
    path: str, folder: str, from_folder: str, made: Callable[[], dict[str, Any]]
) -> list[Route]:
    """The document that ``made`` makes, at ``path``, and in ``folder`` the page that shows it;
    ``from_folder`` is the document's address relative to the page's.
    """

    @cache
    def content() -> bytes:
        return msgspec.json.encode(made())

    async def described(_request: Request) -> Response:
        return Response(content(), media_type="application/json")

    return [
        Route(path, described, methods=["GET"]),
        *(_file(f"{folder}/{name}", name, kind, from_folder) for name, kind in _FILES.items()),
    ]


def _file(path: str, name: str, media_type: str, document: str) -> Route:
    async def shown(_request: Request) -> Response:
        content = _content(name, document)
        return Response(content, headers=_OWN_ORIGIN_ONLY, media_type=media_type)

    return Route(path, shown, methods=["GET"])


@cache
def _content(name: str, document: str) -> bytes:
    return (_FOLDER / name).read_bytes().replace(b"{document}", document.encode())
