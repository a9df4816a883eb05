"""What does it cost to decide what to ask, and does a day cost more when much is stored?

    python bench/planning.py [--points N] [--households N] [--days N]

First the plan of a day for 100,000 metering points with 600 days behind them: most have a delta due
and nothing else, 3% a gap, 3% an estimate, and of a third, which is gas, the month is open. The
pure planner is timed apart from the store's part: telling what it knows of them, page by page.

Then the cost of a day: plan it and commit the answers, of which 1% are rows that come 30 days late.
A month that ends with day 1,000 is set beside the month from day 10 on, their days taken in turns.

All in seconds of processor time, which another's work on the machine lengthens too, if less.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from statistics import mean, median
from time import process_time
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from figures import says, time
from kwartier.measurements import Fetched
from kwartier.store import Store, open_store
from kwartier.store.duckdb.connection import writing
from kwartier.sync import FetchPolicy, RunPolicy, plan
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Fetch, Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.local_time import day_start
from kwartier.vocabulary.mandate import Mandate
from made_up_answers import answer, ean

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
MOST_SECONDS: Final = 2.0
MOST_GROWTH: Final = 1.3
LATE_BY, LATE_EVERY = 30, 100
EARLY, MONTH = 10, 31
Row = tuple[str, str, str, datetime, datetime, int, datetime | None]


def main() -> None:
    """Print both figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--points", type=int, default=100_000)
    arguments.add_argument("--households", type=int, default=50)
    arguments.add_argument("--days", type=int, default=1_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan_a_day(Path(folder) / "plan.duckdb", given.points)
    with tempfile.TemporaryDirectory() as folder:
        day_after_day(Path(folder) / "days.duckdb", given.households, given.days)


def plan_a_day(path: Path, points: int) -> None:
    """Time the plan of a day for so many metering points."""
    store = open_store(path, create=True)
    with writing(path, 30) as connection:
        names = ("metering_point", "granularity", "kind", "start", "end", "times", "last_at")
        columns = zip(*(row for number in range(points) for row in timeline(number)), strict=True)
        known = pa.table(dict(zip(names, map(list, columns), strict=True)))
        connection.register("known", known)
        connection.execute("INSERT INTO timelines BY NAME SELECT * FROM known")
    mandates = [mandate(number, period_start(number)) for number in range(points)]
    page = RunPolicy().page
    telling = planning = 0.0
    reasons: Counter[str] = Counter()
    for first in range(0, points, page):
        some = mandates[first : first + page]
        began = process_time()
        asked = store.asked([one.metering_point or "" for one in some])
        told = process_time()
        reasons.update(one.reason for one in plan(some, asked, NOW, FetchPolicy()))
        telling, planning = telling + told - began, planning + process_time() - told
    print(f"the plan of a day for {points:,} metering points: {dict(reasons)}")
    both = planning + telling
    for what, seconds in (("the planner", planning), (f"the store, {page} a page", telling)):
        print(f"  {what:24}{time(seconds):>10}")
    print(f"  {'both':24}{time(both):>10}  {says(both < MOST_SECONDS)} ({MOST_SECONDS} s)")


def timeline(number: int) -> Iterator[Row]:
    """What a store knows of a metering point that was synced yesterday."""
    energy_type, granularity = kind_of(number)
    start, synced = period_start(number), NOW - DAY
    due = day_start(date(2026, 11, 17 if energy_type == GAS else 20), energy_type)

    def row(kind: str, start: datetime, end: datetime, last_at: datetime | None = None) -> Row:
        return ean(number), granularity.value, kind, start, end, 0, last_at

    begun = start + 10 * DAY
    yield row("settled", start, synced)
    yield row("inserted", begun, synced)
    yield row("read", begun, begun)
    if number % 33 == 0:
        hole = day_start(date(2026, 9, 1), energy_type)
        yield row("complete", start, hole)
        yield row("complete", hole + DAY, due)
        yield row("tried_gap", hole, hole + DAY, NOW - 3 * DAY)
    else:
        yield row("complete", start, due)
    if number % 33 == 1:
        yield row("estimated", due - 20 * DAY, due - 19 * DAY)
    if energy_type == GAS:
        yield row("provisional", day_start(date(2026, 11, 1), GAS), due)


def kind_of(number: int) -> tuple[str, Granularity]:
    """Every third metering point is gas."""
    energy_type = GAS if number % 3 == 2 else ELECTRICITY
    return energy_type, finest(energy_type)


def period_start(number: int) -> datetime:
    """Consents were given on a hundred days."""
    return day_start(date(2025, 4, 1) - number % 100 * DAY, kind_of(number)[0])


def mandate(number: int, start: datetime) -> Mandate:
    """An approved mandate without an end."""
    energy_type, granularity = kind_of(number)
    return Mandate(
        provider="fluvius",
        contract_number="1",
        reference_number=f"BENCH-{number}",
        status="Approved",
        data_service_type="VH_kwartier_uur",
        metering_point=ean(number),
        energy_type=energy_type,
        granularities=frozenset({granularity}),
        period_start=start,
    )


def day_after_day(path: Path, households: int, days: int) -> None:
    """Sync some households daily, without a provider, and time a month of it from day 10 on and the
    month up to the last day: two stores, one the copy of the other as it was.

    A month, so that both see each day of the month once, and as many follow-ups.
    """
    old = open_store(path, create=True)
    mandates = [mandate(3 * number, at(-LATE_BY - 5)) for number in range(households)]
    for day in range(EARLY):
        sync_a_day(old, mandates, day)
    copyfile(path, path.with_name("young.duckdb"))
    young = open_store(path.with_name("young.duckdb"))
    for day in range(EARLY, days - MONTH):
        sync_a_day(old, mandates, day)
    took = [
        (sync_a_day(young, mandates, EARLY + n), sync_a_day(old, mandates, days - MONTH + n))
        for n in range(MONTH)
    ]
    months = list(zip(*took, strict=True))
    print(f"a day of {households} metering points, 1% of the rows {LATE_BY} days late:")
    for what, middle in (("the median of a month", median), ("the mean of a month", mean)):
        before, after = map(middle, months)
        growth = after / before
        print(
            f"  {what:24}{time(before):>10} from day {EARLY} on, {time(after)} up to day {days:,}: "
            f"{growth:.2f} times as much, {says(growth <= MOST_GROWTH)} ({MOST_GROWTH})"
        )


def sync_a_day(store: Store, mandates: list[Mandate], day: int) -> float:
    """Seconds for planning a day and committing its answers."""
    now = at(day) + timedelta(hours=13)
    began = process_time()
    asked = store.asked([one.metering_point or "" for one in mandates])
    fetches = list(plan(mandates, asked, now, FetchPolicy()))
    planned = process_time() - began
    answers = [answered(fetch, day) for fetch in fetches]
    began = process_time()
    committed = store.commit(answers)
    took = planned + process_time() - began
    assert not committed.revised + committed.removed, "each value is stored once"
    return took


def answered(fetch: Fetch, day: int) -> Fetched:
    """What the provider stored since the day before, or has of a window: of all days before this
    one what was in time, and what was late of those that lie back so far.
    """
    number = int(fetch.metering_point) - int(ean(0))
    if fetch.kind is WindowKind.INSERT_TIME:
        table = pa.concat_tables([in_time(number, day - 1), late(number, day - 1 - LATE_BY)])
    else:
        days = range((fetch.window.start - at(0)) // DAY, day)
        stored = [in_time(number, each) for each in days]
        stored += [late(number, each) for each in days if each < day - LATE_BY]
        table = pa.concat_tables(stored)
        starts_in = pc.greater_equal(table["start"], fetch.window.start)
        table = table.filter(pc.and_(starts_in, pc.less_equal(table["end"], fetch.window.end)))
    return Fetched(fetch=fetch, fetched_at=fetch.planned_at, outcome=Outcome.OK, table=table)


def in_time(number: int, day: int) -> pa.Table:
    """A day's values without those that are late."""
    table = values(number, day)
    return table.filter(pa.array(np.arange(table.num_rows) % LATE_EVERY != 0))


def late(number: int, day: int) -> pa.Table:
    """A day's values that are late."""
    table = values(number, day)
    return table.filter(pa.array(np.arange(table.num_rows) % LATE_EVERY == 0))


def values(number: int, day: int) -> pa.Table:
    """The quarters of a day, numbered from the first sync on."""
    table = answer(number, at(day), 1).table
    assert table is not None
    return table


def at(day: int) -> datetime:
    """The start of a day (a UTC day: that suffices here)."""
    return datetime(2023, 12, 1, tzinfo=UTC) + day * DAY


if __name__ == "__main__":
    main()
