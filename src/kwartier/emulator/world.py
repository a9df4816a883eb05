"""Everything that the emulator is made of: its number, its clock, its consents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kwartier.emulator.clock import Clock
from kwartier.emulator.mandates import HeldMandate, MandateRegister
from kwartier.emulator.short_urls import ShortUrl, ShortUrlRegister
from kwartier.emulator.state_file import State, load_state, save_state
from kwartier.emulator.tokens import Tokens
from kwartier.wire.fluvius_v3 import ClientSessionRequest


class World:
    """One emulated world. ``state`` names the file that keeps its consents, if any does.

    Raises :class:`kwartier.errors.ConfigurationError` when that file cannot be read or written,
    at the start and whenever consents change; a change that could not be kept has not happened.
    """

    def __init__(
        self, *, clock: Clock | None = None, seed: int = 1, state: Path | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.tokens = Tokens()
        self._state = state
        kept = load_state(state) if state is not None else State()
        self.mandates = MandateRegister(kept.mandates)
        self.short_urls = ShortUrlRegister(seed, kept.short_urls)
        self._keep()

    def now(self) -> datetime:
        return self.clock.now()

    @property
    def is_kept(self) -> bool:
        """Whether its consents outlive it."""
        return self._state is not None

    def put_mandate(self, mandate: HeldMandate) -> None:
        """Add a mandate or replace its forerunner, and keep it."""
        with self._keeping():
            self.mandates.put(mandate)

    def create_short_url(self, request: ClientSessionRequest) -> ShortUrl:
        with self._keeping():
            return self.short_urls.create(request, self.now())

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        if self._state is None:
            yield
            return
        mandates, short_urls = self.mandates.all(), self.short_urls.all()
        try:
            yield
            self._keep()
        except BaseException:
            self.mandates = MandateRegister(mandates)
            self.short_urls = ShortUrlRegister(self.seed, short_urls)
            raise

    def _keep(self) -> None:
        if self._state is not None:
            kept = State(mandates=self.mandates.all(), short_urls=self.short_urls.all())
            save_state(self._state, kept)
