"""Everything that the emulator is made of: its number, its clock, its consents, its events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from kwartier.emulator.clock import Clock
from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.eneco.rate_limit import RateLimit
from kwartier.emulator.entra.authority import provider
from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.tokens import Tokens
from kwartier.emulator.events.consequences import (
    grid_user_changes,
    happen_to,
    happen_to_contracts,
)
from kwartier.emulator.events.event import Event
from kwartier.emulator.faults import Faults
from kwartier.emulator.fiam.contracts import Contracts, KeptContracts
from kwartier.emulator.fiam.contracts import Environment as FiamEnvironment
from kwartier.emulator.fiam.tokens import FiamTokens
from kwartier.emulator.grid_users import GridUsers
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.scenario import Scenario, Step
from kwartier.emulator.scenario_steps import perform
from kwartier.emulator.state_file import (
    FiamKept,
    Kept,
    ScenarioState,
    State,
    load_state,
    save_state,
)
from kwartier.errors import KwartierError


class World:
    """One emulated world: ``live`` and ``sandbox`` hold consents of their own, KPN FIAM contracts
    for production and acceptance; events and a scenario are the world's.

    ``state`` names the file that keeps these, if any does; ``error_casing`` is that of the ESCO
    API's error bodies; with ``v3_installation``, v3 serves installation data, at a path that is our
    reading. Raises :class:`kwartier.errors.ConfigurationError` when the file cannot be read or
    written, at the start and whenever consents change; a change that could not be kept has not
    happened.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int = 1,
        state: Path | None = None,
        error_casing: ErrorCasing = ErrorCasing.PASCAL,
        v3_installation: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.error_casing = error_casing
        self.v3_installation = v3_installation
        self.faults = Faults(seed)
        self.tokens = Tokens()
        self.eneco_rate_limit = RateLimit()
        self.fiam_tokens = {each: FiamTokens(each) for each in FiamEnvironment}
        self.certificates = RegisteredCertificates(provider()[0])
        self.grid_users = GridUsers(lambda: grid_user_changes(self.events))
        self._state = state
        self._within = 0
        kept = load_state(state) if state is not None else State()
        self.sandbox = self._consents(Environment.SANDBOX, kept)
        self.live = self._consents(Environment.LIVE, kept.live)
        self._contracts = {
            environment: Contracts(f"{seed}/{environment}", contracts, self._keep)
            for environment, contracts in _contracts_in(kept)
        }
        self._take(kept)
        self._keep()

    def now(self) -> datetime:
        """The emulated instant; the scenario's steps that were due by then have happened."""
        now = self.clock.now()
        self._catch_up(now)
        return now

    def consents(self, environment: Environment) -> Consents:
        """Those of ``environment``."""
        return self.live if environment is Environment.LIVE else self.sandbox

    def contracts(self, environment: FiamEnvironment) -> Contracts:
        """KPN FIAM's, of ``environment``."""
        return self._contracts[environment]

    def events_of_owner(self, data_owner: str) -> list[Event]:
        """What happened to a data owner of Eneco (UUID in lower case)."""
        return [each for each in self.events if each.data_owner == data_owner]

    @property
    def is_kept(self) -> bool:
        """Whether its consents outlive it."""
        return self._state is not None

    def happen(self, event: Event) -> None:
        """Let something happen, to mandates or contracts of both environments and to the data."""
        with self._whole():
            self.events.append(event)
            for consents in (self.sandbox, self.live):
                happen_to(consents.mandates, event)
            for contracts in self._contracts.values():
                happen_to_contracts(contracts, event)

    def begin(self, scenario: Scenario) -> None:
        """Forget all consents and events, move the clock to the scenario's start, and follow it."""
        beginning = scenario.begins()
        with self._whole():
            self._take(State(scenario=scenario))
            self.clock.set(beginning)

    @property
    def scenario_state(self) -> ScenarioState:
        """The scenario that is followed, if any, and how far it has come."""
        return ScenarioState(
            scenario=self._scenario, steps_done=self._steps_done, refused=list(self._refused)
        )

    def state(self) -> State:
        """All that is kept, as the state file holds it."""
        sandbox = msgspec.structs.asdict(self.sandbox.kept())
        story = msgspec.structs.asdict(self.scenario_state)
        fiam = FiamKept(**{each.value: held.kept() for each, held in self._contracts.items()})
        events = list(self.events)
        return State(**sandbox, live=self.live.kept(), fiam=fiam, events=events, **story)

    def _catch_up(self, now: datetime) -> None:
        scenario = self._scenario
        while scenario is not None and self._steps_done < len(scenario.steps):
            step = scenario.steps[self._steps_done]
            due = scenario.due(step)
            if due > now or self._within:
                return
            with self._whole():
                self._step(step, due)

    def _step(self, step: Step, due: datetime) -> None:
        """One that is refused is passed over, and says why."""
        before = self.state()
        try:
            perform(self, step, due)
        except KwartierError as error:
            self._take(before)
            self._refused.append(f"step {self._steps_done + 1}: {error}")
        self._steps_done += 1

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All that changes within is kept together, or has not happened."""
        before = self.state()
        self._within += 1
        try:
            yield
        except BaseException:
            self._take(before)
            raise
        finally:
            self._within -= 1
        try:
            self._keep()
        except BaseException:
            self._take(before)
            raise

    def _take(self, state: State) -> None:
        self.sandbox.take(state)
        self.live.take(state.live)
        for environment, contracts in _contracts_in(state):
            self._contracts[environment].take(contracts)
        self.events = list(state.events)
        self._scenario = state.scenario
        self._steps_done = state.steps_done
        self._refused = list(state.refused)

    def _keep(self) -> None:
        if self._state is not None and not self._within:
            save_state(self._state, self.state())

    def _consents(self, environment: Environment, kept: Kept) -> Consents:
        return Consents(
            environment,
            seed=self.seed,
            kept=kept,
            keep=self._keep,
            grid_users=self.grid_users,
            events=lambda ean: [
                each for each in self.events if each.ean == ean and each.data_owner is None
            ],
        )


def _contracts_in(state: State) -> list[tuple[FiamEnvironment, KeptContracts]]:
    return [(each, getattr(state.fiam, each.value)) for each in FiamEnvironment]
