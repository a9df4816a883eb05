"""Browser sessions: who is signed in, and how far each journey is. Kept in memory only."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Final

from kwartier.emulator.journeys import Choice, Completed
from kwartier.wire.fluvius_v3 import DataServiceType

COOKIE: Final = "mijn-fluvius-emulated"
LIVES: Final = 12 * 3600.0
MOST: Final = 1_000
_MOST_JOURNEYS = 50


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in: a portal user (an id), acting for a customer (an id)."""

    portal_user: str
    customer: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A sign-in that waits: to ``choose`` among ``customers`` (ids), for the ``terms``, or both."""

    portal_user: str
    customers: tuple[str, ...]
    choose: bool
    terms: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Choices that wait for confirmation; ``ticket`` confirms them, once."""

    ticket: str
    choices: tuple[Choice, ...]


@dataclass(slots=True)
class Journey:
    """One short URL in one browser.

    ``granularity`` is the customer's choice where the request leaves it open: the first completed
    request fixes it for the session. ``completed`` are the requests that were, by their tickets.
    """

    user: User
    draft: Draft | None = None
    granularity: tuple[DataServiceType, ...] = ()
    completed: dict[str, Completed] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """What the pages remember of one browser.

    ``at_csam`` has a session with the government's sign-in, ``user`` is signed in here;
    ``unfinished`` sign-ins lead to a short URL (its identifier), or ("") to the own page.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    ends: float = field(default_factory=lambda: time.monotonic() + LIVES)
    language: str | None = None
    at_csam: str | None = None
    user: User | None = None
    unfinished: dict[str, Unfinished] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)

    def sign_in(self, user: User) -> None:
        """From now on this is ``user``'s; what another one began here is forgotten."""
        if self.user != user:
            self.journeys.clear()
        self.unfinished.clear()
        self.user = user
        self.at_csam = user.portal_user

    def sign_out(self) -> None:
        """Nobody is signed in any more, at CSAM neither."""
        self.user = self.at_csam = None
        self.unfinished.clear()
        self.journeys.clear()

    def begin(self, identifier: str, user: User) -> Journey:
        """The journey of a short URL, begun anew; the oldest one gives way to the fifty-first."""
        self.journeys.pop(identifier, None)
        while len(self.journeys) >= _MOST_JOURNEYS:
            del self.journeys[next(iter(self.journeys))]
        journey = self.journeys[identifier] = Journey(user)
        return journey


class Sessions:
    """All sessions by their cookie; they live on the wall clock, whatever the emulated one says."""

    def __init__(self) -> None:
        self._held: dict[str, Session] = {}

    def of(self, token: str | None) -> Session | None:
        """The session of a cookie; None when it is unknown or has ended."""
        session = self._held.get(token or "")
        if session is not None and session.ends < time.monotonic():
            del self._held[session.token]
            return None
        return session

    def open(self) -> Session:
        """A new one; the oldest gives way when there are too many."""
        while len(self._held) >= MOST:
            del self._held[next(iter(self._held))]
        session = Session()
        self._held[session.token] = session
        return session

    def renew(self, session: Session) -> None:
        """Give it another cookie, so that one planted before sign-in is worth nothing after."""
        self._held.pop(session.token, None)
        session.token, session.form_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._held[session.token] = session
