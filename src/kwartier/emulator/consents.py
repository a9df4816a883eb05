"""One environment's consents, live's or the sandbox's: its mandates and its short URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from kwartier.emulator.mandates import HeldMandate, MandateRegister
from kwartier.emulator.short_urls import ShortUrl, ShortUrlRegister
from kwartier.emulator.state_file import Kept
from kwartier.wire.fluvius_v3 import ClientSessionRequest


class Environment(StrEnum):
    """Where customers consent: each environment has mandates and short URLs of its own."""

    LIVE = "live"
    SANDBOX = "sandbox"


class Consents:
    """What customers of one environment consented to, and the sessions that asked them.

    ``seed`` is the world's. ``keep``, if given, is called after every change; a change that it
    fails for has not happened.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        seed: int,
        kept: Kept,
        keep: Callable[[], None] | None = None,
    ) -> None:
        self.seed = seed
        self.environment = environment
        self._keep = keep
        self._take(kept)

    def put_mandate(self, mandate: HeldMandate) -> HeldMandate:
        """Add a mandate or replace its forerunner, and keep it; what is held from now on."""
        with self._keeping():
            return self.mandates.put(mandate)

    def create_short_url(self, request: ClientSessionRequest, now: datetime) -> ShortUrl:
        with self._keeping():
            return self.short_urls.create(request, now)

    def kept(self) -> Kept:
        """All of it, as the state file holds it."""
        return Kept(mandates=self.mandates.all(), short_urls=self.short_urls.all())

    def _take(self, kept: Kept) -> None:
        self.mandates = MandateRegister(kept.mandates)
        self.short_urls = ShortUrlRegister(f"{self.seed}/{self.environment}", kept.short_urls)

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        if self._keep is None:
            yield
            return
        before = self.kept()
        try:
            yield
            self._keep()
        except BaseException:
            self._take(before)
            raise
