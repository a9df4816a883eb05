"""A sync of three metering points through a proxy that damages replies on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    DataServiceType,
    Environment,
    FluviusCredentials,
    MandateStatus,
)
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store.port import Selection
from kwartier.sync import FluviusSource, RunPolicy, SyncReport, sync
from kwartier.transport import RetryPolicy
from support.esco import send
from support.listed import listed, rows
from support.proxy import Passing, Proxy
from support.stores import empty_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTERS, DAYS, GAS = "541440110000000044", "541440100000000712", "541441000000000713"
POINTS = (QUARTERS, DAYS, GAS)
SHARED = {
    QUARTERS: (DataServiceType.VH_KWARTIER_UUR, "2026-11-08"),
    DAYS: (DataServiceType.VH_DAG, "2026-02-01"),
    GAS: (DataServiceType.VH_DAG, "2026-09-01"),
}
FETCHES = {QUARTERS: 1, DAYS: 2, GAS: 1}
"""What a first sync asks: the days are shared for more than one window is long."""

COMPARED = (
    "granularity", "direction", "register", "unit", "start", "end", "value", "validation_state",
    "gas_conversion_factor",
)  # fmt: skip

Damage = Callable[[Passing], None]
Change = Callable[[Any], None]


class Difference(NamedTuple):
    """Values of the emulator's truth that the store lacks, and values that it should not have."""

    missing: int = 0
    surplus: int = 0


SAME = Difference()


class Home:
    """Three metering points, a proxy before their emulator, and a store behind it all."""

    def __init__(self, emulator: EmulatorThread, proxy: Proxy, path: Path) -> None:
        self.emulator, self.proxy = emulator, proxy
        self.store = empty_store(path)
        self.credentials = FluviusCredentials.from_env("FLUVIUS_SANDBOX", variables=emulator.env)
        asyncio.run(self._share())

    def client(self) -> AsyncFluviusEnergyClient:
        return AsyncFluviusEnergyClient(
            self.credentials,
            Environment.SANDBOX,
            clock=self.emulator.world.now,
            retry=RetryPolicy(attempts=3, base=0.001),
        )

    async def _share(self) -> None:
        async with self.client() as client:
            for ean, (service, start) in SHARED.items():
                await client.create_mock_mandate(
                    reference_number=f"KW-{ean[-3:]}",
                    ean=ean,
                    data_service_type=service,
                    data_period_from=start,
                    status=MandateStatus.APPROVED,
                )

    def sync(self, damage: Damage | None = None, **policy: int) -> SyncReport:
        self.proxy.damage = damage

        async def run() -> SyncReport:
            async with self.client() as client:
                source = FluviusSource(client, "1")
                return await sync(self.store, source, run_policy=RunPolicy(**policy))

        return asyncio.run(run())

    def difference(self, *eans: str) -> Difference:
        """How the store differs from what the emulator holds and the mandates permit."""
        now = self.emulator.world.now()
        truth = set[Any]().union(*(permitted_truth(self, ean, now) for ean in eans or POINTS))
        held = {
            (ean, *(row[name] for name in COMPARED))
            for ean in eans or POINTS
            for row in self.values(ean)
        }
        return Difference(len(truth - held), len(held - truth))

    def values(self, ean: str) -> list[dict[str, Any]]:
        batches = self.store.scan(Selection(metering_points=(ean,)))
        table = pa.Table.from_batches(list(batches), MEASUREMENTS_SCHEMA)
        return rows(table.select([*COMPARED, "metering_type"]))


_truths: dict[tuple[str, datetime], frozenset[Any]] = {}


def permitted_truth(home: Home, ean: str, now: datetime) -> frozenset[Any]:
    """All that the emulator may tell of ``ean`` at ``now``: the same in every test."""
    if (ean, now) not in _truths:
        query = f"ean={ean}&since={now:%Y-%m-%dT%H:%M:%SZ}"
        content = send(f"{home.emulator.url}/_emulator/truth?{query}").content
        table = pa.ipc.open_stream(content).read_all()
        columns = [listed(table.filter(table["permitted"])[name]) for name in COMPARED]
        _truths[ean, now] = frozenset((ean, *said) for said in zip(*columns, strict=True))
    return _truths[ean, now]


def on_energy_of(ean: str, damage: Damage, *, times: int | None = None) -> Damage:
    """Damage the energy replies of one metering point, each or the first few."""
    left = [times]

    def perhaps(reply: Passing) -> None:
        if reply.is_energy and reply.query["ean"] == ean and left[0] != 0:
            left[0] = None if left[0] is None else left[0] - 1
            damage(reply)

    return perhaps


def changing(change: Change) -> Damage:
    return lambda reply: reply.change(change)


def slices(content: Any) -> Any:
    """The slices of the one array that a reply of these points has."""
    meter = content["data"]["headpoint"]["physicalMeters"][0]
    (name,) = (name for name in meter if name.endswith("Energy"))
    return meter[name]


def total(one: Any) -> Any:
    return one["measurements"][0]["offtake"]["total"]


def cut_off(reply: Passing) -> None:
    reply.cut = len(reply.body) // 2


def cut_json(reply: Passing) -> None:
    reply.body = reply.body[: len(reply.body) // 2]
