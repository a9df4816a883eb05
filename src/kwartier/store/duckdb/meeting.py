"""Finding the stored rows that a round of incoming ones may concern, a span of months at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.store.duckdb.judge import Met
from kwartier.store.duckdb.rows import Array, Rows, concat_rows, in_order, ranked, rows_of
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
    is_spoken_for = np.isin(incoming.series_id[sought], speech.series_id)
    spoken = pa.table({"series_id": np.unique(speech.series_id)})
    connection.register("spoken", spoken)
    found = [Met(incoming[:0], _NONE, _NONE)]
    for months in _spans(month[sought], speech):
        first, last = np.searchsorted(month[sought], [months.start, months.stop])
        places, others = sought[first:last], ~is_spoken_for[first:last]
        bounds = _bounds(incoming, places, months, speech)
        if len(spoken):
            found.append(_read(connection, "meet_spoken", bounds, incoming, places))
        if others.any():
            _register_sought(connection, incoming[places[others]])
            found.append(_read(connection, "meet_sought", bounds, incoming, places[others]))
    return Met(
        concat_rows([part.rows for part in found]),
        np.concatenate([part.row for part in found]),
        np.concatenate([part.old_row for part in found]),
    )


def _spans(month: Array, speech: Stretches) -> Iterator[range]:
    """The months that have rows or speech, those that follow each other together."""
    found = set(ranked(month)[0].tolist())
    stretches = zip(_month(speech.start).tolist(), _month(speech.end - 1).tolist(), strict=True)
    for first, last in set(stretches):
        found.update(range(first, last + 1))
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


def _register_sought(connection: duckdb.DuckDBPyConnection, sought: Rows) -> None:
    columns = sought.columns()
    keys = {name: columns[name] for name in ("series_id", "start")}
    connection.register("sought", pa.table(keys))


def _read(
    connection: duckdb.DuckDBPyConnection,
    statement: str,
    bounds: _Bounds,
    incoming: Rows,
    places: Array,
) -> Met:
    table = connection.sql(_SQL[statement], params=asdict(bounds)).to_arrow_table()
    rows = rows_of(table)
    row = np.append(places, -1)[_match(rows, incoming[places])]
    return Met(rows, row, table["old_row"].to_numpy())


def _match(stored: Rows, incoming: Rows) -> Array:
    """For each stored row the place of the incoming one of its series and start; -1: none."""
    found = np.full(len(stored), -1, dtype=np.int64)
    if not len(stored) or not len(incoming):
        return found
    ours, theirs = _by_series(stored), _by_series(incoming)
    start, sought = incoming.start[theirs], stored.start[ours]
    series = ranked(stored.series_id)[0]
    pieces = zip(
        _slices(stored.series_id[ours], series),
        _slices(incoming.series_id[theirs], series),
        strict=True,
    )
    for here, there in pieces:
        if there.start < there.stop:
            place = there.start + np.searchsorted(start[there], sought[here])
            place = np.minimum(place, there.stop - 1)
            is_same = start[place] == sought[here]
            found[ours[here][is_same]] = theirs[place[is_same]]
    return found


def _by_series(rows: Rows) -> Array:
    return in_order(ranked(rows.series_id)[1], rows.start)


def _slices(ordered: Array, series: Array) -> Iterator[slice]:
    """Where each of ``series`` lies."""
    firsts = np.searchsorted(ordered, series).tolist()
    return map(slice, firsts, np.searchsorted(ordered, series, side="right").tolist())


_NONE: Array = np.array([], dtype=np.int64)
