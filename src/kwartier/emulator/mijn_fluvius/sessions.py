"""What sessions hold: who is signed in, and how far each journey is."""

from __future__ import annotations

from dataclasses import dataclass, field

from kwartier.emulator.journeys import Choice, Completed
from kwartier.emulator.site.sessions import Session as BrowserSession
from kwartier.wire.fluvius_v3 import DataServiceType

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
class Session(BrowserSession):
    """What the pages remember of one browser.

    ``at_csam`` has a session with the government's sign-in, ``user`` is signed in here;
    ``unfinished`` sign-ins lead to a short URL (its identifier), or ("") to the own page.
    """

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
