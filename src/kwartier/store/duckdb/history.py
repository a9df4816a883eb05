"""Reading what changed: each superseded row beside the one that took its place."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA, SERIES_COLUMNS
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.duckdb.scan import FOREVER, Widener, bound_scan, find_series
from kwartier.store.named_sql import load_sql
from kwartier.store.port import Selection

_SQL = load_sql(__package__, "history.sql")
_OF_THE_ROW = ("start", "end", "value", "validation_state", "gas_conversion_factor", "fetched_at")

CHANGES_SCHEMA = pa.schema(
    [
        *(MEASUREMENTS_SCHEMA.field(name) for name in (*SERIES_COLUMNS, *_OF_THE_ROW)),
        pa.field("superseded_at", INSTANT, nullable=False),
        pa.field("change", pa.string(), nullable=False),
        pa.field("new_value", pa.float64()),
        pa.field("new_validation_state", pa.string()),
        pa.field("new_gas_conversion_factor", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("window_start", INSTANT, nullable=False),
        pa.field("window_end", INSTANT, nullable=False),
    ]
)


def read_changes(
    connection: duckdb.DuckDBPyConnection, selection: Selection, since: datetime | None
) -> pa.Table:
    """What was superseded of ``selection`` from ``since`` on (``CHANGES_SCHEMA``)."""
    series = find_series(connection, selection)
    if not series.num_rows:
        return CHANGES_SCHEMA.empty_table()
    bound_scan(connection, selection, series)
    connection.register("wanted", series.select(["series_id"]))
    asked = {"since": since or FOREVER[0]}
    found = connection.sql(_SQL["scan_changes"], params=asked).to_arrow_table()
    widener = Widener(connection, series)
    batches = [widener.widen(batch, CHANGES_SCHEMA) for batch in found.to_batches()]
    return pa.Table.from_batches(batches, CHANGES_SCHEMA)
