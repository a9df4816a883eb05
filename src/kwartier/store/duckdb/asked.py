"""What the planner is told of some metering points: their timelines, as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import duckdb
import pyarrow as pa

from kwartier.store.duckdb import timelines
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.fetch import PACED, Asked, Tried
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "timelines.sql")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_Said = Callable[..., Asked]


def read_asked(
    connection: duckdb.DuckDBPyConnection, metering_points: Sequence[str]
) -> list[Asked]:
    """One :class:`Asked` per metering point and granularity that was asked for with success."""
    points = sorted(set(metering_points))
    numbered = {
        "point": pa.array(range(len(points)), pa.int32()),
        "metering_point": pa.array(points, pa.string()),
    }
    connection.register("asked_points", pa.table(numbered))
    rows = connection.sql(_SQL["asked_timelines"]).to_arrow_table()
    return list(_told(rows, points))


def _told(rows: pa.Table, points: Sequence[str]) -> Iterator[Asked]:
    """One for each metering point and granularity; most were asked alike, so what is said of
    time is made once.
    """
    made: dict[tuple[str, str], _Said] = {}
    names = ("point", "granularity", "said")
    for point, *said in zip(*(rows[name].to_pylist() for name in names), strict=True):
        granularity, stretches = said
        asked = made.get((granularity, stretches))
        if asked is None:
            asked = made[granularity, stretches] = _made(granularity, stretches)
        yield asked(metering_point=points[point])


def _made(granularity: str, said: str) -> _Said:
    """What is said of the time of a metering point, which is yet to be named."""
    stretches: defaultdict[str, tuple[Interval, ...]] = defaultdict(tuple)
    first_read_at, tried = None, list[Tried]()
    for kind, (start, end, times, *last_at) in sorted(map(_words, said.split(","))):
        if kind == timelines.READ:
            first_read_at = _instant(start)
        elif kind in _TRIED:
            interval = Interval(_instant(start), _instant(end))
            tried.append(Tried(_TRIED[kind], interval, times, _instant(*last_at)))
        else:
            stretches[kind] += (Interval(_instant(start), _instant(end)),)
    named: dict[str, Any] = stretches
    return partial(
        Asked,
        granularity=Granularity(granularity),
        first_read_at=first_read_at,
        tried=tuple(tried),
        **named,
    )


def _words(stretch: str) -> tuple[str, list[int]]:
    kind, *numbers = stretch.split(" ")
    return kind, list(map(int, numbers))


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


_TRIED: Final = {timelines.TRIED[reason]: reason for reason in PACED}
