"""Reading what the registry holds, and how far each mandate and metering point has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, Reference
from kwartier.store.duckdb.registry import known_mandate
from kwartier.store.named_sql import load_sql
from kwartier.store.records import ANSWERS_SCHEMA, ASKERS_SCHEMA, TURNS_SCHEMA, Records

_SQL = load_sql(__package__, "records.sql")
_ALL = load_sql(__package__, "queries.sql")


@dataclass(frozen=True, slots=True)
class Tables:
    """Records as they were read: turned into values once nobody has to wait for the file."""

    customers: pa.Table
    references: pa.Table
    mandates: pa.Table

    def records(self) -> Records:
        """The values."""
        return Records(
            customers=[Customer(**row) for row in self.customers.to_pylist()],
            references=[Reference(**row) for row in self.references.to_pylist()],
            mandates=[known_mandate(row) for row in self.mandates.to_pylist()],
        )


def read_tables(connection: duckdb.DuckDBPyConnection) -> Tables:
    """All there is (see the port)."""

    def read(statement: str, **asked: Any) -> pa.Table:
        return connection.sql(_ALL[statement], params=asked).to_arrow_table()

    return Tables(
        read("customers", ids=None),
        read("references", customers=None, numbers=[]),
        read("all_mandates", after=0, limit=None),
    )


def count_customers(connection: duckdb.DuckDBPyConnection) -> int:
    """How many customers there are."""
    [[count]] = connection.sql(_SQL["count_customers"]).fetchall()
    return int(count)


def read_turns(
    connection: duckdb.DuckDBPyConnection, mandates: Sequence[int] | None = None
) -> pa.Table:
    """When some mandates, or all, turned what they are (``TURNS_SCHEMA``)."""
    chosen = {"mandates": None if mandates is None else list(mandates)}
    return connection.sql(_SQL["turns"], params=chosen).to_arrow_table().cast(TURNS_SCHEMA)


def read_answers(connection: duckdb.DuckDBPyConnection, askers: pa.Table) -> pa.Table:
    """How ``askers`` (``ASKERS_SCHEMA``) were answered (``ANSWERS_SCHEMA``)."""
    connection.register("askers", askers.cast(ASKERS_SCHEMA))
    try:
        return connection.sql(_SQL["answers"]).to_arrow_table().cast(ANSWERS_SCHEMA)
    finally:
        connection.unregister("askers")
