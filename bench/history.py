"""What does it cost to ask for the past, beside asking for the present?

    python bench/history.py [--points N] [--rounds N]

Thirteen months of quarter-hours of offtake and injection, fetched four times: each time 3% of the
values had changed. The same questions are asked as of now and as of moments before, through the
store (``scan``) and in SQL (``measurements_as_of``); shown are medians. Then what ``kwartier
revisions`` reads, and what a backup takes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import duckdb

from figures import Figure, medians, print_figures
from kwartier.store import Selection, Store, open_store
from kwartier.store.backups import back_up
from made_up_answers import T0, answer, ean

AIM = 3.0
TIMES, CHANGED = 4, 0.03
FIRST_FETCH = T0 + timedelta(days=400)
MOMENTS = {
    "after all fetches": FIRST_FETCH + timedelta(hours=TIMES),
    "before the last fetch": FIRST_FETCH + timedelta(hours=TIMES - 1.5),
    "after the first fetch": FIRST_FETCH + timedelta(hours=0.5),
}
SUM = 'SELECT metering_point, sum("value"), count(*) FROM {} GROUP BY metering_point'


def main(points: int, rounds: int) -> None:
    """Print a line a question."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "store.duckdb"
        store = filled(path, points)
        revised = store.changes().num_rows
        values = scanned(store, Selection(), None)
        print(f"{values:,} values, {revised:,} revisions of them, {points} metering points")
        some = tuple(ean(number) for number in range(points))
        month = Selection(metering_points=some, start=T0, end=T0 + timedelta(days=31))
        for what, selection in (
            ("everything", Selection()),
            ("one point", Selection(metering_points=some[:1])),
            ("one month", month),
        ):
            asked = {moment: partial(scanned, store, selection, at) for moment, at in ways()}
            compare(f"scan, {what}", asked, rounds)
        in_sql = {moment: partial(summed, path, at) for moment, at in ways()}
        compare("SQL, sums", in_sql, rounds)
        for what, work in (
            ("all revisions", store.changes),
            ("a backup", partial(backed_up, path)),
        ):
            took = medians({what: work}, rounds)[what]
            print(f"  {what}: {took * 1000:,.0f} ms")


def ways() -> list[tuple[str, datetime | None]]:
    return [("now", None), *MOMENTS.items()]


def filled(path: Path, points: int) -> Store:
    """Points ten to a commit, fetched again and again with some values changed."""
    store = open_store(path, create=True)
    for hours in range(TIMES):
        for first in range(0, points, 10):
            store.commit(
                [
                    answer(
                        number,
                        T0 + timedelta(days=half * 198),
                        198,
                        hours_later=hours,
                        changed=CHANGED * hours,
                    )
                    for number in range(first, min(first + 10, points))
                    for half in (0, 1)
                ]
            )
    return store


def compare(what: str, works: Mapping[str, Callable[[], object]], rounds: int) -> None:
    took = medians(dict(works), rounds)
    print_figures(
        [
            Figure(
                what=f"{what}, {moment}",
                ours=took[moment],
                peer="now",
                theirs=took["now"],
                aim=AIM,
                sense="within",
            )
            for moment in MOMENTS
        ]
    )


def scanned(store: Store, selection: Selection, as_of: datetime | None) -> int:
    return sum(batch.num_rows for batch in store.scan(selection, as_of=as_of))


def summed(path: Path, as_of: datetime | None) -> int:
    source = "measurements" if as_of is None else "measurements_as_of($now)"
    with duckdb.connect(str(path), read_only=True) as connection:
        params = None if as_of is None else {"now": as_of}
        return len(connection.execute(SUM.format(source), params).fetchall())


def backed_up(path: Path) -> None:
    """One backup, in place of the one before."""
    target = path.with_name("backup.duckdb")
    target.unlink(missing_ok=True)
    back_up(path, target, now=FIRST_FETCH)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=20, help="metering points")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    began = perf_counter()
    main(arguments.points, arguments.rounds)
    print(f"took {perf_counter() - began:.0f} s")
