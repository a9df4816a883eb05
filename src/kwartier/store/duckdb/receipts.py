"""Receipts and people's decisions, as rows."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

import duckdb
import pyarrow as pa

from kwartier.retention import Decision, DecisionKind, Reason, Receipt
from kwartier.store.duckdb.found import found_by
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "retention.sql")
_KEY_BYTES: Final = 32


def read_key(connection: duckdb.DuckDBPyConnection) -> bytes:
    """The key of the digests in receipts."""
    key: bytes
    [(key,)] = connection.execute(_SQL["receipt_key"]).fetchall()
    return key


def make_key(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the key, unless there is one."""
    if not connection.execute(_SQL["receipt_key"]).fetchall():
        connection.execute(_SQL["add_receipt_key"], {"key": secrets.token_bytes(_KEY_BYTES)})


def count_receipts(connection: duckdb.DuckDBPyConnection) -> int:
    """How many receipts there are."""
    count: int
    [(count,)] = connection.execute(_SQL["receipts_count"]).fetchall()
    return count


def read_receipts(connection: duckdb.DuckDBPyConnection) -> list[Receipt]:
    """All receipts, in order."""
    return [_receipt(row) for row in found_by(connection, _SQL["all_receipts"])]


def read_erasing(connection: duckdb.DuckDBPyConnection) -> list[Receipt]:
    """The receipts of which bytes may be left somewhere."""
    return [_receipt(row) for row in found_by(connection, _SQL["erasing"])]


def add_receipts(connection: duckdb.DuckDBPyConnection, receipts: Sequence[Receipt]) -> None:
    """Keep receipts, whose bytes are still to be erased."""
    rows = [
        receipt.members()
        | {
            "bounds": [asdict(part) for part in receipt.bounds],
            "suppressed": [asdict(part) for part in receipt.suppressed],
        }
        for receipt in receipts
    ]
    connection.register("new_receipts", pa.Table.from_pylist(rows, _RECEIPTS))
    connection.execute(_SQL["add_receipts"])


def note_erased(connection: duckdb.DuckDBPyConnection, last: int) -> None:
    """Of the receipts up to the ``last`` no byte is left."""
    connection.execute(_SQL["erased"], {"last": last})


def note_told(connection: duckdb.DuckDBPyConnection) -> None:
    """The receipts of suppressions, which erased nothing, leave no byte either."""
    connection.execute(_SQL["told"])


def read_decisions(
    connection: duckdb.DuckDBPyConnection, mandates: Collection[int] | None = None
) -> list[Decision]:
    """What people decided on some mandates, or any, and on no mandate, in order."""
    on = None if mandates is None else list(mandates)
    rows = found_by(connection, _SQL["decisions"], mandates=on)
    return [Decision(**{**row, "kind": DecisionKind(row["kind"])}) for row in rows]


def add_decisions(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    """Keep what people decided."""
    [(last,)] = connection.execute(_SQL["last_decision"]).fetchall()
    rows = [
        {**asdict(decision), "decision_id": number, "kind": decision.kind.value}
        for number, decision in enumerate(decisions, last + 1)
    ]
    connection.register("new_decisions", pa.Table.from_pylist(rows, _DECISIONS))
    connection.execute(_SQL["add_decisions"])


def _receipt(row: dict[str, Any]) -> Receipt:
    granularity = row["granularity"]
    return Receipt(
        **{
            **row,
            "reason": Reason(row["reason"]),
            "granularity": None if granularity is None else Granularity(granularity),
            "bounds": tuple(Interval(**part) for part in row["bounds"]),
            "suppressed": tuple(Interval(**part) for part in row["suppressed"]),
        }
    )


_STRETCH: Final = pa.struct([("start", INSTANT), ("end", INSTANT)])
_RECEIPTS: Final = pa.schema(
    [
        ("number", pa.int32()),
        ("erased_at", INSTANT),
        ("reason", pa.string()),
        ("key", pa.string()),
        ("metering_point", pa.string()),
        ("reference", pa.string()),
        ("energy_type", pa.string()),
        ("granularity", pa.string()),
        ("bounds", pa.list_(_STRETCH)),
        ("suppressed", pa.list_(_STRETCH)),
        ("values", pa.int64()),
        ("revisions", pa.int64()),
        ("days", pa.int32()),
        ("previous", pa.string()),
        ("hash", pa.string()),
    ]
)
_DECISIONS: Final = pa.schema(
    [
        ("decision_id", pa.int32()),
        ("kind", pa.string()),
        ("mandate_id", pa.int32()),
        ("order", pa.string()),
        ("start", INSTANT),
        ("end", INSTANT),
        ("decided_at", INSTANT),
        ("decided_by", pa.string()),
        ("why", pa.string()),
    ]
)
