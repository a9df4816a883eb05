"""What every store can do. One contract suite (tests/contract) holds all of them to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, Self

import pyarrow as pa

from kwartier.errors import InputError
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
from kwartier.store.outcomes import Attempt, Committed, Outstanding
from kwartier.store.records import Records
from kwartier.store.trace import Trace
from kwartier.store.wanted_days import WantedDays
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which values to read; None means all. ``start`` <= slice start < ``end``."""

    metering_points: tuple[str, ...] | None = None
    energy_type: str | None = None
    granularity: Granularity | None = None
    direction: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def check_as_of(as_of: datetime | None) -> None:
    """Raise :class:`InputError` for an instant without a zone: it could mean two."""
    if as_of is not None and as_of.tzinfo is None:
        raise InputError("as_of", "needs a time zone", "such as datetime(2026, 11, 1, tzinfo=UTC)")


CLOCK_SET_BACK: Final = timedelta(minutes=10)


class Store(Protocol):
    """A store of values, revisions, fetches and coverage, and of the registry.

    Errors are :class:`~kwartier.store.errors.StoreError`.
    """

    def __enter__(self) -> Self: ...
    def __exit__(self, *exc: object) -> None: ...

    def migrate(self) -> int:
        """Bring a store that an older version wrote up to date, as every write does first; return
        its version.
        """
        ...

    def snapshot(
        self, *, about: str | None = None, metering_point: str | None = None
    ) -> AbstractContextManager[Store]:
        """The store as it is at one moment, to ask several things of: opened once, and nobody
        commits meanwhile. Use one answer up before asking for the next, and only read.

        One ``about`` a customer (its id) tells of no others than those who share a metering point
        with it, and costs little however many there are: customers, references, data owners,
        consents, mandates, their ledger, who was told of it, decisions, and of these metering
        points what is held and every value. Each is read when it is first asked for, and once.
        Fetches, receipts and wordings are as they are. So it is with one about a
        ``metering_point``, which tells of whoever shares or shared that.
        """
        ...

    def commit(self, batch: Sequence[Fetched]) -> Committed:
        """Keep the answers: values, revisions, fetches and coverage, all together or not at all.

        The later ``fetched_at`` wins. A changed value, validation state or gas conversion factor
        moves the old row to the revisions, an unchanged one writes nothing. An OK read-time fetch
        speaks for its scopes: a row there that it does not carry moves to the revisions too,
        unless it overlaps an undecoded part (one of unknown time protects the whole window).
        A row from a fetch older than a recorded read-time fetch whose scope holds it is dropped.
        """
        ...

    def asked(self, metering_points: Sequence[str]) -> list[Asked]:
        """What successful fetches have settled and brought, per metering point and granularity."""
        ...

    def scan(
        self, selection: Selection | None = None, *, as_of: datetime | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Values in the measurements schema, in batches, in no promised order: the current ones,
        or with ``as_of`` those known at that instant, each from its fetch until the fetch that
        superseded it. What only describes a series is always as now known, and what a retraction
        erased is gone from the past, too.

        A small answer is read whole before the first batch comes; while a large one streams, no
        commit can be made (see the store's own words). Close the iterator if you leave it early.
        """
        ...

    def summaries(
        self, stretches: pa.Table, *, granularity: Granularity, direction: str
    ) -> pa.Table:
        """The current values of ``stretches`` (``STRETCHES_SCHEMA``) summed up: one row a
        stretch, series and validation state (``SUMMARIES_SCHEMA``), in no promised order.

        Only slices as long as ``granularity`` says count, which must be of a fixed length. The
        stretches of a metering point do not overlap.
        """
        ...

    def coverage(self, metering_points: Sequence[str] | None = None) -> pa.Table:
        """Per series and local day: ``present`` values, of which ``estimated``, ``provisional``.

        Columns: the series columns, ``day`` (date32), and the three counts (int32).
        """
        ...

    def holdings(self, wanted: Sequence[WantedDays]) -> pa.Table:
        """How much is held of these local days, one row a metering point and granularity of which
        anything is.

        Columns (``HOLDINGS_SCHEMA``): ``present`` slices of the days that are due, ``estimated``
        and ``provisional`` slices of all wanted days, the ``newest_day`` of which any slice is
        held and how many (``newest_present``). A slice counts once, however many registers, and
        whether held at the headpoint, at the meter or at both: of the series that tell of the same
        slices, the one that holds the most of all wanted days counts.
        """
        ...

    def revisions(self, metering_points: Sequence[str] | None = None) -> pa.Table:
        """Superseded rows: the measurements columns, ``superseded_at`` (the fetch time that ended
        it) and ``change`` (``revised`` or ``removed``).
        """
        ...

    def changes(
        self, selection: Selection | None = None, *, since: datetime | None = None
    ) -> pa.Table:
        """Superseded rows beside what took their place, in the order in which that happened, from
        ``since`` on.

        Columns: the series columns, ``start`` and ``end``; ``value``, ``validation_state``,
        ``gas_conversion_factor`` and ``fetched_at`` as they were, and the first three as they
        became (``new_value``, ...: null where the row was removed); ``superseded_at``, ``change``
        (``revised`` or ``removed``); and of the fetch that did it ``reason``, ``kind`` and window.
        """
        ...

    def trace(self, metering_points: Sequence[str], selection: Selection) -> Trace:
        """The current values of ``selection`` and those that they superseded, each with the
        fetches that brought and ended it, and all fetches of ``metering_points``.
        """
        ...

    def fetches(self) -> pa.Table:
        """What was asked and answered, one row a fetch, in order of commitment."""
        ...

    def answers(self, askers: pa.Table) -> pa.Table:
        """How ``askers`` (``ASKERS_SCHEMA``) were answered, if at all (``ANSWERS_SCHEMA``)."""
        ...

    def synced_at(self, provider: str | None = None) -> datetime | None:
        """The provider's time of the latest successful fetch, of any or of one; None before it."""
        ...

    def change_customers(
        self, changes: Sequence[CustomerChange], *, provider: str, now: datetime
    ) -> Applied:
        """Add customers or change what is said of them, data owners too, and make a reference for
        each of them that has none with ``provider``: read and written together, so that of two
        changes at once neither is lost. InputError if a value is wrong, or a data owner another
        customer's; then nothing changes.
        """
        ...

    def environments(self) -> dict[str, str]:
        """Which environment of each provider the store is filled from, as far as that was noted."""
        ...

    def note_environment(self, provider: str, environment: str) -> None:
        """Keep which environment of ``provider`` the store is filled from; what is known stays."""
        ...

    def records(self) -> Records:
        """Customers, references and mandates, read at one moment and made of it once nobody has to
        wait for the store any more.
        """
        ...

    def customers(self) -> list[Customer]: ...

    def count_customers(self) -> int: ...

    def references(self) -> list[Reference]: ...

    def data_owners(self) -> list[DataOwner]:
        """The customers' data owners with the addresses that are known, the oldest first."""
        ...

    def remove_data_owner(
        self, data_owner: str, *, customer_id: str, at: datetime
    ) -> list[Receipt]:
        """Let a data owner that was given to the wrong customer be nobody's: the reference, the
        delivery address and what the customer agreed to under it go; its contracts and values
        stay. InputError if it is not the customer's.

        Makes out a receipt for the address, as :meth:`forget` does; ``at`` is the provider's time.
        """
        ...

    def note_addresses(
        self,
        told: Mapping[str, DeliveryAddress | None],
        *,
        provider: str,
        fetched_at: datetime,
    ) -> None:
        """Keep what was ``told`` of data owners' delivery addresses at ``fetched_at``, the
        provider's time; None: there is none. Passed over is a data owner that is not known, of
        which a later answer was kept, or of which no mandate lets anything be fetched now.
        """
        ...

    def add_wording(self, wording: Wording) -> bool:
        """Keep the words that customers agree to; whether they were not known. InputError if the
        version has other words in that language already.
        """
        ...

    def wordings(self) -> list[Wording]:
        """The words that customers agree to, the oldest first."""
        ...

    def note_consents(self, given: Sequence[Consent]) -> int:
        """Keep what customers agreed to; how much of it was not known. InputError if the words
        are not kept; then nothing is.
        """
        ...

    def withdraw_consents(self, references: Collection[str], purpose: str, *, at: datetime) -> int:
        """Keep that what was agreed to for ``purpose`` under ``references`` was withdrawn at
        ``at``; how many consents stood for it. InputError where one was given later, or where the
        purpose was never agreed to; then nothing is kept.
        """
        ...

    def consents(self) -> list[Consent]:
        """What customers agreed to, the oldest first; what was withdrawn since too."""
        ...

    def record_mandates(self, listing: Listing, *, provider: str) -> list[KnownMandate]:
        """Match a provider's list to the known mandates and keep what it changed, in the ledger
        too: read and written together. Returns all mandates of the provider as now known.

        A list that was stated before the latest recorded one, but arrives after it, is passed
        over; one that is :data:`CLOCK_SET_BACK` older tells of a clock that was set back, and is
        taken.
        """
        ...

    def mandates(self, *, after: int = 0, limit: int | None = None) -> list[KnownMandate]:
        """The mandates by id: all, or ``limit`` of those after the one of an id."""
        ...

    def listed(self, provider: str) -> Listed:
        """When the provider's mandates were last listed."""
        ...

    def ledger(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        mandates: Collection[int] | None = None,
    ) -> list[LedgerEntry]:
        """Every change of every mandate, in order; or ``limit`` of the entries after one, or
        those of some mandates.
        """
        ...

    def turns(self) -> pa.Table:
        """When mandates, by id, were first seen with each status (``TURNS_SCHEMA``)."""
        ...

    def outstanding(self, sink: str) -> list[Outstanding]:
        """The entries of the ledger that ``sink`` has not taken yet, in order."""
        ...

    def note_attempts(self, sink: str, attempts: Sequence[Attempt]) -> None:
        """Keep how ``sink`` took some entries; of an entry, its last attempt."""
        ...

    def deliveries(self) -> dict[str, list[Attempt]]:
        """How each sink took the ledger's entries that it was handed, by sink."""
        ...

    def contents(self, since: Mark | None = None) -> Contents:
        """The rows of each local month, and which of them came after ``since``; if nothing was
        erased since, only of months in which something changed.
        """
        ...

    def publications(self) -> list[Path]:
        """The folders of datasets published from this store, which a retraction reaches too."""
        ...

    def note_publication(self, folder: Path) -> None:
        """Keep in mind that a dataset is published in ``folder``."""
        ...

    def forget_publication(self, folder: Path) -> None:
        """No dataset is in ``folder`` any more."""
        ...

    def held(self) -> list[Held]:
        """What there is of each granularity of each metering point, revisions too, by its hull."""
        ...

    def find_outside(self, orders: Sequence[Order]) -> list[Erased]:
        """What ``orders`` would take away; those that find nothing are left out."""
        ...

    def retract(self, orders: Sequence[Order], *, at: datetime) -> list[Receipt]:
        """Take values, revisions and coverage away that ``orders`` do not let stay, and forget
        that their time was asked for; all together or not at all.

        Makes out receipts, in the store and in the file beside it, and tells of it in the ledger.
        ``at`` is the provider's time. Nobody reads the values any more; their bytes are left until
        :meth:`rewrite`, and the receipts among :meth:`erasing`.
        """
        ...

    def forget(self, details: Sequence[Detail], *, at: datetime) -> list[Receipt]:
        """Let go of what is noted of customers, or of data owners' addresses; all together or not
        at all. The ids stay.

        Makes out a receipt for each of which there was anything, as :meth:`retract` does; bytes
        are left until :meth:`rewrite`.
        """
        ...

    def erasing(self) -> list[Receipt]:
        """The receipts of which bytes may be left, in the store or in published files."""
        ...

    def rewrite(self) -> bool:
        """Erase the bytes that retractions left in the store, if there are any; whether there
        were. Former stores go, too. Readers go on meanwhile, writers wait. Cut off anywhere, it is
        done by the next call.
        """
        ...

    def former_stores(self) -> list[Path]:
        """What restoring backups left of the store as it was before, until something is erased."""
        ...

    def receipts(self) -> list[Receipt]:
        """The receipts of all that was erased, in order."""
        ...

    def receipts_beside(self) -> list[Receipt]:
        """The receipts in the file beside the store, which is to say the same."""
        ...

    def receipt_digests(self, texts: Sequence[str]) -> dict[str, str]:
        """What stands for each of these EANs or reference numbers in receipts, or for an order's
        words: digests with a key that stays with the store.
        """
        ...

    def deciding(self) -> AbstractContextManager[None]:
        """Until the block ends nobody else, in any process, decides what is kept or erased."""
        ...

    def decisions(self) -> list[Decision]:
        """What people decided on what may be held, in order."""
        ...

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Keep what people decided, after what was before; a suppression makes out receipts too."""
        ...
