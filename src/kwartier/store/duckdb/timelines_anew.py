"""Working out from the coverage and the fetches what timelines say of days: for a store that was
written before there were timelines, and follow-ups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import duckdb

from kwartier.store.duckdb.day_counts import DayRun, read_day_runs
from kwartier.store.duckdb.kin import Kin
from kwartier.store.duckdb.numbering import SeriesNumbers
from kwartier.store.duckdb.timelines import Key, read_timelines, write_timelines
from kwartier.store.named_sql import load_sql

_PAGE: Final = 1_000
_SQL = load_sql(__package__, "timelines.sql")


def work_out_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to all timelines how their days are, and what was asked for in vain."""
    found = connection.execute(_SQL["points_with_timelines"]).fetchall()
    points = [point for (point,) in found]
    for first in range(0, len(points), _PAGE):
        _work_out(connection, points[first : first + _PAGE])


def _work_out(connection: duckdb.DuckDBPyConnection, points: Sequence[str]) -> None:
    kin = Kin.of(SeriesNumbers(connection, points).members())
    timelines = read_timelines(connection)
    days: defaultdict[Key, list[DayRun]] = defaultdict(list)
    for run in read_day_runs(connection, kin):
        days[run.metering_point, run.granularity].append(run)
    for key, runs in days.items():
        timelines[key].see(runs)
    changed = {*timelines, *days}
    scopes = connection.sql(_SQL["read_time_scopes"]).to_arrow_table().columns
    for point, granularity, start, end, planned_at in zip(
        *(column.to_pylist() for column in scopes), strict=True
    ):
        timelines[point, granularity].read_again([(start, end)], (), planned_at)
    write_timelines(connection, {key: timelines[key] for key in changed})
