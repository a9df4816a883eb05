"""What the planner is told of some metering points: their timelines, as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import duckdb
import pyarrow as pa
from msgspec import structs

from kwartier.store.duckdb import timelines
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.fetch import PACED, Asked, Tried
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "timelines.sql")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
    columns = connection.sql(_SQL["asked_timelines"]).to_arrow_table().columns
    return [
        structs.replace(alike, metering_point=points[place])
        for granularity, said, places in zip(*(c.to_pylist() for c in columns), strict=True)
        for alike in [_alike(granularity, said)]
        for place in places
    ]


def _alike(granularity: str, said: str) -> Asked:
    """What is said of the time of metering points, which are yet to be named: most were asked
    alike.
    """
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
    return Asked(
        metering_point="",
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
