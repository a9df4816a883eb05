"""Reading what the registry holds of one customer or of all, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, Reference
from kwartier.store.duckdb.registry import known_mandate
from kwartier.store.named_sql import load_sql
from kwartier.store.records import ANSWERS_SCHEMA, ASKERS_SCHEMA, TURNS_SCHEMA, Records

_SQL = load_sql(__package__, "records.sql")
_ALL = load_sql(__package__, "queries.sql")
_EACH = {"after": 0, "limit": None}


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


def read_tables(connection: duckdb.DuckDBPyConnection, customer_id: str | None) -> Tables:
    """All there is, or what is about one customer (see the port)."""
    if customer_id is None:
        return Tables(
            connection.sql(_ALL["all_customers"]).to_arrow_table(),
            connection.sql(_ALL["all_references"]).to_arrow_table(),
            connection.sql(_ALL["all_mandates"], params=_EACH).to_arrow_table(),
        )
    whose = {"customer_id": customer_id}
    customers = connection.sql(_SQL["one_customer"], params=whose).to_arrow_table()
    mandates = connection.sql(_SQL["mandates_around"], params=whose).to_arrow_table()
    theirs = {"references": mandates["reference_number"].to_pylist()}
    references = connection.sql(_SQL["references_around"], params=whose | theirs).to_arrow_table()
    return Tables(customers, references, mandates)


def count_customers(connection: duckdb.DuckDBPyConnection) -> int:
    """How many customers there are."""
    [[count]] = connection.sql(_SQL["count_customers"]).fetchall()
    return int(count)


def read_turns(connection: duckdb.DuckDBPyConnection, mandates: Sequence[int] | None) -> pa.Table:
    """When mandates turned what they are (``TURNS_SCHEMA``)."""
    chosen = {"mandates": None if mandates is None else list(mandates)}
    return connection.sql(_SQL["turns"], params=chosen).to_arrow_table().cast(TURNS_SCHEMA)


def read_answers(connection: duckdb.DuckDBPyConnection, askers: pa.Table) -> pa.Table:
    """How ``askers`` (``ASKERS_SCHEMA``) were answered (``ANSWERS_SCHEMA``)."""
    connection.register("askers", askers.cast(ASKERS_SCHEMA))
    try:
        return connection.sql(_SQL["answers"]).to_arrow_table().cast(ANSWERS_SCHEMA)
    finally:
        connection.unregister("askers")
