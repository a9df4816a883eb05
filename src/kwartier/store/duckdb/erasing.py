"""Carrying out orders: rows away, receipts made, receivers told, and the file written anew."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from kwartier.registry import ChangeKind, FieldChange, KnownMandate, MandateChange
from kwartier.retention import Erased, Erasure, Order, People, Receipt, chain
from kwartier.retention.decisions import BEGINNING, END
from kwartier.retention.receipts import keyed_digest, name_of_key
from kwartier.store.duckdb.copying import copy_store
from kwartier.store.duckdb.files import discard, draft_of, settle
from kwartier.store.duckdb.former import delete_former_stores
from kwartier.store.duckdb.layout import check_version
from kwartier.store.duckdb.ledger import add_entries
from kwartier.store.duckdb.lock import file_lock, writer_lock
from kwartier.store.duckdb.opening import opened
from kwartier.store.duckdb.receipt_file import append_receipts, read_receipt_file
from kwartier.store.duckdb.receipts import (
    add_receipts,
    note_erased,
    read_decisions,
    read_erasing,
    read_key,
    read_receipts,
)
from kwartier.store.duckdb.registry import read_mandates
from kwartier.store.duckdb.replaying import replay_receipts
from kwartier.store.duckdb.retraction import Retraction, Taken, Target
from kwartier.store.errors import StoreError
from kwartier.vocabulary.interval import Interval, subtract, union

_ALWAYS: Final = Interval(BEGINNING, END)


def find_outside(connection: duckdb.DuckDBPyConnection, orders: Sequence[Order]) -> list[Erased]:
    """What ``orders`` would take away; those that find nothing are left out."""
    if not orders:
        return []
    with _retraction(connection, orders) as retraction:
        return [_erased(orders[taken.number], taken) for taken in retraction.find()]


def retract(
    connection: duckdb.DuckDBPyConnection, orders: Sequence[Order], *, at: datetime
) -> list[Receipt]:
    """Take away what ``orders`` say, in the caller's transaction, and make out receipts."""
    if not orders:
        return []
    with _retraction(connection, orders) as retraction:
        taken = retraction.carry_out()
        bounds = {one.number: _bounds(retraction, orders[one.number], one) for one in taken}
        for number, parts in bounds.items():
            # Also where nothing had come yet: what comes now, while it is not permitted, is not
            # told of, and so would be missed once it is permitted again.
            outside = subtract([_ALWAYS], orders[number].kept)
            retraction.forget(number, union([*parts, *outside]))
    if not taken:
        return []
    known = {one.mandate_id: one for one in read_mandates(connection)}
    people = People(read_decisions(connection))
    key = read_key(connection)
    erasures = [
        _erasure(
            orders[one.number],
            one,
            bounds[one.number],
            at,
            known[orders[one.number].mandate_id],
            people,
            key,
        )
        for one in taken
    ]
    before = read_receipts(connection)
    receipts = chain(erasures, before[-1] if before else None)
    add_receipts(connection, receipts)
    add_entries(
        connection,
        [_told(orders[one.number], bounds[one.number], at) for one in taken],
    )
    return receipts


def write_receipts(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the file of receipts up to date; whoever calls is the only writer."""
    receipts, told = read_receipts(connection), read_receipt_file(path)
    if [one.hash for one in told] != [one.hash for one in receipts[: len(told)]]:
        raise StoreError(
            f"the receipts beside {path} are not those of this store: "
            "`kwartier receipts --verify` says from where on"
        )
    append_receipts(path, receipts[len(told) :])


def rewrite(path: Path, wait_seconds: float, *, sparing: Path | None = None) -> bool:
    """Write the file anew if bytes of what was erased may be left in it; whether it was. Former
    stores beside it are deleted then, but for the one to be spared.

    Readers go on meanwhile, and those that have the old file open use it up; writers wait. A kill
    leaves the old file or the new one, and that it is still to be done unless it was.
    """
    deadline = time.monotonic() + wait_seconds
    with writer_lock(path, deadline=deadline):
        with _alone(path, deadline) as connection:
            connection.execute("BEGIN")
            replay_receipts(connection, path)
            connection.execute("COMMIT")
            write_receipts(path, connection)
            receipts = read_erasing(connection)
            if not receipts:
                return False
            connection.execute("CHECKPOINT")
            # Nobody else has the file open: what lies here was left by a process that was killed.
            shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)
        delete_former_stores(path, but=sparing)
        draft = draft_of(path)
        try:
            copy_store(path, draft)
            settle(draft, path)
        finally:
            discard(draft)
        with _alone(path, deadline=time.monotonic() + wait_seconds) as connection:
            note_erased(connection, receipts[-1].number)
    return True


@contextmanager
def _alone(path: Path, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for whoever has the writer's lock, when no reader is there either."""
    with (
        file_lock(path, exclusive=True, deadline=deadline),
        opened(path, read_only=False, deadline=deadline) as connection,
    ):
        check_version(connection, path)
        yield connection


@contextmanager
def _retraction(
    connection: duckdb.DuckDBPyConnection, orders: Sequence[Order]
) -> Iterator[Retraction]:
    targets = [
        Target(key=order.key, energy_type=order.energy_type, stretches=order.kept)
        for order in orders
    ]
    retraction = Retraction(connection, targets, inside=False)
    yield retraction
    retraction.close()


def _bounds(retraction: Retraction, order: Order, taken: Taken) -> tuple[Interval, ...]:
    """Stretches that hold all that was taken, whole slices across an edge too."""
    outside = subtract([taken.slices], order.kept)
    return tuple(union([*outside, *retraction.across(taken.number)]))


def _erased(order: Order, taken: Taken) -> Erased:
    return Erased(
        order=order,
        values=taken.values,
        revisions=taken.revisions,
        days=taken.days,
        start=taken.slices.start,
        end=taken.slices.end,
    )


def _erasure(
    order: Order,
    taken: Taken,
    bounds: tuple[Interval, ...],
    at: datetime,
    known: KnownMandate,
    people: People,
    key: bytes,
) -> Erasure:
    return Erasure(
        erased_at=at,
        reason=order.reason,
        key=name_of_key(key),
        metering_point=keyed_digest(order.metering_point, key),
        reference=keyed_digest(known.mandate.reference_number, key),
        energy_type=order.energy_type,
        granularity=order.granularity,
        bounds=bounds,
        suppressed=tuple(decision.period for decision in people.suppressions(known)),
        values=taken.values,
        revisions=taken.revisions,
        days=taken.days,
    )


def _told(order: Order, bounds: Sequence[Interval], at: datetime) -> MandateChange:
    """What receivers are told, in order with the mandate's changes."""
    fields = tuple(FieldChange(order.granularity.value, str(part), None) for part in bounds)
    return MandateChange(order.mandate_id, at, ChangeKind.RETRACTED, fields)
