"""What the planner is told of some metering points: their timelines, as they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
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
    return list(_told(rows, points))


def _told(rows: pa.Table, points: Sequence[str]) -> Iterator[Asked]:
    """One for each run of rows of a point and granularity; most were asked alike, so what is said
    of time is made once.
    """
    point, granularity, kind, start, end = (
        rows[name].to_pylist() for name in ("point", "granularity", "kind", "start", "end")
    )
    owners, ends = list(zip(point, granularity, strict=True)), list(zip(start, end, strict=True))
    said = {pair: _said(*pair) for pair in set(ends)}
    for (which, slices), group in groupby(range(len(owners)), owners.__getitem__):
        stretches: dict[str, tuple[Interval, ...]] = {}
        first_read_at, tried = None, list[int]()
        for line in group:
            name, one = kind[line], said[ends[line]]
            if name in _TRIED:
                tried.append(line)
            elif name == timelines.READ:
                first_read_at = one
            else:
                stretches[name] = stretches[name] + one if name in stretches else one
        yield Asked(
            metering_point=points[which],
            granularity=_GRANULARITIES[slices],
            first_read_at=first_read_at,
            tried=_tried(rows, tried) if tried else (),
            **stretches,
        )


def _said(start: int, end: int) -> Any:
    """A stretch, as many as there are of most kinds; an instant where it has no length."""
    if start == end:
        return _instant(start)
    return (Interval(_instant(start), _instant(end)),)


def _tried(rows: pa.Table, lines: Sequence[int]) -> tuple[Tried, ...]:
    return tuple(
        Tried(
            reason=_TRIED[row["kind"]],
            interval=Interval(_instant(row["start"]), _instant(row["end"])),
            times=row["times"],
            last=_instant(row["last_at"]),
        )
        for row in rows.take(lines).to_pylist()
    )


def _instant(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


_TRIED: Final = {timelines.TRIED[reason]: reason for reason in PACED}
