"""What the runner needs of a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kwartier.measurements import Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.fetch import Fetch
from kwartier.vocabulary.mandate import Mandate


@dataclass(frozen=True, slots=True)
class Listing:
    """All mandates as the provider stated them at ``stated_at`` (the provider's time).

    ``undecoded`` are those that could not be read.
    """

    mandates: list[Mandate]
    stated_at: datetime
    undecoded: tuple[Undecoded, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An undecoded reply and the provider's time of it."""

    body: bytes
    fetched_at: datetime


class Source(Protocol):
    """One provider, seen from the sync."""

    @property
    def provider(self) -> str: ...

    async def mandates(self) -> Listing:
        """The provider's list of mandates. Its time is the sync's now."""
        ...

    async def request(self, fetch: Fetch) -> Answer:
        """Send one planned fetch; raises the provider's errors."""
        ...

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        """Turn an answer into measurements; raises an error only if nothing can be read."""
        ...

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        """What a failed fetch comes to; raises ``error`` again if no other fetch can succeed."""
        ...
