"""Syncs across what happens to meters, grid users and consents, against the emulator's truth."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kwartier.cli.demo.proof import prove
from kwartier.cli.provider import connect_async
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.registry.ledger import replay
from kwartier.store import Selection, Store, open_store
from kwartier.sync import FluviusSource, SyncReport, sync
from kwartier.vocabulary.fetch import Outcome, Reason
from kwartier.vocabulary.local_time import BRUSSELS
from support.emulators import FreshEmulator
from support.esco import Esco, send
from support.store_oracle import Record

POWER, GAS = "541440110000000131", "541441010000000131"
DAY = timedelta(days=1)
SPRING = datetime(2026, 3, 30, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 26, 12, tzinfo=UTC)
WINTER = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Provider:
    """A provider with a store, and the emulated world that it syncs with."""

    def __init__(self, fresh: FreshEmulator, folder: Path, clock: datetime) -> None:
        self.emulator = fresh(clock=clock)
        self.now = clock
        self.esco = Esco(self.emulator.env)
        self.store: Store = open_store(folder / "kwartier.duckdb", create=True)
        self.credentials = FluviusCredentials.from_env(
            prefix="FLUVIUS_SANDBOX", variables=self.emulator.env
        )

    def control(self, method: str, path: str, **members: Any) -> Any:
        body = json.dumps(members).encode()
        answer = send(f"{self.emulator.url}/_emulator/{path}", method, content=body)
        assert answer.status == 200, answer.content
        return answer.json

    def happen(self, kind: str, ean: str, **members: Any) -> None:
        self.control("POST", "events", kind=kind, ean=ean, **members)

    def share(self, *eans: str, since: datetime) -> None:
        """An approved mandate for days and one for what is finer."""
        for ean in eans:
            for service in ("VH_dag", "VH_kwartier_uur"):
                start = f"{since:%Y-%m-%dT%H:%M:%SZ}"
                assert self.esco.mock("EVENTS-1", ean, service, dataPeriodFrom=start).status == 200

    def go_to(self, now: datetime) -> None:
        self.control("PUT", "clock", now=now.isoformat())
        self.now = now

    def sync(self) -> SyncReport:
        async def run() -> SyncReport:
            async with connect_async(Environment.SANDBOX, self.credentials) as client:
                return await sync(self.store, FluviusSource(client, "1"))

        return asyncio.run(run())

    def values(self, ean: str) -> list[Record]:
        held = self.store.scan(Selection(metering_points=(ean,)))
        rows: list[Record] = pa.Table.from_batches(held, MEASUREMENTS_SCHEMA).to_pylist()
        return rows

    def holds_the_truth(self, *eans: str) -> bool:
        proof = prove(self.store, self.emulator.url, eans)
        assert proof.holds, f"at {self.now}: {proof}"
        return proof.compared > 0


@pytest.fixture
def provider(
    fresh_emulator: FreshEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[datetime], Provider]:
    def start(clock: datetime) -> Provider:
        made = Provider(fresh_emulator, tmp_path, clock)
        for name, value in made.emulator.env.items():
            monkeypatch.setenv(name, value)
        return made

    return start


def fine(rows: list[Record]) -> list[Record]:
    return [row for row in rows if row["granularity"] != "P1D"]


@pytest.mark.parametrize("begin", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_an_exchange_in_the_middle_of_a_day_leaves_each_value_once(
    provider: Callable[[datetime], Provider], begin: datetime
) -> None:
    """On the days on which the clock changes: the exchange is known at once."""
    change = begin.replace(hour=9, minute=37) - DAY
    one = provider(change - 3 * DAY)
    one.share(POWER, GAS, since=change - 10 * DAY)
    one.sync()
    one.go_to(change)
    for ean in (POWER, GAS):
        one.happen("meter-exchange", ean, effective=change.isoformat())
    for later in (1, 4, 6):  # then the gas factors of the month before become definitive
        one.go_to(change + later * DAY)
        report = one.sync()
        assert (report.failed, report.beyond_consent, report.undecoded) == (0, 0, 0)
        assert one.holds_the_truth(POWER, GAS)
    for ean, step, pieces in ((POWER, 900, 8), (GAS, 3600, 4)):
        rows = one.values(ean)
        assert len({row["meter_id"] for row in rows}) == 2
        assert {row["seq_number"] for row in rows} == {"1", "2"}
        assert set(Counter(map(_of_point, fine(rows))).values()) == {1}
        [exchanged_at] = {row["start"] for row in fine(rows) if row["seq_number"] == "2"} & {
            row["end"] for row in fine(rows) if row["seq_number"] == "1"
        }
        assert timedelta() < exchanged_at - change < timedelta(seconds=step)
        parts = [row for row in rows if exchanged_at in (row["start"], row["end"])]
        assert len([row for row in parts if row["granularity"] == "P1D"]) == pieces


def _of_point(row: Record) -> tuple[Any, ...]:
    return row["start"], row["direction"], row["register"], row["unit"]


@pytest.mark.parametrize("ean", [POWER, GAS])
def test_parts_of_a_day_add_up_to_what_one_meter_would_have_told(
    provider: Callable[[datetime], Provider], ean: str
) -> None:
    """The exchange is learned of days later, when the whole days are in the store already."""
    one = provider(WINTER)
    one.share(ean, since=WINTER - 20 * DAY)
    one.sync()
    before = by_day(one.values(ean))
    one.happen("meter-exchange", ean, effective=(WINTER - 10 * DAY).isoformat())
    one.go_to(WINTER + DAY)
    report = one.sync()
    assert (report.failed, report.undecoded) == (0, 0)
    assert report.reasons == {Reason.DELTA: 1, Reason.EXCHANGED: 1}
    assert (report.points, report.points_done) == (1, 1)
    rows = one.values(ean)
    assert {row["seq_number"] for row in rows} == {"1", "2"}
    assert one.holds_the_truth(ean)
    one.go_to(WINTER + 2 * DAY)
    assert one.sync().reasons == {Reason.DELTA: 1}, "once is enough"
    after = by_day(rows)
    assert {key: after[key] for key in before} == pytest.approx(before)


def by_day(rows: list[Record]) -> dict[Any, float]:
    """The day values by day and register, meters added up."""
    days: dict[Any, float] = defaultdict(float)
    for row in rows:
        if row["granularity"] == "P1D":
            begins_at = timedelta(hours=6 if row["energy_type"] == "gas" else 0)
            day = row["start"].astimezone(BRUSSELS) - begins_at
            days[day.date(), row["direction"], row["register"], row["unit"]] += row["value"]
    return days


def test_past_a_cap_set_in_retrospect_nothing_is_fetched_any_more(
    provider: Callable[[datetime], Provider],
) -> None:
    one = provider(WINTER)
    one.share(POWER, GAS, since=WINTER - 40 * DAY)
    one.sync()
    cap = WINTER - 20 * DAY
    for ean in (POWER, GAS):
        one.happen("customer-change", ean, effective=cap.isoformat())
    known = len(one.values(POWER)), len(one.values(GAS))
    asked = one.store.fetches().num_rows
    for days in (0, 1, 9):
        one.go_to(WINTER + days * DAY)
        report = one.sync()
        assert (report.failed, report.beyond_consent, report.last_error) == (0, 0, None)
        assert set(report.outcomes) <= {Outcome.OK}
        assert report.inserted == 0
    new = one.store.fetches().slice(asked).to_pylist()
    assert len(new) <= 18, "no loop"
    for each in new:
        if each["kind"] == "readTime":
            assert each["window_end"] <= cap
        else:
            assert each["rows"] == 0
    assert (len(one.values(POWER)), len(one.values(GAS))) <= known
    assert {m.mandate.period_end for m in one.store.mandates()} == {cap}
    assert {m.mandate.status for m in one.store.mandates()} == {"Approved"}
    told = [e.change for e in one.store.ledger() if e.change.kind == "changed"]
    assert Counter(each.field for change in told for each in change.fields) == {"period_end": 4}


SOMEBODY_ELSE = """
title = "The sandbox is emptied; somebody else consents"
start = "{start:%Y-%m-%dT%H:%M:%SZ}"
[[steps]]
at = "PT1M"
do = "ask"
customer = "noor"
reference = "EVENTS-2"
eans = ["541440110000000101"]
services = ["VH_dag"]
period_from = "2026-11-01"
"""


def test_a_mandate_that_goes_from_the_list_and_comes_back_is_told_so(
    provider: Callable[[datetime], Provider],
) -> None:
    """As when a sandbox is emptied: everything is forgotten, and some of it made anew."""
    one = provider(WINTER)
    one.share(POWER, since=WINTER - 5 * DAY)
    one.sync()
    gone, back = WINTER + 2 * DAY, WINTER + 4 * DAY
    one.control("PUT", "scenario", toml=SOMEBODY_ELSE.format(start=gone))
    one.go_to(gone + timedelta(hours=1))
    held = len(one.values(POWER))
    report = one.sync()
    assert (report.failed, report.removed) == (0, 0)
    one.go_to(back)
    one.share(POWER, since=WINTER - 5 * DAY)
    assert one.sync().failed == 0
    of_power = [e for e in one.store.ledger() if e.change.mandate_id in (1, 2)]
    kinds = [(str(e.change.kind), e.change.seen_at) for e in of_power]
    assert kinds == [
        *[("first_seen", WINTER)] * 2,
        *[("vanished", gone + timedelta(hours=1))] * 2,
        *[("returned", back)] * 2,
    ]
    assert replay(entry.change for entry in one.store.ledger()) == one.store.mandates()
    assert len(one.values(POWER)) > held
    assert one.holds_the_truth(POWER)
