"""What the runner needs of a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.registry import DeliveryAddress, Listing
from kwartier.vocabulary.fetch import Fetch, Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """The undecoded replies to one fetch, the newest first, and the provider's time of them."""

    bodies: tuple[bytes, ...]
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Which of a provider's errors is which; ``failures`` are those that cost one fetch."""

    not_found: type[KwartierError]
    forbidden: type[KwartierError]
    unauthenticated: type[KwartierError]
    failures: tuple[type[KwartierError], ...]

    def fetched(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        """What a failed fetch comes to. 404 and 403 are facts about the mandate; a failure, a
        refusal or a reply that makes no sense costs this fetch alone, which is asked again. Refused
        credentials, and a request of our own making that breaks a rule, end the sync: ``error`` is
        raised again.
        """
        if isinstance(error, self.not_found):
            outcome = Outcome.NOT_FOUND
        elif isinstance(error, self.forbidden):
            outcome = Outcome.FORBIDDEN
        elif isinstance(error, self.failures) and not isinstance(error, self.unauthenticated):
            outcome = Outcome.FAILED
        else:
            raise error
        return Fetched(fetch=fetch, fetched_at=at, outcome=outcome, error=str(error))


class Source(Protocol):
    """One provider, seen from the sync."""

    @property
    def provider(self) -> str: ...

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        """The provider's list of all mandates, or of all under one reference number. Its time is
        the sync's now.
        """
        ...

    async def updated_mandates(self, since: datetime) -> Listing | None:
        """Only the mandates that were updated at ``since`` or later: says nothing of others. None
        if the provider has no such list.
        """
        ...

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:
        """Where it delivers to; None if it does not know."""
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
