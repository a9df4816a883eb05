"""The console's cookies: for it only, which no script reads and no other site sends along."""

from __future__ import annotations

from starlette.responses import Response

from kwartier.web.settings import WebSettings


class Cookies:
    """``session`` is the name of the one that signs somebody in, ``visitor`` of the one that tells
    the forms of who is not signed in, ``openid`` of the one that lasts for a sign-in elsewhere.

    By https they are bound to this very host (``__Host-``) and never sent otherwise.
    """

    def __init__(self, settings: WebSettings) -> None:
        self._is_secure = settings.is_https
        prefix = "__Host-" if settings.is_https else ""
        self.session = f"{prefix}kwartier-session"
        self.visitor = f"{prefix}kwartier-visitor"
        self.openid = f"{prefix}kwartier-openid"

    def give(
        self, response: Response, name: str, value: str, *, seconds: int | None = None
    ) -> None:
        """Give the browser a cookie, for so many seconds or until it is closed."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._is_secure,
        )

    def take(self, response: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        response.delete_cookie(
            name, path="/", httponly=True, samesite="lax", secure=self._is_secure
        )
