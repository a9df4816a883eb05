"""Finding the stored rows that a round of incoming ones may concern, a span of months at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.store.duckdb.judge import Met
from kwartier.store.duckdb.rows import INSTANT, Array, Rows, concat_rows, rows_of
from kwartier.store.duckdb.stretches import Stretches
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "merge.sql")


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where stored rows may lie: from the first start to the last, the lowest series to the
    highest.
    """

    first: int
    last: int
    low: int
    high: int


def find_met(
    connection: duckdb.DuckDBPyConnection,
    incoming: Rows,
    month: Array,
    may_meet: Array,
    speech: Stretches,
) -> Met:
    """The stored rows that have an incoming one's series and start, or lie where ``speech`` is.

    ``incoming`` lies by ``month``; looked for are only rows that ``may_meet`` stored ones, and
    ``speech`` is of series that have some.
    """
    sought = np.flatnonzero(may_meet)
    _register_touched(connection, incoming.series_id[sought], speech)
    parts = []
    for months in _spans(month[sought], speech):
        first, last = np.searchsorted(month[sought], [months.start, months.stop])
        places = sought[first:last]
        bounds = _bounds(incoming, places, months, speech)
        if _holds_any(connection, bounds):
            parts.append(_read_met(connection, incoming, places, bounds))
    if not parts:
        return Met(incoming[:0], _NONE, _NONE)
    return Met(
        concat_rows([part.rows for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.old_row for part in parts]),
    )


def _register_touched(
    connection: duckdb.DuckDBPyConnection, series_id: Array, speech: Stretches
) -> None:
    """Tell the series that may have rows there, and of which of them all rows are of interest."""
    speaking = np.unique(speech.series_id)
    touched = np.union1d(series_id, speaking).astype(np.int32)
    speaks = np.isin(touched, speaking)
    connection.register("touched", pa.table({"series_id": touched, "speaks": speaks}))


def _spans(month: Array, speech: Stretches) -> Iterator[range]:
    """The months that have rows or speech, those that follow each other together."""
    first, last = _month(speech.start), _month(speech.end - 1)
    found = set(np.unique(month).tolist())
    for span in set(zip(first.tolist(), last.tolist(), strict=True)):
        found.update(range(span[0], span[1] + 1))
    months = sorted(found)
    begin = 0
    for place in range(1, len(months) + 1):
        if place == len(months) or months[place] > months[place - 1] + 1:
            yield range(months[begin], months[place - 1] + 1)
            begin = place


def _month(instants: Array) -> Array:
    month: Array = instants.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return month


def _bounds(incoming: Rows, places: Array, months: range, speech: Stretches) -> _Bounds:
    limits = np.array([months.start, months.stop], "datetime64[M]").astype("datetime64[us]")
    begin, end = limits.astype(np.int64)
    speaks = (speech.start < end) & (speech.end > begin)
    start = incoming.start[places]
    firsts = np.concatenate([start, np.maximum(speech.start[speaks], begin)])
    lasts = np.concatenate([start, np.minimum(speech.end[speaks], end) - 1])
    series = np.concatenate([incoming.series_id[places], speech.series_id[speaks]])
    return _Bounds(int(firsts.min()), int(lasts.max()), int(series.min()), int(series.max()))


def _holds_any(connection: duckdb.DuckDBPyConnection, bounds: _Bounds) -> bool:
    return bool(connection.execute(_SQL["holds_any"], asdict(bounds)).fetchall())


def _read_met(
    connection: duckdb.DuckDBPyConnection, incoming: Rows, places: Array, bounds: _Bounds
) -> Met:
    sought = {
        "row": places,
        "series_id": incoming.series_id[places],
        "start": pa.array(incoming.start[places]).cast(INSTANT),
    }
    connection.register("sought", pa.table(sought))
    found = connection.sql(_SQL["meet"], params=asdict(bounds)).to_arrow_table()
    row, old_row = found["row"].to_numpy(), found["old_row"].to_numpy()
    return Met(rows_of(found), row, old_row)


_NONE: Array = np.array([], dtype=np.int64)
