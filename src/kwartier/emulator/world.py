"""Everything that the emulator is made of: its number, its clock, its consents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from kwartier.emulator.clock import Clock
from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.entra.authority import provider
from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.tokens import Tokens
from kwartier.emulator.faults import Faults
from kwartier.emulator.grid_users import GridUsers
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.state_file import Kept, State, load_state, save_state


class World:
    """One emulated world: ``live`` and ``sandbox`` hold consents of their own.

    ``state`` names the file that keeps these, if any does; ``error_casing`` is that of the ESCO
    API's error bodies. Raises :class:`kwartier.errors.ConfigurationError` when the file cannot be
    read or written, at the start and whenever consents change; a change that could not be kept
    has not happened.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        state: Path | None = None,
        error_casing: ErrorCasing = ErrorCasing.PASCAL,
    ) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.error_casing = error_casing
        self.faults = Faults(seed)
        self.tokens = Tokens()
        self.certificates = RegisteredCertificates(provider()[0])
        self._state = state
        kept = load_state(state) if state is not None else State()
        keep = None if state is None else self._keep
        self.grid_users = GridUsers()
        self.sandbox = self._consents(Environment.SANDBOX, kept, keep)
        self.live = self._consents(Environment.LIVE, kept.live, keep)
        self._keep()

    def now(self) -> datetime:
        return self.clock.now()

    def consents(self, environment: Environment) -> Consents:
        """Those of ``environment``."""
        return self.live if environment is Environment.LIVE else self.sandbox

    @property
    def is_kept(self) -> bool:
        """Whether its consents outlive it."""
        return self._state is not None

    def _keep(self) -> None:
        if self._state is not None:
            save_state(self._state, self.state())

    def state(self) -> State:
        """All that is kept, as the state file holds it."""
        sandbox = self.sandbox.kept()
        return State(**msgspec.structs.asdict(sandbox), live=self.live.kept())

    def _consents(
        self, environment: Environment, kept: Kept, keep: Callable[[], None] | None
    ) -> Consents:
        return Consents(
            environment, seed=self.seed, kept=kept, keep=keep, grid_users=self.grid_users
        )
