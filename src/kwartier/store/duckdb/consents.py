"""Consents and the words that they were given in, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.registry.consents import (
    Consent,
    Wording,
    new_consents,
    new_wording,
    withdrawn_consents,
)
from kwartier.store.duckdb.found import found_by
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "consents.sql")
_CONSENTS: Final = pa.schema(
    [
        ("reference_number", pa.string()),
        ("purpose", pa.string()),
        ("wording", pa.string()),
        ("channel", pa.string()),
        ("given_at", INSTANT),
        ("withdrawn_at", INSTANT),
    ]
)


def read_wordings(connection: duckdb.DuckDBPyConnection) -> list[Wording]:
    """All wordings, the oldest first."""
    return [Wording(**row) for row in found_by(connection, _SQL["all_wordings"])]


def add_wording(connection: duckdb.DuckDBPyConnection, wording: Wording) -> bool:
    """Keep a wording; whether it was not known."""
    is_new = new_wording(read_wordings(connection), wording)
    if is_new:
        connection.execute(_SQL["add_wording"], asdict(wording))
    return is_new


def read_consents(
    connection: duckdb.DuckDBPyConnection, references: Collection[str] | None = None
) -> list[Consent]:
    """What was agreed to under some reference numbers, or any, the oldest first."""
    under = None if references is None else list(references)
    return [Consent(**row) for row in found_by(connection, _SQL["consents"], references=under)]


def note_consents(connection: duckdb.DuckDBPyConnection, consents: Sequence[Consent]) -> int:
    """Keep what was agreed to; how much of it was new."""
    known = read_consents(connection, {one.reference_number for one in consents})
    new = new_consents(known, consents, read_wordings(connection))
    rows = pa.Table.from_pylist([asdict(consent) for consent in new], _CONSENTS)
    connection.register("new_consents", rows)
    connection.execute(_SQL["add_consents"])
    return len(new)


def withdraw_consents(
    connection: duckdb.DuckDBPyConnection, references: Collection[str], purpose: str, at: datetime
) -> int:
    """Keep that a purpose was withdrawn; how many consents stood for it."""
    known = read_consents(connection, references)
    found = withdrawn_consents(known, references, purpose, at)
    values = {"references": list(references), "purpose": purpose, "withdrawn_at": at}
    connection.execute(_SQL["withdraw_consents"], values)
    return len(found)
