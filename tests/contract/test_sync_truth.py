"""The store against the emulator's own truth, value by value, while time goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pytest

from kwartier.cli.demo.proof import Proof, prove
from kwartier.cli.provider import connect_async
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import AsyncFluviusEnergyClient, Environment, FluviusCredentials
from kwartier.store import Store
from kwartier.store.port import Selection
from kwartier.sync import FluviusSource, SyncReport, sync
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.fetch import Reason
from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus
from support.stores import empty_store

SOLAR, CAR, GAS_POINT, FLAT = (
    "541440110000000111",
    "541440010000000222",
    "541441010000000333",
    "541440010000000744",
)
COMPANY, COMPANY_GAS = "541450112000000001", "541451012000000002"
BOTH_LEVELS, BOTH_LEVELS_OF_GAS = "541440212000000003", "541441212000000004"
NEIGHBOURS = [f"541440010000000{number:03d}" for number in (1, 2, 3)]
DAY, QUARTER = DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR
BEFORE_SPRING = datetime(2026, 3, 27, 10, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2026, 10, 23, 10, tzinfo=UTC)
STEPS = [timedelta(hours=h) for h in (0, 0, 7, 24, 24, 30, 24 * 4, 24 * 12)]


class Household:
    """An emulator, the store that is kept in step with it, and the mandates between them."""

    def __init__(self, emulator: EmulatorThread, store: Path) -> None:
        self.emulator = emulator
        self.store = empty_store(store)
        self.credentials = FluviusCredentials.from_env(
            prefix="FLUVIUS_SANDBOX", variables=emulator.env
        )

    def client(self) -> AsyncFluviusEnergyClient:
        return connect_async(Environment.SANDBOX, self.credentials)

    def share(self, ean: str, service: DataServiceType, start: str, end: str | None = None) -> None:
        async def ask() -> None:
            async with self.client() as client:
                await client.create_mock_mandate(
                    reference_number="KW-1",
                    ean=ean,
                    data_service_type=service,
                    data_period_from=start,
                    data_period_to=end,
                    status=MandateStatus.APPROVED,
                )

        asyncio.run(ask())

    def sync(self) -> SyncReport:
        async def run() -> SyncReport:
            async with self.client() as client:
                return await sync(self.store, FluviusSource(client, "123"))

        return asyncio.run(run())

    def proof(self, *eans: str) -> Proof:
        return prove(self.store, self.emulator.url, eans)


@pytest.fixture
def household(
    tmp_path: Path,
    fresh_emulator: Callable[..., EmulatorThread],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[datetime], Household]:
    def start(clock: datetime) -> Household:
        emulator = fresh_emulator(clock=clock)
        monkeypatch.setenv("KWARTIER_CLOCK", clock.isoformat())
        set_environment(emulator.env, monkeypatch)
        return Household(emulator, tmp_path / "kwartier.duckdb")

    return start


def set_environment(env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("begin", [BEFORE_SPRING, BEFORE_AUTUMN])
def test_through_a_clock_change_late_data_and_replaced_estimates_the_store_is_the_truth(
    household: Callable[[datetime], Household], begin: datetime
) -> None:
    home = household(begin)
    start = f"{begin - timedelta(days=12):%Y-%m-%d}"
    home.share(SOLAR, DAY, start)
    home.share(SOLAR, QUARTER, start)
    home.share(CAR, QUARTER, start, f"{begin + timedelta(days=3):%Y-%m-%d}")
    for ean in NEIGHBOURS:
        home.share(ean, QUARTER, start)
    now = begin
    for step in STEPS:
        now += step
        home.emulator.world.clock.set(now)
        report = home.sync()
        assert (report.failed, report.beyond_consent, report.undecoded) == (0, 0, 0)
        proof = home.proof(SOLAR, CAR, *NEIGHBOURS)
        assert proof.holds, f"at {now}: {proof}"
    assert home.store.revisions().num_rows > 0
    assert set(home.store.revisions()["validation_state"].to_pylist()) == {"EST"}


@pytest.mark.parametrize("ean", [COMPANY, COMPANY_GAS, BOTH_LEVELS, BOTH_LEVELS_OF_GAS])
def test_what_is_metered_at_a_headpoint_is_the_truth_at_any_time(
    household: Callable[[datetime], Household], ean: str
) -> None:
    home = household(BEFORE_AUTUMN)
    home.share(ean, DAY, "2026-10-10")
    home.share(ean, QUARTER, "2026-10-12")
    for now in (BEFORE_AUTUMN, *(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (2, 6))):
        home.emulator.world.clock.set(now)
        report = home.sync()
        assert (report.failed, report.beyond_consent, report.undecoded) == (0, 0, 0)
        proof = home.proof(ean)
        assert proof.holds, f"at {now}: {proof}"
        assert proof.compared > 100


def test_gas_is_the_truth_also_when_factors_become_definitive(
    household: Callable[[datetime], Household],
) -> None:
    home = household(BEFORE_AUTUMN)
    home.share(GAS_POINT, QUARTER, "2026-09-01")
    home.share(GAS_POINT, DAY, "2026-09-01")
    home.sync()
    assert home.proof(GAS_POINT).holds
    home.emulator.world.clock.set(datetime(2026, 11, 2, 12, tzinfo=UTC))
    assert home.sync().reasons[Reason.PROVISIONAL] == 0
    assert home.proof(GAS_POINT).holds
    assert provisional_of_october(home.store) > 0
    home.emulator.world.clock.set(datetime(2026, 11, 6, 12, tzinfo=UTC))
    assert home.sync().reasons[Reason.PROVISIONAL] == 1
    assert home.proof(GAS_POINT).holds
    assert provisional_of_october(home.store) == 0


def provisional_of_october(store: Store) -> int:
    """How many of the month's values still have a provisional factor."""
    selection = Selection(
        energy_type=GAS,
        start=datetime(2026, 10, 1, 4, tzinfo=UTC),
        end=datetime(2026, 11, 1, 5, tzinfo=UTC),
    )
    return sum(
        pc.sum(pc.equal(batch.column("gas_conversion_factor").cast("string"), "P")).as_py() or 0
        for batch in store.scan(selection)
    )


def test_what_is_shared_later_or_again_is_fetched_as_if_it_had_always_been(
    household: Callable[[datetime], Household],
) -> None:
    home = household(BEFORE_AUTUMN)
    home.share(FLAT, DAY, "2026-10-01")
    home.sync()
    home.emulator.world.clock.set(BEFORE_AUTUMN + timedelta(days=5))
    home.share(FLAT, QUARTER, "2026-08-01")
    home.share(CAR, QUARTER, "2026-10-01", "2026-10-10")
    home.sync()
    home.emulator.world.clock.set(BEFORE_AUTUMN + timedelta(days=9))
    home.share(CAR, QUARTER, "2026-10-01")
    home.sync()
    assert home.proof(FLAT, CAR).holds


def test_a_year_apart_two_syncs_leave_no_hole(
    household: Callable[[datetime], Household],
) -> None:
    home = household(datetime(2025, 9, 1, 10, tzinfo=UTC))
    home.share(FLAT, QUARTER, "2025-08-01")
    home.sync()
    home.emulator.world.clock.set(datetime(2026, 9, 5, 10, tzinfo=UTC))
    report = home.sync()
    assert report.reasons[Reason.DELTA] == 3
    assert home.proof(FLAT).holds
