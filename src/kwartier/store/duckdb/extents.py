"""Between which instants the rows of each series lie: kept with every commit, so that it costs the
same to know however much is stored.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.retention import Held
from kwartier.store.duckdb.rows import INSTANT, Rows, ranked
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "retention.sql")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def widen_extents(connection: duckdb.DuckDBPyConnection, came: Rows) -> None:
    """Let the extents of their series hold rows that came."""
    if not len(came):
        return
    series, place = ranked(came.series_id)
    first, last = np.full(len(series), came.start.max()), np.full(len(series), came.end.min())
    np.minimum.at(first, place, came.start)
    np.maximum.at(last, place, came.end)
    new = {
        "series_id": pa.array(series, pa.int32()),
        "first": pa.array(first, pa.int64()).cast(INSTANT),
        "last": pa.array(last, pa.int64()).cast(INSTANT),
    }
    connection.register("new_extents", pa.table(new))
    connection.execute(_SQL["widen_extents"])


def read_held(connection: duckdb.DuckDBPyConnection) -> list[Held]:
    """What is held of each granularity of each metering point."""
    table = connection.sql(_SQL["held"]).to_arrow_table()
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return [
        Held(
            provider=provider,
            metering_point=point,
            energy_type=energy_type,
            granularity=Granularity(granularity),
            hull=Interval(instant(first), instant(last)),
        )
        for provider, point, energy_type, granularity, first, last in rows
    ]


def instant(microseconds: int) -> datetime:
    """The instant so long after 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)
