"""The ledger of consents, the lists that it came from, and who was told, as rows."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

import duckdb
import pyarrow as pa

from kwartier.registry import (
    ChangeKind,
    FieldChange,
    KnownMandate,
    LedgerEntry,
    Listed,
    Listing,
    MandateChange,
    observe,
)
from kwartier.retention.decisions import END
from kwartier.store.duckdb.found import found_by
from kwartier.store.duckdb.registry import put_mandates, read_mandates
from kwartier.store.duckdb.timelines import forget_stretch
from kwartier.store.named_sql import load_sql
from kwartier.store.outcomes import Attempt, Outstanding
from kwartier.store.port import CLOCK_SET_BACK
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "queries.sql")
_INSTANT: Final = pa.timestamp("us", "UTC")
_FIELD: Final = pa.struct([("field", pa.string()), ("before", pa.string()), ("after", pa.string())])
_ENTRIES: Final = pa.schema(
    [
        ("entry_id", pa.int32()),
        ("message_id", pa.string()),
        ("mandate_id", pa.int32()),
        ("seen_at", _INSTANT),
        ("kind", pa.string()),
        ("fields", pa.list_(_FIELD)),
    ]
)
_ATTEMPTS: Final = pa.schema(
    [
        ("sink", pa.string()),
        ("entry_id", pa.int32()),
        ("attempts", pa.int32()),
        ("tried_at", _INSTANT),
        ("due_at", _INSTANT),
        ("error", pa.string()),
    ]
)


def record_mandates(
    connection: duckdb.DuckDBPyConnection, listing: Listing, *, provider: str
) -> list[KnownMandate]:
    """Take in a list (see the port): mandates, ledger, and that it was listed."""
    known = read_mandates(connection)
    listed = read_listed(connection, provider)
    if _is_overtaken(listing, listed):
        return [one for one in known if one.mandate.provider == provider]
    observed = observe(known, listing, provider=provider)
    if observed.changed:
        put_mandates(connection, observed.changed)
        add_entries(connection, observed.changes)
        _forget_past_caps(connection, known, observed.changed)
    whole = listing.stated_at if listing.is_whole else listed.whole
    about = {"provider": provider, "latest": listing.stated_at, "whole": whole}
    connection.execute(_SQL["put_listed"], about)
    return observed.mandates


def _forget_past_caps(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[KnownMandate],
    changed: Sequence[KnownMandate],
) -> None:
    """Forget that time was asked for that a period has no more: what comes of it now, while it is
    not permitted, is told by no delta, and would be missed once it is permitted again.
    """
    ends = {one.mandate_id: one.mandate.period_end or END for one in known}
    for one in changed:
        point, end = one.mandate.metering_point, one.mandate.period_end or END
        if point is not None and end < ends.get(one.mandate_id, end):
            granularities = one.mandate.granularities
            forget_stretch(connection, point, Interval(end, END), granularities)


def read_listed(connection: duckdb.DuckDBPyConnection, provider: str) -> Listed:
    """When the provider's mandates were last listed."""
    rows = found_by(connection, _SQL["listed"], provider=provider)
    return Listed(**rows[0]) if rows else Listed()


def read_ledger(
    connection: duckdb.DuckDBPyConnection,
    *,
    after: int = 0,
    limit: int | None = None,
    mandates: Collection[int] | None = None,
) -> list[LedgerEntry]:
    """Entries in order: all, or ``limit`` of those after one, or of some mandates."""
    chosen = None if mandates is None else sorted(mandates)
    rows = found_by(connection, _SQL["all_entries"], after=after, limit=limit, mandates=chosen)
    return [_entry(row) for row in rows]


def read_outstanding(connection: duckdb.DuckDBPyConnection, sink: str) -> list[Outstanding]:
    """What ``sink`` has not taken yet, in order."""
    return [
        Outstanding(entry=_entry(row), attempts=row["attempts"], due_at=row["due_at"])
        for row in found_by(connection, _SQL["outstanding"], sink=sink)
    ]


def put_attempts(
    connection: duckdb.DuckDBPyConnection, sink: str, attempts: Sequence[Attempt]
) -> None:
    """Keep the last attempt at each entry."""
    last = {attempt.entry_id: {"sink": sink, **asdict(attempt)} for attempt in attempts}
    connection.register("new_attempts", pa.Table.from_pylist(list(last.values()), _ATTEMPTS))
    connection.execute(_SQL["put_attempts"])


def _is_overtaken(listing: Listing, listed: Listed) -> bool:
    latest = listed.latest
    return latest is not None and listing.stated_at < latest < listing.stated_at + CLOCK_SET_BACK


def add_entries(connection: duckdb.DuckDBPyConnection, changes: Sequence[MandateChange]) -> None:
    """Add changes to the ledger, in order."""
    [(last,)] = connection.execute(_SQL["last_entry"]).fetchall()
    rows = [
        {
            **asdict(change),
            "entry_id": entry_id,
            "message_id": f"mandate_{uuid.uuid4().hex}",
            "kind": change.kind.value,
        }
        for entry_id, change in enumerate(changes, last + 1)
    ]
    connection.register("new_entries", pa.Table.from_pylist(rows, _ENTRIES))
    connection.execute(_SQL["add_entries"])


def _entry(row: dict[str, Any]) -> LedgerEntry:
    change = MandateChange(
        mandate_id=row["mandate_id"],
        seen_at=row["seen_at"],
        kind=ChangeKind(row["kind"]),
        fields=tuple(FieldChange(**field) for field in row["fields"]),
    )
    return LedgerEntry(row["entry_id"], row["message_id"], change)
