"""What successful fetches have settled, joined into as few intervals as say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "queries.sql")

Key = tuple[str, str]


def read_asked(
    connection: duckdb.DuckDBPyConnection, metering_points: Sequence[str]
) -> list[Asked]:
    """One :class:`Asked` per metering point and granularity that was asked for with success."""
    points = {"metering_points": list(metering_points)}
    settled = _intervals(connection, "settled", points)
    inserted = _intervals(connection, "inserted", points)
    first_reads = {
        (row["metering_point"], row["granularity"]): row["first_read_at"]
        for row in connection.sql(_SQL["first_reads"], params=points).to_arrow_table().to_pylist()
    }
    return [
        Asked(
            metering_point=key[0],
            granularity=Granularity(key[1]),
            settled=tuple(settled.get(key, ())),
            inserted=tuple(inserted.get(key, ())),
            first_read_at=first_reads.get(key),
        )
        for key in sorted(settled.keys() | inserted.keys() | first_reads.keys())
    ]


def _intervals(
    connection: duckdb.DuckDBPyConnection, statement: str, points: dict[str, list[str]]
) -> dict[Key, list[Interval]]:
    found: defaultdict[Key, list[Interval]] = defaultdict(list)
    for row in connection.sql(_SQL[statement], params=points).to_arrow_table().to_pylist():
        interval = Interval(row["start"], row["end"])
        found[row["metering_point"], row["granularity"]].append(interval)
    return dict(found)
