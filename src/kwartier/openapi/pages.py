"""The addresses of the OpenAPI documents and of the pages that show them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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


def described_at(
    path: str, folder: str, from_folder: str, made: Callable[[], dict[str, Any]]
) -> list[Route]:
    """The document that ``made`` makes, at ``path``, and in ``folder`` the page that shows it;
    ``from_folder`` is the document's address relative to the page's.
    """

    @cache
    def document() -> dict[str, Any]:
        return made()

    async def described(_request: Request) -> Response:
        return Response(msgspec.json.encode(document()), media_type="application/json")

    def title() -> str:
        return str(document()["info"]["title"])

    return [
        Route(path, described, methods=["GET"]),
        *(
            _file(f"{folder}/{name}", name, kind, from_folder, title)
            for name, kind in _FILES.items()
        ),
    ]


def _file(path: str, name: str, media_type: str, document: str, title: Callable[[], str]) -> Route:
    async def shown(_request: Request) -> Response:
        content = _content(name, document, title())
        return Response(content, headers=_OWN_ORIGIN_ONLY, media_type=media_type)

    return Route(path, shown, methods=["GET"])


@cache
def _content(name: str, document: str, title: str) -> bytes:
    content = (_FOLDER / name).read_bytes()
    if not name.endswith(".html"):
        return content
    return content.replace(b"{document}", document.encode()).replace(b"{title}", title.encode())
