"""What does publishing cost: all of a store, a day more of it, and nothing new?

    python bench/publish.py [points] [months]

Quarter-hours of offtake and injection. A day more should cost its months, whatever the history:
the last line says how much longer it takes than in a store of two months.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from kwartier.export import publish
from kwartier.store import Store, open_store
from made_up_answers import T0, answer

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS_A_MONTH = 30
FETCHED = T0 + timedelta(days=400)


def main(points: int, months: int) -> None:
    few = measure(points, 2)
    many = measure(points, months)
    print(f"a day more, {months} months against 2: {many / few:.2f}")


def measure(points: int, months: int) -> float:
    """Print what each publication took; returns the processor's seconds of a day more."""
    days = DAYS_A_MONTH * months
    start = FETCHED - timedelta(days=days + 1)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.duckdb", create=True)
        for first in range(0, points, 20):
            numbers = range(first, min(first + 20, points))
            store.commit([answer(number, start, days) for number in numbers])
        print(f"{points} metering points, {months} months, {points * days * 192:,} values")
        published = Path(folder) / "published"
        timed("all", store, published)
        day = start + timedelta(days=days)
        store.commit([answer(n, day, 1, hours_later=1, is_delta=True) for n in range(points)])
        seconds = timed("a day more", store, published)
        timed("nothing new", store, published)
        return seconds


def timed(what: str, store: Store, folder: Path) -> float:
    began, busy = perf_counter(), process_time()
    report = publish(store, folder, wall=WALL)
    seconds, busy = perf_counter() - began, process_time() - busy
    print(
        f"  {what:12} {seconds:7.2f} s, {busy:6.2f} s of processor, "
        f"{len(report.written)} months written, {report.linked} linked, {report.rows:,} values"
    )
    return busy


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 20, given[1] if len(given) > 1 else 6)
