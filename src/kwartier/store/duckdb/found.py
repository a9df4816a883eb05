"""What a statement finds, as dicts."""

from __future__ import annotations

from typing import Any

import duckdb


def found_by(
    connection: duckdb.DuckDBPyConnection, statement: str, **asked: Any
) -> list[dict[str, Any]]:
    """The rows that ``statement`` finds with what is ``asked``, its parameters by name."""
    relation = connection.sql(statement, params=asked or None)
    rows: list[dict[str, Any]] = relation.to_arrow_table().to_pylist()
    return rows
