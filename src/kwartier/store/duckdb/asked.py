"""What the planner is told of some metering points: their timelines, as they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from kwartier.store.duckdb import timelines
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.fetch import FOLLOW_UPS, Asked, Tried
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "timelines.sql")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GRANULARITIES: Final = {granularity.value: granularity for granularity in Granularity}


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
    columns = (column.to_pylist() for column in rows.columns)
    lines = map(_Line._make, zip(*columns, strict=True))
    intervals = _Intervals()
    return [
        _asked(points[point], _GRANULARITIES[granularity], some, intervals)
        for (point, granularity), some in groupby(lines, itemgetter(0, 1))
    ]


class _Line(NamedTuple):
    """A stored stretch; instants in microseconds since 1970."""

    point: int
    granularity: str
    kind: str
    start: int
    end: int
    times: int
    last: int | None


class _Intervals(dict[tuple[int, int], tuple[Interval]]):
    """Intervals by their ends, each made once: most metering points were asked together."""

    def __missing__(self, ends: tuple[int, int]) -> tuple[Interval]:
        made = self[ends] = (Interval(_instant(ends[0]), _instant(ends[1])),)
        return made


def _asked(
    point: str, granularity: Granularity, lines: Iterator[_Line], intervals: _Intervals
) -> Asked:
    stretches: dict[str, tuple[Interval, ...]] = {}
    tried = []
    first_read_at = None
    for line in lines:
        if line.last is not None:
            [interval] = intervals[line[3:5]]
            tried.append(Tried(_REASON[line.kind], interval, line.times, _instant(line.last)))
        elif line.kind == timelines.READ:
            first_read_at = _instant(line.start)
        else:
            stretches[line.kind] = stretches.get(line.kind, ()) + intervals[line[3:5]]
    return Asked(
        metering_point=point,
        granularity=granularity,
        first_read_at=first_read_at,
        tried=tuple(tried),
        **stretches,
    )


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


_REASON: Final = {timelines.TRIED[reason]: reason for reason in FOLLOW_UPS}
