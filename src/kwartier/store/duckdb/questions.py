"""What the store can be asked: each question in a reading of its own, or many in a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, DataOwner, KnownMandate, LedgerEntry, Listed, Reference
from kwartier.registry.consents import Consent, Wording
from kwartier.retention import Decision, Erased, Held, Order, Receipt
from kwartier.store.contents import Contents, Mark
from kwartier.store.duckdb import (
    asked,
    consents,
    data_owners,
    erasing,
    former,
    ledger,
    publication,
    receipts,
    records,
    registry,
    tracing,
)
from kwartier.store.duckdb.connection import reading
from kwartier.store.duckdb.extents import read_held
from kwartier.store.duckdb.history import read_changes
from kwartier.store.duckdb.holdings import read_holdings
from kwartier.store.duckdb.receipt_file import read_receipt_file
from kwartier.store.duckdb.scan import (
    read_coverage,
    read_fetches,
    read_revisions,
    read_synced_at,
    scan_values,
)
from kwartier.store.duckdb.summaries import read_summaries
from kwartier.store.outcomes import Attempt, Outstanding
from kwartier.store.port import Selection, check_as_of
from kwartier.store.records import Records
from kwartier.store.trace import Trace
from kwartier.store.wanted_days import WantedDays
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity

_READ_AHEAD_ROWS: Final = 1_000_000


class Questions:
    """The questions of a :class:`~kwartier.store.port.Store`, which says what each answers, to the
    file at ``path``; to the connection of a ``snapshot``, if there is one.
    """

    def __init__(
        self, path: Path, wait_seconds: float, snapshot: duckdb.DuckDBPyConnection | None
    ) -> None:
        self._path, self._wait_seconds, self._snapshot = path, wait_seconds, snapshot

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._snapshot is not None:
            yield self._snapshot
            return
        with reading(self._path, self._wait_seconds) as connection:
            yield connection

    def asked(self, metering_points: Sequence[str]) -> list[Asked]:
        with self._reading() as connection:
            return asked.read_asked(connection, metering_points)

    def scan(
        self, selection: Selection | None = None, *, as_of: datetime | None = None
    ) -> Iterator[pa.RecordBatch]:
        check_as_of(as_of)
        batches = self._stream(selection or Selection(), as_of)
        ahead: list[pa.RecordBatch] = []
        while sum(batch.num_rows for batch in ahead) <= _READ_AHEAD_ROWS:
            try:
                ahead.append(next(batches))
            except StopIteration:
                return iter(ahead)
        return _chained(ahead, batches)

    def _stream(self, selection: Selection, as_of: datetime | None) -> Iterator[pa.RecordBatch]:
        with self._reading() as connection:
            yield from scan_values(connection, selection, as_of)

    def summaries(
        self, stretches: pa.Table, *, granularity: Granularity, direction: str
    ) -> pa.Table:
        with self._reading() as connection:
            return read_summaries(
                connection, stretches, granularity=granularity, direction=direction
            )

    def coverage(self, metering_points: Sequence[str] | None = None) -> pa.Table:
        with self._reading() as connection:
            return read_coverage(connection, metering_points)

    def holdings(self, wanted: Sequence[WantedDays]) -> pa.Table:
        with self._reading() as connection:
            return read_holdings(connection, wanted)

    def revisions(self, metering_points: Sequence[str] | None = None) -> pa.Table:
        with self._reading() as connection:
            return read_revisions(connection, metering_points)

    def changes(
        self, selection: Selection | None = None, *, since: datetime | None = None
    ) -> pa.Table:
        with self._reading() as connection:
            return read_changes(connection, selection or Selection(), since)

    def trace(self, metering_points: Sequence[str], selection: Selection) -> Trace:
        with self._reading() as connection:
            return tracing.read_trace(connection, metering_points, selection)

    def fetches(self) -> pa.Table:
        with self._reading() as connection:
            return read_fetches(connection)

    def answers(self, askers: pa.Table) -> pa.Table:
        with self._reading() as connection:
            return records.read_answers(connection, askers)

    def synced_at(self, provider: str | None = None) -> datetime | None:
        with self._reading() as connection:
            return read_synced_at(connection, provider)

    def environments(self) -> dict[str, str]:
        with self._reading() as connection:
            return registry.read_environments(connection)

    def records(self) -> Records:
        with self._reading() as connection:
            tables = records.read_tables(connection)
        return tables.records()

    def customers(self) -> list[Customer]:
        with self._reading() as connection:
            return registry.read_customers(connection)

    def count_customers(self) -> int:
        with self._reading() as connection:
            return records.count_customers(connection)

    def references(self) -> list[Reference]:
        with self._reading() as connection:
            return registry.read_references(connection)

    def data_owners(self) -> list[DataOwner]:
        with self._reading() as connection:
            return data_owners.read_data_owners(connection)

    def wordings(self) -> list[Wording]:
        with self._reading() as connection:
            return consents.read_wordings(connection)

    def consents(self) -> list[Consent]:
        with self._reading() as connection:
            return consents.read_consents(connection)

    def mandates(self, *, after: int = 0, limit: int | None = None) -> list[KnownMandate]:
        with self._reading() as connection:
            return registry.read_mandates(connection, after=after, limit=limit)

    def listed(self, provider: str) -> Listed:
        with self._reading() as connection:
            return ledger.read_listed(connection, provider)

    def ledger(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        mandates: Collection[int] | None = None,
    ) -> list[LedgerEntry]:
        with self._reading() as connection:
            return ledger.read_ledger(connection, after=after, limit=limit, mandates=mandates)

    def turns(self) -> pa.Table:
        with self._reading() as connection:
            return records.read_turns(connection)

    def outstanding(self, sink: str) -> list[Outstanding]:
        with self._reading() as connection:
            return ledger.read_outstanding(connection, sink)

    def deliveries(self) -> dict[str, list[Attempt]]:
        with self._reading() as connection:
            return tracing.read_deliveries(connection)

    def contents(self, since: Mark | None = None) -> Contents:
        with self._reading() as connection:
            return publication.read_contents(connection, since)

    def publications(self) -> list[Path]:
        with self._reading() as connection:
            return publication.read_publications(connection)

    def held(self) -> list[Held]:
        with self._reading() as connection:
            return read_held(connection)

    def find_outside(self, orders: Sequence[Order]) -> list[Erased]:
        with self._reading() as connection:
            return erasing.find_outside(connection, orders)

    def erasing(self) -> list[Receipt]:
        with self._reading() as connection:
            return receipts.read_erasing(connection)

    def former_stores(self) -> list[Path]:
        return former.former_stores(self._path)

    def receipts(self) -> list[Receipt]:
        with self._reading() as connection:
            return receipts.read_receipts(connection)

    def receipts_beside(self) -> list[Receipt]:
        return read_receipt_file(self._path)

    def receipt_digests(self, texts: Sequence[str]) -> dict[str, str]:
        with self._reading() as connection:
            return tracing.receipt_digests(connection, texts)

    def decisions(self) -> list[Decision]:
        with self._reading() as connection:
            return receipts.read_decisions(connection)


def _chained(
    ahead: list[pa.RecordBatch], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    yield from chain(ahead, batches)
