"""The embedded store: DuckDB in one file."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import duckdb

from kwartier.errors import InputError
from kwartier.measurements import Fetched
from kwartier.registry import DeliveryAddress, KnownMandate, Listing
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import Applied, CustomerChange
from kwartier.retention import Decision, Detail, Order, Receipt
from kwartier.store.duckdb import (
    addresses,
    consents,
    erasing,
    forgetting,
    ledger,
    publication,
    registry,
    suppressing,
)
from kwartier.store.duckdb.around import Around, laid_over
from kwartier.store.duckdb.connection import check_there, writing
from kwartier.store.duckdb.layout import STORE_VERSION
from kwartier.store.duckdb.lock import deciding_lock
from kwartier.store.duckdb.merge import merge_batch
from kwartier.store.duckdb.narrowing import NarrowQuestions
from kwartier.store.duckdb.questions import Questions
from kwartier.store.outcomes import Attempt, Committed
from kwartier.store.port import Store

WAIT_SECONDS: Final = 30.0


class DuckDBStore(Questions):
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
        super().__init__(path.absolute(), wait_seconds, snapshot)

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
        with self._reading() as connection:
            if about is None and metering_point is None:
                yield DuckDBStore(self._path, wait_seconds=self._wait_seconds, snapshot=connection)
                return
            around = Around(connection, about, metering_point)
            with laid_over(connection, around.points):
                yield _NarrowStore(
                    self._path, wait_seconds=self._wait_seconds, snapshot=connection, around=around
                )

    def commit(self, batch: Sequence[Fetched]) -> Committed:
        """Keep the answers, all together or not at all (see the port)."""
        if not batch:
            return Committed()
        with writing(self._path, self._wait_seconds) as connection:
            return merge_batch(connection, batch)

    def change_customers(
        self, changes: Sequence[CustomerChange], *, provider: str, now: datetime
    ) -> Applied:
        with writing(self._path, self._wait_seconds) as connection:
            return registry.change_customers(connection, changes, provider=provider, now=now)

    def note_environment(self, provider: str, environment: str) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            registry.note_environment(connection, provider=provider, environment=environment)

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

    def note_consents(self, given: Sequence[Consent]) -> int:
        with writing(self._path, self._wait_seconds) as connection:
            return consents.note_consents(connection, given)

    def withdraw_consents(self, references: Collection[str], purpose: str, *, at: datetime) -> int:
        with writing(self._path, self._wait_seconds) as connection:
            return consents.withdraw_consents(connection, references, purpose, at)

    def record_mandates(self, listing: Listing, *, provider: str) -> list[KnownMandate]:
        with writing(self._path, self._wait_seconds) as connection:
            return ledger.record_mandates(connection, listing, provider=provider)

    def note_attempts(self, sink: str, attempts: Sequence[Attempt]) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            ledger.put_attempts(connection, sink, attempts)

    def note_publication(self, folder: Path) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            publication.put_publication(connection, folder)

    def forget_publication(self, folder: Path) -> None:
        with writing(self._path, self._wait_seconds) as connection:
            publication.remove_publication(connection, folder)

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

    def rewrite(self) -> bool:
        return erasing.rewrite(self._path, self._wait_seconds)

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


class _NarrowStore(NarrowQuestions, DuckDBStore):
    """A snapshot about somebody or something."""

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float,
        snapshot: duckdb.DuckDBPyConnection,
        around: Around,
    ) -> None:
        super().__init__(path, wait_seconds=wait_seconds, snapshot=snapshot)
        self._around = around

    @contextmanager
    def snapshot(
        self, *, about: str | None = None, metering_point: str | None = None
    ) -> Iterator[Store]:
        """Itself: it is one moment already, and about the one that it is about."""
        if (about, metering_point) not in ((None, None), self._around.about):
            raise InputError("about", "must be whom or what the snapshot around it is about")
        yield self
