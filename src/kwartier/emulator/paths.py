"""Paths as the real service reads them: whatever their casing, doubled slashes as one."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_SLASHES = re.compile(r"/{2,}")


class NormalisedPaths:
    """ASGI middleware that hands on lower-case paths without doubled slashes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = _SLASHES.sub("/", scope["path"]).lower()
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)
