"""Requests to an app in this process, without a server."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx
from starlette.types import ASGIApp

ADDRESS: Final = "http://127.0.0.1:8602"


class AppClient:
    """Asks ``app``, with a browser's cookies; redirects are not followed, errors of the app become
    the responses that it makes of them.
    """

    def __init__(self, app: ASGIApp, *, base_url: str = ADDRESS, client: str = "127.0.0.1") -> None:
        self._app, self._base_url, self._client = app, base_url, client
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request, as httpx takes it."""
        return asyncio.run(self._request(method, path, **given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        """A GET."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """A POST."""
        return self.request("POST", path, **given)

    async def _request(self, method: str, path: str, **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(
            app=self._app, raise_app_exceptions=False, client=(self._client, 50_000)
        )
        async with httpx.AsyncClient(transport=transport, base_url=self._base_url) as client:
            client.cookies = self.cookies
            response = await client.request(method, path, **given)
            self.cookies = client.cookies
            return response
