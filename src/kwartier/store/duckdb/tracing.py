"""Where each value came from: rows with the fetches that brought and ended them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.retention.receipts import keyed_digest
from kwartier.store.duckdb.found import found_by
from kwartier.store.duckdb.receipts import read_key
from kwartier.store.duckdb.scan import Widener, bound_scan, find_series
from kwartier.store.named_sql import load_sql
from kwartier.store.outcomes import Attempt
from kwartier.store.port import Selection
from kwartier.store.trace import TRACE_SCHEMA, Trace

_SQL: Final = load_sql(__package__, "tracing.sql")


def read_trace(
    connection: duckdb.DuckDBPyConnection, metering_points: Sequence[str], selection: Selection
) -> Trace:
    """The rows of ``selection``, now and before, and all fetches of its metering points."""
    points = {"metering_points": list(metering_points)}
    fetches = connection.sql(_SQL["trace_fetches"], params=points).to_arrow_table()
    series = find_series(connection, selection)
    if not series.num_rows:
        return Trace(TRACE_SCHEMA.empty_table(), fetches)
    bound_scan(connection, selection, series)
    connection.register("wanted", series.select(["series_id"]))
    found = connection.sql(_SQL["trace_rows"]).to_arrow_table()
    widener = Widener(connection, series)
    batches = [widener.widen(batch, TRACE_SCHEMA) for batch in found.to_batches()]
    return Trace(pa.Table.from_batches(batches, TRACE_SCHEMA), fetches)


def read_deliveries(
    connection: duckdb.DuckDBPyConnection, entries: Collection[int] | None = None
) -> dict[str, list[Attempt]]:
    """The last attempt at each of some of the ledger's entries, or of all, by receiver."""
    found: dict[str, list[Attempt]] = {}
    some = None if entries is None else list(entries)
    for row in found_by(connection, _SQL["deliveries"], entries=some):
        found.setdefault(row.pop("sink"), []).append(Attempt(**row))
    return found


def receipt_digests(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> dict[str, str]:
    """What stands for each of these EANs or reference numbers in receipts."""
    key = read_key(connection)
    return {text: keyed_digest(text, key) for text in texts}
