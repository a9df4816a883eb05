"""What does it cost to decide what to ask, and does a day cost more when much is stored?

    python bench/planning.py [--points N] [--households N] [--days N]

First the plan of a day for 100,000 metering points with 600 days behind them: most have a delta due
and nothing else, 3% a gap, 3% an estimate, and of a third, which is gas, the month is open. The
pure planner is timed apart from the store's part: telling what it knows of them, page by page.

Then the cost of a day, for 1,000 days: plan it and commit the answers, of which 1% are rows that
come 30 days late. The last days are set beside those around the tenth.

All in seconds of processor time, so that it makes no difference what else the machine does.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import numpy as np
import pyarrow as pa

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
FIRST_DAY: Final = date(2026, 1, 1)
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
    for what, seconds in (("the planner", planning), (f"the store, {page} a page", telling)):
        print(f"  {what:24}{time(seconds):>10}  {says(seconds < MOST_SECONDS)} ({MOST_SECONDS} s)")


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
    """Time so many daily syncs of some households, without a provider."""
    store = open_store(path, create=True)
    numbers = [3 * number for number in range(households)]
    mandates = [mandate(number, at(-LATE_BY - 5)) for number in numbers]
    took = [sync_a_day(store, mandates, day) for day in range(days)]
    early, late = median(took[8:28]), median(took[-20:])
    growth = late / early
    print(
        f"a day of {households} metering points, 1% of the rows {LATE_BY} days late: "
        f"{time(early)} around day 10, {time(late)} around day {days:,}: "
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
    store.commit(answers)
    return planned + process_time() - began


def answered(fetch: Fetch, day: int) -> Fetched:
    """All days but the last at first; then the day before, and what was late of one long ago: from
    the first day on, for what is late is also missing at first.
    """
    number = int(fetch.metering_point) - int(ean(0))
    if fetch.kind is WindowKind.READ_TIME:
        days = [values(number, each, 1) for each in range(-LATE_BY - 5, 0)]
        table = pa.concat_tables([in_time(each) for each in days])
    else:
        late = values(number, day - 1 - LATE_BY, 1)
        late = late.filter(pa.array(np.arange(late.num_rows) % LATE_EVERY == 0))
        table = pa.concat_tables([in_time(values(number, day - 1, 1)), late])
    return Fetched(fetch=fetch, fetched_at=fetch.planned_at, outcome=Outcome.OK, table=table)


def in_time(day: pa.Table) -> pa.Table:
    """A day's values without those that are late."""
    return day.filter(pa.array(np.arange(day.num_rows) % LATE_EVERY != 0))


def values(number: int, first: int, days: int) -> pa.Table:
    """The quarters of some days, numbered from the first sync on."""
    table = answer(number, at(first), days).table
    assert table is not None
    return table


def at(day: int) -> datetime:
    """The start of a day (a UTC day: that suffices here)."""
    return datetime(2023, 12, 1, tzinfo=UTC) + day * DAY


if __name__ == "__main__":
    main()
