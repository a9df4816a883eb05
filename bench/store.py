"""What does a commit cost, beside a bare insert of the same rows in the same transactions?

    python bench/store.py [--points N] [--rounds N]
    python bench/store.py --large [--points N]

Quarter-hours of offtake and injection over 184 days, a commit a heap of metering points. Each
line is timed whole: open the file, begin, write, commit, close. Beside the store stand

- *bare*: the same Arrow tables into a DuckDB table of the same 21 columns, without a look at what
  is there: no revisions, no coverage, no record of fetches, no duplicates noticed;
- *bare narrow*: the six columns of numbers that the store keeps of a value, worked out, numbered
  and sorted beforehand, at no charge.

Every round starts in a fresh folder; shown are medians. A ratio of 0.6 says that the store has
60% of its peer's speed. ``--large`` writes 1,000 metering points x 13 months x 2 directions
(76 million values) once and says what that took, in time, room and memory.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa

from figures import Figure, print_figures
from kwartier.measurements import Fetched
from kwartier.store import Selection, Store, open_store
from made_up_answers import T0, answer, ean
from store_large import measure_large

DAYS = 184
AIM = 0.6
COMMITS = 3
Batch = list[Fetched]
Seconds = list[float]


def main(points: int, rounds: int) -> None:
    """Print a line a question."""
    what = f"backfill, {points} new metering points a commit"
    compare(what, rounds, backfills(points), aim=AIM)
    compare("the next day of 500 metering points", rounds, next_days(500), held=month_before(500))
    begin = [answer(number, T0, DAYS) for number in range(points)]
    for what, changed in (("unchanged", 0.0), ("1% changed", 0.01)):
        again = [
            answer(number, T0, DAYS, hours_later=1, changed=changed) for number in range(points)
        ]
        compare(f"fetched again, {what}", rounds, [again], held=[begin])
    with fresh_folder() as folder:
        store = filled(folder, [whole_year(range(first, first + 10)) for first in range(0, 50, 10)])
        read(store, 41)


def backfills(points: int) -> list[Batch]:
    """The first fetch of so many metering points, commit after commit."""
    return [
        [answer(number, T0, DAYS) for number in range(first, first + points)]
        for first in range(0, COMMITS * points, points)
    ]


def next_days(points: int) -> list[Batch]:
    """Deltas of a day, day after day."""
    return [
        [
            answer(number, T0 + timedelta(days=30 + day), 1, hours_later=day, is_delta=True)
            for number in range(points)
        ]
        for day in range(COMMITS)
    ]


def month_before(points: int) -> list[Batch]:
    """What is held before the deltas come."""
    return [[answer(number, T0, 30) for number in range(points)]]


def whole_year(numbers: Sequence[int]) -> Batch:
    """Thirteen months of some metering points, as two windows each."""
    return [
        answer(number, T0 + timedelta(days=half * 198), 198, hours_later=half)
        for number in numbers
        for half in (0, 1)
    ]


def compare(
    what: str,
    rounds: int,
    batches: list[Batch],
    held: Sequence[Batch] = (),
    aim: float | None = None,
) -> None:
    """Time the commits of ``batches``, after those of ``held``, and both peers' of the same."""
    ways = {"store": by_store, "bare": bare, "bare narrow": bare_narrow}
    took: dict[str, Seconds] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with fresh_folder() as folder:
                took[name] += way(folder, held, batches)
    rows = wide(batches[0]).num_rows
    ours = median(took["store"])
    print(f"\n{what}: {rows:,} rows a commit, {rows / ours / 1e6:.2f} million a second")
    print_figures(
        [
            Figure(what="commit", ours=ours, peer=name, theirs=median(took[name]), aim=bound)
            for name, bound in (("bare", aim), ("bare narrow", None))
        ]
    )


def by_store(folder: Path, held: Sequence[Batch], batches: list[Batch]) -> Seconds:
    store = filled(folder, held)
    return [timed(partial(store.commit, batch)) for batch in batches]


def filled(folder: Path, batches: Sequence[Batch]) -> Store:
    store = open_store(folder / "store.duckdb", create=True)
    for batch in batches:
        store.commit(batch)
    return store


def bare(folder: Path, held: Sequence[Batch], batches: list[Batch]) -> Seconds:
    return inserted(folder, [wide(batch) for batch in (*held, *batches)])[len(held) :]


def bare_narrow(folder: Path, held: Sequence[Batch], batches: list[Batch]) -> Seconds:
    return inserted(folder, [narrow(batch) for batch in (*held, *batches)])[len(held) :]


def inserted(folder: Path, tables: list[pa.Table]) -> Seconds:
    """Insert each in a transaction and a connection of its own."""
    path = str(folder / "bare.duckdb")
    with duckdb.connect(path) as connection:
        connection.register("first", tables[0])
        connection.execute("CREATE TABLE bare AS SELECT * FROM first LIMIT 0")

    def insert(rows: pa.Table) -> None:
        with duckdb.connect(path) as connection:
            connection.register("rows", rows)
            connection.execute("BEGIN")
            connection.execute("INSERT INTO bare SELECT * FROM rows")
            connection.execute("COMMIT")

    return [timed(partial(insert, table)) for table in tables]


def wide(batch: Batch) -> pa.Table:
    return pa.concat_tables([one.table for one in batch if one.table])


def narrow(batch: Batch) -> pa.Table:
    """The numbers that a store keeps, laid as it lays them."""
    table = wide(batch)
    series = np.repeat(np.arange(2 * len(batch), dtype=np.int32), table.num_rows // len(batch) // 2)
    month = table["start"].to_numpy().astype("datetime64[M]")
    order = np.lexsort((table["start"].to_numpy(), series, month))
    return pa.table(
        {
            "series_id": series[order],
            "start": table["start"].combine_chunks().take(pa.array(order)),
            "duration_us": np.full(len(order), 900_000_000),
            "value": table["value"].combine_chunks().take(pa.array(order)),
            "quality_id": np.zeros(len(order), dtype=np.int16),
            "fetch_id": series[order] // 2,
        }
    )


def read(store: Store, points: int) -> None:
    """What reading takes, whole and in part."""
    some = tuple(ean(number) for number in range(points))
    print(f"\nreading 13 months of {points} metering points")
    for what, selection in (
        ("everything", Selection(metering_points=some)),
        ("offtake", Selection(metering_points=some, direction="offtake")),
        ("one point", Selection(metering_points=some[:1])),
        ("one month", Selection(metering_points=some, start=T0, end=T0 + timedelta(days=31))),
    ):
        rows = scanned(store, selection)
        took = median(timed(partial(scanned, store, selection)) for _ in range(5))
        print(f"  {what:12}{took * 1000:9.0f} ms{rows / took / 1e6:8.2f} M rows/s")


def scanned(store: Store, selection: Selection) -> int:
    return sum(batch.num_rows for batch in store.scan(selection))


def timed(action: Callable[[], object]) -> float:
    """The seconds that ``action`` takes."""
    begin = perf_counter()
    action()
    return perf_counter() - begin


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder for one round."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=15, help="metering points in a commit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="write 76 million values instead")
    arguments = parser.parse_args()
    if arguments.large:
        with fresh_folder() as folder:
            measure_large(folder, arguments.points)
    else:
        main(arguments.points, arguments.rounds)
