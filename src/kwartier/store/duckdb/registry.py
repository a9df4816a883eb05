"""Customers, their references and the mandates, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, KnownMandate, Reference
from kwartier.registry.customers import Applied, CustomerChange, apply_changes
from kwartier.store.duckdb.data_owners import put_data_owners, read_data_owners
from kwartier.store.duckdb.found import found_by
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate

_SQL = load_sql(__package__, "queries.sql")


def change_customers(
    connection: duckdb.DuckDBPyConnection,
    changes: Sequence[CustomerChange],
    *,
    provider: str,
    now: datetime,
) -> Applied:
    """Apply ``changes`` to the customers and data owners as they are now; read is only what the
    changes are about.
    """
    customers = {change.customer_id for change in changes}
    owners = list({change.data_owner.strip().lower() for change in changes if change.data_owner})
    applied = apply_changes(
        read_customers(connection, customers),
        read_references(connection, customers, owners),
        changes,
        provider=provider,
        now=now,
        data_owners=read_data_owners(connection, owners),
    )
    changed = [asdict(customer) for customer in (*applied.new, *applied.changed)]
    connection.register("new_customers", pa.Table.from_pylist(changed, _CUSTOMERS))
    connection.execute(_SQL["put_customers"])
    made = [asdict(reference) for reference in applied.made]
    connection.register("new_references", pa.Table.from_pylist(made, _REFERENCES))
    connection.execute(_SQL["add_references"])
    put_data_owners(connection, applied.data_owners)
    return applied


def read_environments(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Which environment of each provider the store is filled from."""
    return {
        row["provider"]: row["environment"] for row in found_by(connection, _SQL["environments"])
    }


def note_environment(
    connection: duckdb.DuckDBPyConnection, *, provider: str, environment: str
) -> None:
    """Keep which environment of ``provider`` it is; what is known stays."""
    connection.execute(_SQL["note_environment"], {"provider": provider, "environment": environment})


def read_customers(
    connection: duckdb.DuckDBPyConnection, ids: Collection[str] | None = None
) -> list[Customer]:
    """Some customers, or all, by id."""
    some = None if ids is None else list(ids)
    return [Customer(**row) for row in found_by(connection, _SQL["customers"], ids=some)]


def read_references(
    connection: duckdb.DuckDBPyConnection,
    customers: Collection[str] | None = None,
    numbers: Collection[str] = (),
) -> list[Reference]:
    """The references of some customers and those of some ``numbers``, or all, the oldest first."""
    some = None if customers is None else list(customers)
    rows = found_by(connection, _SQL["references"], customers=some, numbers=list(numbers))
    return [Reference(**row) for row in rows]


def put_mandates(connection: duckdb.DuckDBPyConnection, mandates: Sequence[KnownMandate]) -> None:
    """Keep ``mandates``, replacing those of the same id; of one given twice, the last."""
    rows = {known.mandate_id: _mandate_row(known) for known in mandates}
    connection.register("new_mandates", pa.Table.from_pylist(list(rows.values()), _MANDATES))
    connection.execute(_SQL["put_mandates"])


def read_mandates(
    connection: duckdb.DuckDBPyConnection, *, after: int = 0, limit: int | None = None
) -> list[KnownMandate]:
    """Mandates, by id: all, or ``limit`` of those after one."""
    rows = found_by(connection, _SQL["all_mandates"], after=after, limit=limit)
    return [known_mandate(row) for row in rows]


def read_mandates_under(
    connection: duckdb.DuckDBPyConnection, references: Collection[str]
) -> list[KnownMandate]:
    """The mandates under some reference numbers."""
    rows = found_by(connection, _SQL["mandates_under"], names=list(references))
    return [known_mandate(row) for row in rows]


def read_mandates_on(
    connection: duckdb.DuckDBPyConnection, metering_points: Collection[str]
) -> list[KnownMandate]:
    """The mandates on some metering points."""
    rows = found_by(connection, _SQL["mandates_on"], names=list(metering_points))
    return [known_mandate(row) for row in rows]


def _mandate_row(known: KnownMandate) -> dict[str, Any]:
    mandate = {field.name: getattr(known.mandate, field.name) for field in fields(Mandate)}
    mandate["granularities"] = sorted(str(g) for g in known.mandate.granularities)
    about = {field.name: getattr(known, field.name) for field in fields(KnownMandate)}
    del about["mandate"]
    return mandate | about


def known_mandate(row: dict[str, Any]) -> KnownMandate:
    """The mandate in a row of its table."""
    mandate = {field.name: row.pop(field.name) for field in fields(Mandate)}
    mandate["granularities"] = frozenset(Granularity(text) for text in mandate["granularities"])
    return KnownMandate(mandate=Mandate(**mandate), **row)


_ARROW_TYPES = {
    str: pa.string(),
    int: pa.int32(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", "UTC"),
    frozenset: pa.list_(pa.string()),
}


def _schema(*columns: tuple[str, type]) -> pa.Schema:
    return pa.schema([(name, _ARROW_TYPES[type_]) for name, type_ in columns])


_CUSTOMERS = _schema(
    ("customer_id", str),
    ("label", str),
    ("flow", str),
    ("enterprise_number", str),
    ("language", str),
    ("contact", str),
)
_REFERENCES = _schema(
    ("reference_number", str),
    ("customer_id", str),
    ("provider", str),
    ("created_at", datetime),
)
_MANDATES = _schema(
    ("mandate_id", int),
    ("provider", str),
    ("contract_number", str),
    ("reference_number", str),
    ("status", str),
    ("data_service_type", str),
    ("metering_point", str),
    ("energy_type", str),
    ("granularities", frozenset),
    ("period_start", datetime),
    ("period_end", datetime),
    ("expires_at", datetime),
    ("renewal_status", str),
    ("first_seen_at", datetime),
    ("changed_at", datetime),
    ("is_ambiguous", bool),
    ("missing_since", datetime),
)
