"""An emulated Eneco to sync with: contracts, the clock, and what is true."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.eneco.truth import truth
from kwartier.emulator.fiam.contracts import Environment as World
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.emulator.thread import EmulatorThread
from kwartier.eneco import AsyncEnecoClient, EnecoCredentials, Environment, RetryPolicy
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import Store
from kwartier.store.port import Selection
from kwartier.sync import EnecoSource, FetchPolicy, RunPolicy, SyncReport, sync
from kwartier.vocabulary.local_time import day_start
from support.listed import listed

ALL_CORRECTIONS = timedelta(days=8)
"""Within so many days the emulator has put every value right."""

_SAME = ("energy_type", "direction", "unit", "granularity", "start", "end", "value")


class Eneco:
    """Acceptance, in ``emulator``, and who lives there; the environment leads a client to it."""

    def __init__(self, emulator: EmulatorThread) -> None:
        self.emulator, self.world = emulator, emulator.world
        self.owners = [each.id for each in data_owners(World.ACCEPTANCE)]
        self.contracts = self.world.contracts(World.ACCEPTANCE)

    def begin(self, now: datetime) -> None:
        """Nobody has consented, and it is ``now``."""
        for each in self.contracts.all():
            self.contracts.remove(each.id)
        self.at(now)

    def at(self, now: datetime) -> None:
        self.world.clock.set(now)

    def wait(self, days: float) -> None:
        self.at(self.world.now() + timedelta(days=days))

    def grant(self, owner: str, start: date | None = None, end: date | None = None) -> str:
        """The contract's id."""
        now = self.world.now()
        return self.contracts.grant(owner, OURSELVES.id, now, start=start, end=end).id

    def revoke(self, owner: str) -> None:
        assert self.contracts.revoke(owner, OURSELVES.id, self.world.now())

    def sync(self, store: Store, source: type[EnecoSource] = EnecoSource, **how: Any) -> SyncReport:
        """One sync; ``how`` goes to the source, and ``run_policy`` and ``reread`` to the sync."""
        return asyncio.run(self._sync(store, source, **how))

    async def _sync(
        self,
        store: Store,
        source: type[EnecoSource],
        *,
        reread: timedelta = ALL_CORRECTIONS,
        run_policy: RunPolicy | None = None,
        **how: Any,
    ) -> SyncReport:
        credentials = EnecoCredentials.from_env(Environment.ACCEPTANCE)
        async with AsyncEnecoClient(
            credentials,
            Environment.ACCEPTANCE,
            clock=self.world.now,
            requests_per_second=1_000,
            retry=RetryPolicy(attempts=1),
        ) as client:
            of_ours = source(client, consumer=OURSELVES.id, clock=self.world.now, **how)
            policy = FetchPolicy(reread=reread)
            return await sync(store, of_ours, fetch_policy=policy, run_policy=run_policy)

    def truth(self, owner: str, start: date, end: date | None = None) -> set[tuple[Any, ...]]:
        """What there is now of some days of a data owner, as rows of :func:`held`."""
        [person] = [each for each in data_owners(World.ACCEPTANCE) if each.id == owner]
        now = self.world.now()
        first, last = day_start(start, ""), day_start(end, "") if end else now
        told = pa.Table.from_batches(
            truth([person], [], seed=self.world.seed, now=now, events=self.world.events_of_owner)
        )
        inside = pc.and_(pc.greater_equal(told["start"], first), pc.less_equal(told["end"], last))
        return _rows(told.filter(inside))


def held(store: Store, owner: str) -> set[tuple[Any, ...]]:
    """All values of a data owner, each with its series and its hour."""
    batches = store.scan(Selection(metering_points=(owner,)))
    return _rows(pa.Table.from_batches(batches, MEASUREMENTS_SCHEMA))


def _rows(table: pa.Table) -> set[tuple[Any, ...]]:
    columns = (listed(table[name]) for name in _SAME)
    return set(zip(*columns, strict=True))
