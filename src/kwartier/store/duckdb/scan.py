"""Reading values back in the measurements schema: narrow rows, widened by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import DESCRIPTIVE_COLUMNS, MEASUREMENTS_SCHEMA, SERIES_COLUMNS
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.named_sql import load_sql
from kwartier.store.port import Selection

_SQL = load_sql(__package__, "queries.sql")
_HISTORY = load_sql(__package__, "history.sql")
_BATCH_ROWS = 122_880
FOREVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))

REVISIONS_SCHEMA = pa.schema(
    [
        *MEASUREMENTS_SCHEMA,
        pa.field("superseded_at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("change", pa.string(), nullable=False),
    ]
)
COVERAGE_SCHEMA = pa.schema(
    [
        *(MEASUREMENTS_SCHEMA.field(name) for name in SERIES_COLUMNS),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("present", pa.int32(), nullable=False),
        pa.field("estimated", pa.int32(), nullable=False),
        pa.field("provisional", pa.int32(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A dictionary column by number: ``codes`` index ``dictionary``, -1 is null."""

    codes: npt.NDArray[np.int32]
    dictionary: pa.Array
    has_null: bool

    def take(self, numbers: npt.NDArray[Any]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(self._indices(numbers), self.dictionary)

    def _indices(self, numbers: npt.NDArray[Any]) -> pa.Array:
        if not len(self.dictionary):
            return _same(len(numbers), is_null=True)
        if len(self.dictionary) == 1 and not self.has_null:
            return _same(len(numbers), is_null=False)
        codes = self.codes[numbers]
        return pa.array(codes, mask=codes < 0 if self.has_null else None)


@lru_cache(maxsize=8)
def _same(count: int, *, is_null: bool) -> pa.Array:
    """Indices that are all null or all zero: most columns say one thing, so they share these."""
    return pa.array(np.zeros(count, np.int32), mask=np.ones(count, bool) if is_null else None)


def _lookup(numbers: npt.NDArray[Any], words: pa.Array, size: int) -> _Lookup:
    encoded = words.dictionary_encode()
    codes = np.full(size, -1, dtype=np.int32)
    codes[numbers] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return _Lookup(codes, encoded.dictionary, has_null=words.null_count > 0)


class Widener:
    """Turns narrow rows of the wanted series into rows of ``schema``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, series: pa.Table) -> None:
        numbers = series["series_id"].to_numpy()
        size = int(numbers.max()) + 1 if len(numbers) else 0
        self._series = {
            name: _lookup(numbers, series[name].combine_chunks(), size)
            for name in SERIES_COLUMNS + DESCRIPTIVE_COLUMNS
        }
        qualities = connection.sql(_SQL["all_qualities"]).to_arrow_table()
        count = qualities.num_rows
        self._quality = {
            name: _lookup(np.arange(count), qualities[name].combine_chunks(), count)
            for name in qualities.column_names
        }
        times = connection.sql(_SQL["fetch_times"]).to_arrow_table()
        self._fetched_at = times["fetched_at"].combine_chunks()

    def is_answered_by(self, instant: datetime) -> npt.NDArray[np.bool_]:
        """Of each fetch, by number, whether it was answered at ``instant`` or before."""
        answered = pc.less_equal(self._fetched_at, pa.scalar(instant, INSTANT))
        by_number: npt.NDArray[np.bool_] = answered.to_numpy(zero_copy_only=False)
        return by_number

    def widen(self, narrow: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        series_id = narrow.column("series_id").to_numpy()
        columns = [self._column(narrow, series_id, field) for field in schema]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def _column(
        self, narrow: pa.RecordBatch, series_id: npt.NDArray[Any], field: pa.Field
    ) -> pa.Array:
        if field.name in self._series:
            return self._series[field.name].take(series_id)
        if field.name in self._quality:
            return self._quality[field.name].take(narrow.column("quality_id").to_numpy())
        if field.name == "fetched_at":
            return self._fetched_at.take(narrow.column("fetch_id"))
        if field.name == "end":
            duration = narrow.column("duration_us").cast(pa.duration("us"))
            return pc.add(narrow.column("start"), duration).cast(field.type)
        return narrow.column(field.name).cast(field.type)


def find_series(connection: duckdb.DuckDBPyConnection, selection: Selection) -> pa.Table:
    """The series that ``selection`` asks for, with their numbers."""
    points = selection.metering_points
    asked = {
        "metering_points": None if points is None else list(points),
        "energy_type": selection.energy_type,
        "granularity": None if selection.granularity is None else str(selection.granularity),
        "direction": selection.direction,
    }
    return connection.sql(_SQL["find_series"], params=asked).to_arrow_table()


def scan_values(
    connection: duckdb.DuckDBPyConnection, selection: Selection, as_of: datetime | None = None
) -> Iterator[pa.RecordBatch]:
    """The values of ``selection``, streamed: the current ones, or those known at ``as_of``."""
    series = find_series(connection, selection)
    if not series.num_rows:
        return
    bound_scan(connection, selection, series)
    widener = Widener(connection, series)
    current = _rows(connection, series, "scan_values")
    rows = current if as_of is None else _known_rows(connection, widener, current, as_of)
    for narrow in rows:
        if narrow.num_rows:
            yield widener.widen(narrow, MEASUREMENTS_SCHEMA)


def bound_scan(
    connection: duckdb.DuckDBPyConnection, selection: Selection, series: pa.Table
) -> None:
    """Set the bounds of what comes next to those of ``selection``, whose series are known."""
    numbers = series["series_id"].to_numpy()
    bounds = {
        "first": selection.start or FOREVER[0],
        "last": selection.end or FOREVER[1],
        "low": int(numbers.min()),
        "high": int(numbers.max()),
    }
    connection.execute(_SQL["bound_scan"], bounds)


def _known_rows(
    connection: duckdb.DuckDBPyConnection,
    widener: Widener,
    current: Iterator[pa.RecordBatch],
    as_of: datetime,
) -> Iterator[pa.RecordBatch]:
    """The current rows that came by ``as_of``, then the superseded ones that ended only later."""
    is_known = widener.is_answered_by(as_of)
    for narrow in current:
        mask = is_known[narrow.column("fetch_id").to_numpy()]
        yield narrow if mask.all() else narrow.filter(mask)
    for former in connection.sql(_HISTORY["scan_former"]).to_arrow_reader(_BATCH_ROWS):
        came, went = (former.column(name).to_numpy() for name in ("fetch_id", "superseded_by"))
        yield former.filter(is_known[came] & ~is_known[went])


def read_revisions(
    connection: duckdb.DuckDBPyConnection, metering_points: Sequence[str] | None
) -> pa.Table:
    """Superseded rows (``REVISIONS_SCHEMA``)."""
    return _read(connection, metering_points, "scan_revisions", REVISIONS_SCHEMA)


def read_coverage(
    connection: duckdb.DuckDBPyConnection, metering_points: Sequence[str] | None
) -> pa.Table:
    """Counts per series and local day (``COVERAGE_SCHEMA``)."""
    return _read(connection, metering_points, "scan_coverage", COVERAGE_SCHEMA)


def _read(
    connection: duckdb.DuckDBPyConnection,
    metering_points: Sequence[str] | None,
    statement: str,
    schema: pa.Schema,
) -> pa.Table:
    points = None if metering_points is None else tuple(metering_points)
    series = find_series(connection, Selection(metering_points=points))
    if not series.num_rows:
        return schema.empty_table()
    widener = Widener(connection, series)
    batches = [widener.widen(b, schema) for b in _rows(connection, series, statement)]
    return pa.Table.from_batches(batches, schema)


def _rows(
    connection: duckdb.DuckDBPyConnection, series: pa.Table, statement: str
) -> Iterator[pa.RecordBatch]:
    connection.register("wanted", series.select(["series_id"]))
    yield from connection.sql(_SQL[statement]).to_arrow_reader(_BATCH_ROWS)


def read_fetches(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What was asked and answered, in order of commitment."""
    return connection.sql(_SQL["all_fetches"]).to_arrow_table()


def read_synced_at(
    connection: duckdb.DuckDBPyConnection, provider: str | None = None
) -> datetime | None:
    """The time of the latest successful fetch, of any provider if None; None before the first."""
    found_at = connection.sql(_SQL["synced_at"], params={"provider": provider})
    ((latest,),) = found_at.to_arrow_table().to_pydict().values()
    found: datetime | None = latest
    return found
