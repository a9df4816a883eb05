"""Values summed up where they lie, month by month, instead of read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.errors import InputError
from kwartier.measurements import STRETCHES_SCHEMA, SUMMARIES_SCHEMA
from kwartier.store.duckdb.rows import Array
from kwartier.store.duckdb.scan import Widener, find_series
from kwartier.store.named_sql import load_sql
from kwartier.store.port import Selection
from kwartier.vocabulary.granularity import Granularity

_SQL = load_sql(__package__, "summaries.sql")
_MANY: Final = 0.05
"""Share of a month's pieces that are alike from which on they are asked for together."""


def read_summaries(
    connection: duckdb.DuckDBPyConnection,
    stretches: pa.Table,
    *,
    granularity: Granularity,
    direction: str,
) -> pa.Table:
    """The values of some stretches summed up (see the port)."""
    if granularity.step is None:
        raise InputError("granularity", "must be of a fixed length", f"got {granularity}")
    stretches = stretches.cast(STRETCHES_SCHEMA)
    points = tuple(pc.unique(stretches["metering_point"]).to_pylist())
    series = find_series(
        connection,
        Selection(metering_points=points, granularity=granularity, direction=direction),
    )
    if not series.num_rows:
        return SUMMARIES_SCHEMA.empty_table()
    connection.execute(_SQL["group_by_number"])
    pieces = _pieces(connection, stretches, series)
    widener = Widener(connection, series)
    batches = [
        widener.widen(batch, SUMMARIES_SCHEMA)
        for statement, alike in _asked_together(pieces)
        for batch in _summed(connection, statement, alike, granularity.step).to_batches()
    ]
    return pa.Table.from_batches(batches, SUMMARIES_SCHEMA)


def _pieces(
    connection: duckdb.DuckDBPyConnection, stretches: pa.Table, series: pa.Table
) -> pa.Table:
    """One row a stretch and series: ``stretch``, ``series_id``, ``first``, ``last``."""
    number = pa.array(np.arange(stretches.num_rows, dtype=np.int64))
    connection.register("asked_stretches", stretches.append_column("number", number))
    wanted = ["series_id", "metering_point", "energy_type"]
    connection.register("wanted_series", series.select(wanted))
    return connection.sql(_SQL["find_pieces"]).to_arrow_table()


def _asked_together(pieces: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The pieces of a month that many series share, one stretch of time after the other, then
    those that few do. Values lie by month, so that each question reads its own month only.
    """
    first, last = (pieces[name].to_numpy().astype("datetime64[us]") for name in ("first", "last"))
    # A local month begins in the evening before it does in UTC.
    month = (first + np.timedelta64(1, "D")).astype("datetime64[M]")
    for begin, end in _runs(month):
        shared = np.zeros(end - begin, dtype=bool)
        for one, other in _runs(first[begin:end], last[begin:end]):
            if other - one >= _MANY * (end - begin):
                shared[one:other] = True
                yield "sum_alike", pieces.slice(begin + one, other - one)
        if not shared.all():
            yield "sum_apart", pieces.take(begin + np.flatnonzero(~shared))


def _runs(*columns: Array) -> Iterator[tuple[int, int]]:
    """Where each run of rows begins and ends that are alike in all columns."""
    if len(columns[0]):
        differs = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
        edges = [0, *(np.flatnonzero(differs) + 1).tolist(), len(columns[0])]
        yield from pairwise(edges)


def _summed(
    connection: duckdb.DuckDBPyConnection, statement: str, pieces: pa.Table, step: timedelta
) -> pa.Table:
    ends = {"first": pc.min(pieces["first"]), "last": pc.max(pieces["last"])}
    ends |= {"low": pc.min(pieces["series_id"]), "high": pc.max(pieces["series_id"])}
    bounds = {name: end.as_py() for name, end in ends.items()}
    connection.register("pieces", pieces)
    asked = bounds | {"step": step // timedelta(microseconds=1)}
    return connection.sql(_SQL[statement], params=asked).to_arrow_table()
