"""A store of 1,000 metering points x 13 months x 2 directions, written commit by commit."""

from __future__ import annotations

import resource
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import duckdb

from kwartier.measurements import Fetched
from kwartier.store import Selection, Store, open_store
from made_up_answers import T0, answer, ean

POINTS = 1_000
WINDOW_DAYS, WINDOWS = 198, 2

PEAKS = """
    SELECT metering_point, "month", kw
    FROM (
        SELECT series_id, date_trunc('month', make_timestamp(epoch_us("start"))) AS "month",
            4 * max("value") AS kw
        FROM "values" GROUP BY ALL
    ) JOIN series USING (series_id)
    WHERE direction = 'offtake'
"""


def measure_large(folder: Path, points: int) -> None:
    """Write the newest window of all, then the one before; ``points`` to a commit."""
    path = folder / "store.duckdb"
    store = open_store(path, create=True)
    seconds, rows = 0.0, 0
    for window in reversed(range(WINDOWS)):
        for first in range(0, POINTS, points):
            batch = made_up(first, min(first + points, POINTS), window)
            began = perf_counter()
            rows += store.commit(batch).inserted
            seconds += perf_counter() - began
        print(
            f"{rows / 1e6:6.1f} M rows in {seconds:6.1f} s ({rows / seconds / 1e6:.2f} M rows/s), "
            f"{path.stat().st_size / rows:.1f} bytes a row, peak memory {peak_megabytes():.0f} MB"
        )
    next_day(store)
    some = tuple(ean(number) for number in range(0, POINTS, POINTS // 41))[:41]
    read(store, "scan of one point", Selection(metering_points=some[:1]))
    read(store, "scan of 41 points, offtake", Selection(metering_points=some, direction="offtake"))
    month_peaks(path)
    print(f"peak memory {peak_megabytes():.0f} MB")


def made_up(first: int, last: int, window: int) -> list[Fetched]:
    start = T0 + timedelta(days=window * WINDOW_DAYS)
    return [answer(number, start, WINDOW_DAYS) for number in range(first, last)]


def next_day(store: Store) -> None:
    """A delta of 500 points, and the same again."""
    day = T0 + timedelta(days=WINDOWS * WINDOW_DAYS)
    for what, hours in (("the next day of 500 points", 1), ("the same again, unchanged", 2)):
        batch = [answer(n, day, 1, hours_later=hours, is_delta=True) for n in range(500)]
        began = perf_counter()
        done = store.commit(batch)
        print(f"{what:32}{(perf_counter() - began) * 1000:9.0f} ms  {done}")


def read(store: Store, what: str, selection: Selection) -> None:
    began = perf_counter()
    rows = sum(batch.num_rows for batch in store.scan(selection))
    print(f"{what:32}{(perf_counter() - began) * 1000:9.0f} ms  {rows:,} rows")


def month_peaks(path: Path) -> None:
    """Every UTC month's highest quarter, of the numbers as they lie in the file."""
    began = perf_counter()
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.sql(PEAKS).to_arrow_table().num_rows
    print(f"{'all month peaks, SQL':32}{(perf_counter() - began) * 1000:9.0f} ms  {found:,} peaks")


def peak_megabytes() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)
