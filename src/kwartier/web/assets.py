"""Scripts, style sheets and pictures that pages load: kept by browsers until their content changes.

The address of an asset holds a digest of its content, so that it may be kept for ever.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_KEPT: Final = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
}
_KINDS: Final = (".css", ".js", ".png", ".svg")


@dataclass(frozen=True, slots=True)
class _Asset:
    content: bytes
    kind: str
    digest: str


class Assets:
    """The files in the folders ``static`` of ``packages``, served under ``prefix``.

    ``made`` are others by name, such as a style sheet that follows from settings.
    """

    def __init__(
        self, *packages: str, prefix: str = "/static", made: dict[str, bytes] | None = None
    ) -> None:
        found = dict(made or {})
        for package in packages:
            for one in files(package).joinpath("static").iterdir():
                if one.name.endswith(_KINDS):
                    found[one.name] = one.read_bytes()
        self._assets = {name: _asset(name, content) for name, content in found.items()}
        self._prefix = prefix

    def __call__(self, name: str) -> str:
        """The address of an asset; KeyError when there is none of that name."""
        return f"{self._prefix}/{self._assets[name].digest}/{name}"

    def __contains__(self, name: str) -> bool:
        return name in self._assets

    def route(self, *, mounted_at: str = "") -> Route:
        """Where they are served; ``mounted_at`` is the part of the prefix that a mount takes."""

        async def serve(request: Request) -> Response:
            asset = self._assets.get(request.path_params["name"])
            if asset is None or asset.digest != request.path_params["digest"]:
                return PlainTextResponse("There is no such file.", 404)
            return Response(asset.content, media_type=asset.kind, headers=_KEPT)

        path = self._prefix.removeprefix(mounted_at)
        return Route(f"{path}/{{digest}}/{{name}}", serve, methods=["GET"])


def _asset(name: str, content: bytes) -> _Asset:
    digest = hashlib.blake2b(content, digest_size=10).hexdigest()
    return _Asset(content, mimetypes.guess_type(name)[0] or "application/octet-stream", digest)
