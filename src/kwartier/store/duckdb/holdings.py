"""How much is held of some local days, counted from the coverage and not from the values."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from kwartier.store.named_sql import load_sql
from kwartier.store.wanted_days import HOLDINGS_SCHEMA, WANTED_DAYS_SCHEMA, WantedDays

_SQL = load_sql(__package__, "holdings.sql")


def read_holdings(connection: duckdb.DuckDBPyConnection, wanted: Sequence[WantedDays]) -> pa.Table:
    """One row a metering point and granularity of which anything is held (see the port)."""
    names = WANTED_DAYS_SCHEMA.names
    columns = [[getattr(one, name) for one in wanted] for name in names]
    days = pa.Table.from_pydict(dict(zip(names, columns, strict=True)), WANTED_DAYS_SCHEMA)
    connection.register("wanted_days", days)
    try:
        return connection.sql(_SQL["holdings"]).to_arrow_table().cast(HOLDINGS_SCHEMA)
    finally:
        connection.unregister("wanted_days")
