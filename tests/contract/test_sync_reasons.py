"""Why a sync asks, and how often: counted at the emulator while its clock goes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.cli.demo.proof import prove
from kwartier.cli.provider import connect_async
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.store import Store, open_store
from kwartier.sync import FluviusSource, Focus, sync
from kwartier.vocabulary.fetch import FOLLOW_UPS, Reason
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import parse_instant
from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus
from support.emulators import FreshEmulator
from support.faults import FaultControl

POINT, OTHER, GAS_POINT = "541440110000000111", "541440010000000222", "541441010000000333"
NO_QUARTERS = "541440010000000901"
DAY, QUARTER = DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR
BEGIN = datetime(2026, 10, 20, 12, tzinfo=UTC)
ONE = timedelta(days=1)


class Home:
    """An emulator that counts the energy it is asked for, and a store kept in step with it."""

    def __init__(self, emulator: EmulatorThread, path: Path) -> None:
        self.emulator = emulator
        self.store: Store = open_store(path, create=True)
        self.faults = FaultControl(emulator.url)
        self.faults.set("energy: ok=1000x")
        self.credentials = FluviusCredentials.from_env(
            prefix="FLUVIUS_SANDBOX", variables=emulator.env
        )

    def share(self, ean: str, service: DataServiceType, start: str) -> None:
        async def ask() -> None:
            async with connect_async(Environment.SANDBOX, self.credentials) as client:
                await client.create_mock_mandate(
                    reference_number="KW-1",
                    ean=ean,
                    data_service_type=service,
                    data_period_from=start,
                    status=MandateStatus.APPROVED,
                )

        asyncio.run(ask())

    def at(self, now: datetime) -> None:
        self.emulator.world.clock.set(now)

    def sync(self, focus: Focus | None = None) -> Counter[Reason]:
        """What was asked for which reasons; the emulator counted as many requests."""

        async def run() -> Counter[Reason]:
            async with connect_async(Environment.SANDBOX, self.credentials) as client:
                source = FluviusSource(client, "123")
                report = await sync(self.store, source, focus=focus or Focus())
                return report.reasons

        before = self.faults.seen()
        reasons = asyncio.run(run())
        assert self.faults.seen() - before == reasons.total()
        return reasons


@pytest.fixture
def home(tmp_path: Path, fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch) -> Home:
    emulator = fresh_emulator(clock=BEGIN)
    monkeypatch.setenv("KWARTIER_CLOCK", BEGIN.isoformat())
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    return Home(emulator, tmp_path / "kwartier.duckdb")


def test_a_day_costs_a_request_a_point_and_a_gap_or_a_closed_month_one_more(
    home: Home,
) -> None:
    for ean in (POINT, GAS_POINT):
        home.share(ean, QUARTER, "2026-10-10")
        home.share(ean, DAY, "2026-10-10")
    assert home.sync() == {Reason.BACKFILL: 2}
    asked = {}
    for number in (1, 2, 5, 16, 17, 18):
        home.at(BEGIN + number * ONE)
        asked[number] = home.sync()
    assert {number: reasons[Reason.DELTA] for number, reasons in asked.items()} == dict.fromkeys(
        asked, 2
    )
    extra = {number: reasons - Counter({Reason.DELTA: 2}) for number, reasons in asked.items()}
    assert {number: reasons for number, reasons in extra.items() if reasons} == {
        # A gap of the emulator's since the first sync, and a month of gas that is closed.
        17: {Reason.GAP: 1, Reason.PROVISIONAL: 1},
    }
    assert prove(home.store, home.emulator.url, [POINT, GAS_POINT]).holds


def test_a_meter_that_gives_no_quarter_hours_yet_is_asked_ever_more_seldom(home: Home) -> None:
    home.share(NO_QUARTERS, QUARTER, "2026-10-01")
    home.share(NO_QUARTERS, DAY, "2026-10-01")
    assert home.sync() == {Reason.BACKFILL: 1}
    asked = []
    for number in (7, 8, 21, 22):
        home.at(BEGIN + number * ONE)
        reasons = home.sync()
        assert reasons[Reason.DELTA] == 1
        if sum(reasons[reason] for reason in FOLLOW_UPS):
            asked.append(number)
    assert asked == [8, 22]


def test_failed_follow_ups_are_asked_again_at_once_and_count_for_nothing(home: Home) -> None:
    home.share(GAS_POINT, QUARTER, "2026-10-10")
    home.sync()
    home.at(BEGIN + 16 * ONE)
    home.sync()
    home.at(BEGIN + 17 * ONE)
    home.faults.set("energy: 403=2x, ok=100x")
    assert home.sync() == {Reason.DELTA: 1, Reason.PROVISIONAL: 1}
    assert home.sync() == {Reason.DELTA: 1, Reason.PROVISIONAL: 1}
    assert home.sync() == {Reason.DELTA: 1}
    assert prove(home.store, home.emulator.url, [GAS_POINT]).holds


def test_what_the_operator_wants_is_asked_for_and_nothing_else(home: Home) -> None:
    for ean in (POINT, OTHER):
        home.share(ean, QUARTER, "2026-01-01")
    one = Focus(points=frozenset({POINT}), start=parse_instant("2026-09-01", "start"))
    assert home.sync(one) == {Reason.BACKFILL: 1}
    [asked] = home.store.asked([POINT, OTHER])
    assert asked.settled == (Interval(parse_instant("2026-09-01", "start"), BEGIN),)
    assert home.sync() == {Reason.BACKFILL: 4, Reason.DELTA: 1}
    again = Focus(points=frozenset({OTHER}), force=True)
    assert home.sync(again) == {Reason.FORCED: 2}
    assert prove(home.store, home.emulator.url, [POINT, OTHER]).holds
