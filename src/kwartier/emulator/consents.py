"""One environment's consents, live's or the sandbox's: its mandates and its short URLs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from kwartier.emulator.events.event import Event
from kwartier.emulator.grid_users import GridUsers
from kwartier.emulator.keeping import Keeping
from kwartier.emulator.mandates import HeldMandate, MandateRegister
from kwartier.emulator.short_urls import ShortUrl, ShortUrlRegister
from kwartier.emulator.state_file import Kept
from kwartier.wire.fluvius_v3 import ClientSessionRequest


class Environment(StrEnum):
    """Where customers consent: each environment has mandates and short URLs of its own."""

    LIVE = "live"
    SANDBOX = "sandbox"


class Consents(Keeping[Kept]):
    """What customers of one environment consented to, and the sessions that asked them.

    What customers and grid users do is in :mod:`kwartier.emulator.customer_steps`.

    ``seed`` is the world's; ``events_of`` tells what happened at an EAN, and of None what happened
    to the data access contract.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        seed: int,
        kept: Kept,
        keep: Callable[[], None] | None = None,
        grid_users: GridUsers | None = None,
        events: Callable[[str | None], list[Event]] = lambda _ean: [],
    ) -> None:
        self.seed = seed
        self.environment = environment
        self.grid_users = grid_users or GridUsers()
        self.events_of = events
        super().__init__(kept, keep)

    def put_mandate(self, mandate: HeldMandate) -> HeldMandate:
        """Add a mandate or replace its forerunner, and keep it; what is held from now on."""
        with self.keeping():
            return self.mandates.put(mandate)

    def create_short_url(self, request: ClientSessionRequest, now: datetime) -> ShortUrl:
        with self.keeping():
            return self.short_urls.create(request, now)

    @property
    def has_contract(self) -> bool:
        """Whether the data access contract still stands."""
        return not self.events_of(None)

    def accept_terms(self, portal_user: str) -> None:
        """A portal user (an id) is no longer new."""
        with self.keeping():
            self.accepted_terms.append(portal_user)

    def kept(self) -> Kept:
        """All of it, as the state file holds it."""
        return Kept(
            mandates=self.mandates.all(),
            short_urls=self.short_urls.all(),
            consent_requests=list(self.consent_requests.values()),
            customers=dict(self.customers),
            accepted_terms=list(self.accepted_terms),
        )

    def take(self, kept: Kept) -> None:
        """Become what ``kept`` holds."""
        self.mandates = MandateRegister(kept.mandates)
        self.short_urls = ShortUrlRegister(f"{self.seed}/{self.environment}", kept.short_urls)
        self.consent_requests = {each.id: each for each in kept.consent_requests}
        self.customers = dict(kept.customers)
        self.accepted_terms = list(kept.accepted_terms)
