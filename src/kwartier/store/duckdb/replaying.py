"""A backup that was put back: what was erased since it was made is erased again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import duckdb

from kwartier.registry import KnownMandate
from kwartier.retention import Decision, DecisionKind, People, Reason, Receipt, verify_chain
from kwartier.retention.decisions import BEGINNING, END
from kwartier.retention.order import Key
from kwartier.retention.receipts import keyed_digest, name_of_key
from kwartier.store.duckdb.forgetting import forget_again
from kwartier.store.duckdb.receipt_file import last_number, read_receipt_file, receipt_file_of
from kwartier.store.duckdb.receipts import (
    add_decisions,
    add_receipts,
    count_receipts,
    read_decisions,
    read_key,
    read_receipts,
)
from kwartier.store.duckdb.registry import read_mandates
from kwartier.store.duckdb.retraction import Retraction, Target
from kwartier.store.errors import StoreError
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.interval import Interval

_SQL = load_sql(__package__, "retention.sql")


def check_receipts(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse to read a store that may hold what the file beside it says was erased."""
    if last_number(path) > count_receipts(connection):
        raise StoreError(
            f"{path} was put back from a backup that knows less than the receipts beside it: "
            "`kwartier receipts --replay` erases again what was erased since, then read it"
        )


def replay_receipts(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Erase again, in the caller's transaction, what the file beside the store knows was erased
    and the store does not; returns how many receipts were replayed.

    What a person had erased is not fetched again either, and what was noted of people that was let
    go of is let go of again. Raises StoreError if the file is not the
    store's, or was altered.
    """
    known_count = count_receipts(connection)
    if last_number(path) <= known_count:
        return 0
    told, known = read_receipt_file(path), read_receipts(connection)
    broken = verify_chain(told)
    if broken or [one.hash for one in told[:known_count]] != [one.hash for one in known]:
        where = f"receipt {broken.number}: {broken.why}" if broken else "they part ways"
        raise StoreError(f"{receipt_file_of(path)} does not go with {path} ({where})")
    receipts = told[known_count:]
    key = read_key(connection)
    points = _points(connection, key)
    strangers = [one for one in receipts if one.key != name_of_key(key)]
    if strangers and points:
        raise StoreError(
            f"{receipt_file_of(path)} is of another store than {path}: move it to the store that "
            "it belongs to"
        )
    _erase_again(connection, receipts, points)
    _suppress_again(connection, receipts, key)
    forget_again(connection, receipts, key)
    add_receipts(connection, receipts)
    return len(receipts)


def _points(connection: duckdb.DuckDBPyConnection, key: bytes) -> Mapping[str, list[str]]:
    """The providers and metering points that the store has values of, by the point's digest."""
    points: dict[str, list[str]] = {}
    for (point,) in connection.execute(_SQL["points_with_series"]).fetchall():
        points.setdefault(keyed_digest(point, key), []).append(point)
    return points


def _erase_again(
    connection: duckdb.DuckDBPyConnection,
    receipts: Iterable[Receipt],
    points: Mapping[str, Sequence[str]],
) -> None:
    providers = [name for (name,) in connection.execute(_SQL["providers"]).fetchall()]
    stretches: defaultdict[tuple[Key, str], list[Interval]] = defaultdict(list)
    for receipt in receipts:
        granularity = receipt.granularity
        if granularity is None:
            continue
        for provider, point in product(providers, points.get(receipt.metering_point, ())):
            key = (provider, point, granularity)
            stretches[key, receipt.energy_type] += receipt.bounds
    targets = [
        Target(key=key, energy_type=energy_type, stretches=parts)
        for (key, energy_type), parts in stretches.items()
    ]
    if not targets:
        return
    retraction = Retraction(connection, targets, inside=True)
    retraction.carry_out()
    for number, target in enumerate(targets):
        retraction.forget(number, target.stretches)
    retraction.close()


def _suppress_again(
    connection: duckdb.DuckDBPyConnection, receipts: Iterable[Receipt], key: bytes
) -> None:
    """Suppress what receipts say was not to be fetched again, and lift what they say was lifted."""
    mandates = read_mandates(connection)
    people = People(read_decisions(connection))
    known = {one.mandate_id: {each.period for each in people.suppressions(one)} for one in mandates}
    decisions: list[Decision] = []
    for receipt in receipts:
        for one in mandates:
            if _is_of(receipt, one, key):
                decisions += _decisions(receipt, one.mandate_id, known[one.mandate_id])
    if decisions:
        add_decisions(connection, decisions)


def _decisions(receipt: Receipt, mandate_id: int, known: set[Interval]) -> Iterator[Decision]:
    """What a receipt adds to the periods ``known`` to be suppressed of a mandate, or takes away:
    nothing where another granularity's said so already.
    """
    about: dict[str, Any] = {
        "mandate_id": mandate_id,
        "decided_at": receipt.erased_at,
        "decided_by": "kwartier",
        "why": f"receipt {receipt.number} tells of it; the store was put back from a backup",
    }
    if receipt.reason is Reason.LIFTED and known:
        known.clear()
        yield Decision(kind=DecisionKind.LIFT, **about)
    for period in receipt.suppressed:
        if period not in known:
            known.add(period)
            yield Decision(
                kind=DecisionKind.SUPPRESS,
                start=None if period.start == BEGINNING else period.start,
                end=None if period.end == END else period.end,
                **about,
            )


def _is_of(receipt: Receipt, one: KnownMandate, key: bytes) -> bool:
    point, reference = one.mandate.metering_point, one.mandate.reference_number
    return (
        point is not None
        and receipt.metering_point == keyed_digest(point, key)
        and receipt.reference == keyed_digest(reference, key)
        and receipt.granularity in one.mandate.granularities
    )
