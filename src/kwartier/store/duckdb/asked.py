"""What successful fetches have settled, joined into as few intervals as say the same."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "queries.sql")

Key = tuple[int, str]


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
    found: dict[str, dict[Key, list[Interval]]] = {"settled": {}, "inserted": {}}
    for row in connection.sql(_SQL["asked_intervals"]).to_arrow_table().to_pylist():
        key = (row["point"], row["granularity"])
        found[row["kind"]].setdefault(key, []).append(Interval(row["start"], row["end"]))
    settled, inserted = found["settled"], found["inserted"]
    first_reads = {
        (row["point"], row["granularity"]): row["first_read_at"]
        for row in connection.sql(_SQL["first_reads"]).to_arrow_table().to_pylist()
    }
    return [
        Asked(
            metering_point=points[key[0]],
            granularity=Granularity(key[1]),
            settled=tuple(settled.get(key, ())),
            inserted=tuple(inserted.get(key, ())),
            first_read_at=first_reads.get(key),
        )
        for key in sorted(settled.keys() | inserted.keys() | first_reads.keys())
    ]
