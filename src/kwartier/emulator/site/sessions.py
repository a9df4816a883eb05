"""Browser sessions by their cookie. Kept in memory only."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

LIVES: Final = 12 * 3600.0
MOST: Final = 1_000


@dataclass(slots=True)
class Session:
    """What the pages remember of one browser; a site adds its own."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    ends: float = field(default_factory=lambda: time.monotonic() + LIVES)
    language: str | None = None


S = TypeVar("S", bound=Session)


class Sessions(Generic[S]):
    """All sessions of a site; they live on the wall clock, whatever the emulated one says."""

    def __init__(self, begin: Callable[[], S]) -> None:
        self._begin = begin
        self._held: dict[str, S] = {}

    def of(self, token: str | None) -> S | None:
        """The session of a cookie; None when it is unknown or has ended."""
        session = self._held.get(token or "")
        if session is not None and session.ends < time.monotonic():
            del self._held[session.token]
            return None
        return session

    def open(self) -> S:
        """A new one; the oldest gives way when there are too many."""
        while len(self._held) >= MOST:
            del self._held[next(iter(self._held))]
        session = self._begin()
        self._held[session.token] = session
        return session

    def renew(self, session: S) -> None:
        """Give it another cookie, so that one planted before sign-in is worth nothing after."""
        self._held.pop(session.token, None)
        session.token, session.form_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._held[session.token] = session
