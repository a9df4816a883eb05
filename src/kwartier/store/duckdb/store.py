"""The embedded store: DuckDB in one file."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final, Self

import duckdb
import pyarrow as pa

from kwartier.measurements import Fetched
from kwartier.registry import (
    Customer,
    DataOwner,
    DeliveryAddress,
    KnownMandate,
    LedgerEntry,
    Listed,
    Listing,
    Reference,
)
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import Applied, CustomerChange
from kwartier.retention import Decision, Detail, Erased, Held, Order, Receipt
from kwartier.store.contents import Contents, Mark
from kwartier.store.duckdb import (
    addresses,
    asked,
    consents,
    data_owners,
    erasing,
    forgetting,
    former,
    ledger,
    publication,
    receipts,
    records,
    registry,
    suppressing,
    tracing,
)
from kwartier.store.duckdb.connection import check_there, reading, writing
from kwartier.store.duckdb.extents import read_held
from kwartier.store.duckdb.history import read_changes
from kwartier.store.duckdb.holdings import read_holdings
from kwartier.store.duckdb.layout import STORE_VERSION
from kwartier.store.duckdb.lock import deciding_lock
from kwartier.store.duckdb.merge import merge_batch
from kwartier.store.duckdb.narrowing import narrowed
from kwartier.store.duckdb.receipt_file import read_receipt_file
from kwartier.store.duckdb.scan import (
    read_coverage,
    read_fetches,
    read_revisions,
    read_synced_at,
    scan_values,
)
from kwartier.store.duckdb.summaries import read_summaries
from kwartier.store.outcomes import Attempt, Committed, Outstanding
from kwartier.store.port import Selection, Store, check_as_of
from kwartier.store.records import Records
from kwartier.store.trace import Trace
from kwartier.store.wanted_days import WantedDays
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity

WAIT_SECONDS: Final = 30.0
_READ_AHEAD_ROWS: Final = 1_000_000


class DuckDBStore:
    """A :class:`~kwartier.store.port.Store` in the file at ``path``.

    Each call opens the file, waiting up to ``wait_seconds`` for another process to be done, and
    closes it again. A scan of up to a million rows is read at once and lets go of the file before
    its first batch; a larger one streams and keeps other readers welcome but writers waiting, so
    use it up without delay, or write it out with :func:`kwartier.export.export_parquet` first.
    """

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        snapshot: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        self._path = path.absolute()
        self._wait_seconds = wait_seconds
        self._snapshot = snapshot

    def __repr__(self) -> str:
        return f"DuckDBStore({str(self._path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing stays open between calls."""

    def create(self) -> None:
        """Make an empty store, unless there is one."""
        if not self._path.exists():
            with writing(self._path, self._wait_seconds):
                pass

    def migrate(self) -> int:
        check_there(self._path)
        with writing(self._path, self._wait_seconds):
            return STORE_VERSION

    @contextmanager
    def snapshot(
        self, *, about: str | None = None, metering_point: str | None = None
    ) -> Iterator[Store]:
        with self._reading() as connection, narrowed(connection, about, metering_point):
            yield DuckDBStore(self._path, wait_seconds=self._wait_seconds, snapshot=connection)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._snapshot is not None:
            yield self._snapshot
            return
        with reading(self._path, self._wait_seconds) as connection:
            yield connection

    def commit(self, batch: Sequence[Fetched]) -> Committed:
        """Keep the answers, all together or not at all (see the port)."""
        if not batch:
            return Committed()
        with writing(self._path, self._wait_seconds) as connection:
            return merge_batch(connection, batch)

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

    def change_customers(
        self, changes: Sequence[CustomerChange], *, provider: str, now: datetime
    ) -> Applied:
        with writing(self._path, self._wait_seconds) as connection:
            return registry.change_customers(connection, changes, provider=provider, now=now)

    def environments(self) -> dict[str, str]:
        with self._reading() as connection:
            return registry.read_environments(connection)

    def note_environment(self, provider: str, environment: str) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            registry.note_environment(connection, provider=provider, environment=environment)

    def records(self, customer_id: str | None = None) -> Records:
        with self._reading() as connection:
            tables = records.read_tables(connection, customer_id)
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

    def remove_data_owner(
        self, data_owner: str, *, customer_id: str, at: datetime
    ) -> list[Receipt]:
        with writing(self._path, self._wait_seconds) as connection:
            return forgetting.remove_data_owner(
                connection, data_owner, customer_id=customer_id, at=at
            )

    def note_addresses(
        self,
        told: Mapping[str, DeliveryAddress | None],
        *,
        provider: str,
        fetched_at: datetime,
    ) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            addresses.note_addresses(connection, told, provider=provider, fetched_at=fetched_at)

    def add_wording(self, wording: Wording) -> bool:
        with writing(self._path, self._wait_seconds) as connection:
            return consents.add_wording(connection, wording)

    def wordings(self) -> list[Wording]:
        with self._reading() as connection:
            return consents.read_wordings(connection)

    def note_consents(self, given: Sequence[Consent]) -> int:
        with writing(self._path, self._wait_seconds) as connection:
            return consents.note_consents(connection, given)

    def withdraw_consents(self, references: Collection[str], purpose: str, *, at: datetime) -> int:
        with writing(self._path, self._wait_seconds) as connection:
            return consents.withdraw_consents(connection, references, purpose, at)

    def consents(self) -> list[Consent]:
        with self._reading() as connection:
            return consents.read_consents(connection)

    def record_mandates(self, listing: Listing, *, provider: str) -> list[KnownMandate]:
        with writing(self._path, self._wait_seconds) as connection:
            return ledger.record_mandates(connection, listing, provider=provider)

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

    def turns(self, mandates: Sequence[int] | None = None) -> pa.Table:
        with self._reading() as connection:
            return records.read_turns(connection, mandates)

    def outstanding(self, sink: str) -> list[Outstanding]:
        with self._reading() as connection:
            return ledger.read_outstanding(connection, sink)

    def note_attempts(self, sink: str, attempts: Sequence[Attempt]) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            ledger.put_attempts(connection, sink, attempts)

    def deliveries(self) -> dict[str, list[Attempt]]:
        with self._reading() as connection:
            return tracing.read_deliveries(connection)

    def contents(self, since: Mark | None = None) -> Contents:
        with self._reading() as connection:
            return publication.read_contents(connection, since)

    def publications(self) -> list[Path]:
        with self._reading() as connection:
            return publication.read_publications(connection)

    def note_publication(self, folder: Path) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            publication.put_publication(connection, folder)

    def forget_publication(self, folder: Path) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            publication.remove_publication(connection, folder)

    def held(self, metering_points: Sequence[str] | None = None) -> list[Held]:
        with self._reading() as connection:
            return read_held(connection, metering_points)

    def find_outside(self, orders: Sequence[Order]) -> list[Erased]:
        with self._reading() as connection:
            return erasing.find_outside(connection, orders)

    def retract(self, orders: Sequence[Order], *, at: datetime) -> list[Receipt]:
        with writing(self._path, self._wait_seconds) as connection:
            made = erasing.retract(connection, orders, at=at)
        return self._told(made)

    def forget(self, details: Sequence[Detail], *, at: datetime) -> list[Receipt]:
        with writing(self._path, self._wait_seconds) as connection:
            made = forgetting.forget(connection, details, at=at)
        return self._told(made)

    def _told(self, made: list[Receipt]) -> list[Receipt]:
        """Receipts that were just kept, now beside the store too."""
        if made:
            with writing(self._path, self._wait_seconds) as connection:
                erasing.write_receipts(self._path, connection)
        return made

    def erasing(self) -> list[Receipt]:
        with self._reading() as connection:
            return receipts.read_erasing(connection)

    def rewrite(self) -> bool:
        return erasing.rewrite(self._path, self._wait_seconds)

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

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """One decision at a time, from the last look at what would go until it went: of two at
        once the second sees what the first did. Readers and writers go on. StoreBusyError when
        another takes too long.
        """
        with deciding_lock(self._path, deadline=time.monotonic() + self._wait_seconds):
            yield

    def decide(self, decisions: Sequence[Decision]) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            suppresses = suppressing.decide(connection, decisions)
        if suppresses:
            with writing(self._path, self._wait_seconds) as connection:
                suppressing.tell(self._path, connection)


def _chained(
    ahead: list[pa.RecordBatch], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    yield from chain(ahead, batches)
