"""Reading what the registry holds of one customer or of all, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, Reference
from kwartier.store.duckdb.registry import (
    known_mandate,
    read_customers,
    read_mandates,
    read_references,
)
from kwartier.store.named_sql import load_sql
from kwartier.store.records import ANSWERS_SCHEMA, ASKERS_SCHEMA, TURNS_SCHEMA, Records

_SQL = load_sql(__package__, "records.sql")


def read_records(connection: duckdb.DuckDBPyConnection, customer_id: str | None) -> Records:
    """All there is, or what is about one customer (see the port)."""
    if customer_id is not None:
        return _about(connection, customer_id)
    return Records(
        customers=read_customers(connection),
        references=read_references(connection),
        mandates=read_mandates(connection),
    )


def _about(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Records:
    whose = {"customer_id": customer_id}
    customers = connection.sql(_SQL["one_customer"], params=whose).to_arrow_table()
    mandates = connection.sql(_SQL["mandates_around"], params=whose).to_arrow_table()
    theirs = {"references": mandates["reference_number"].to_pylist()}
    references = connection.sql(_SQL["references_around"], params=whose | theirs).to_arrow_table()
    return Records(
        customers=[Customer(**row) for row in customers.to_pylist()],
        references=[Reference(**row) for row in references.to_pylist()],
        mandates=[known_mandate(row) for row in mandates.to_pylist()],
    )


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
