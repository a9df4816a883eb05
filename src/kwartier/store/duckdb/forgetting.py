"""Letting go of what is noted of people: customers' details and delivery addresses.

Each leaves a receipt, without a granularity, so that a store put back from a backup lets go of it
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import duckdb

from kwartier.registry.data_owners import data_owner_of
from kwartier.retention import Detail, DetailKind, Erasure, Reason, Receipt, chain
from kwartier.retention.receipts import keyed_digest, name_of_key
from kwartier.store.duckdb.data_owners import read_data_owners
from kwartier.store.duckdb.receipts import add_receipts, read_key, read_receipts
from kwartier.store.duckdb.registry import read_customers
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "data_owners.sql")


def forget(
    connection: duckdb.DuckDBPyConnection, details: Iterable[Detail], *, at: datetime
) -> list[Receipt]:
    """Let go, in the caller's transaction, of those of ``details`` that there are, and make out
    receipts. The bytes are left until the file is rewritten.
    """
    there = _there(connection)
    gone = [one for one in details if one.of in there[one.kind]]
    if not gone:
        return []
    _carry_out(connection, {k: [one.of for one in gone if one.kind is k] for k in DetailKind})
    key = read_key(connection)
    before = read_receipts(connection)
    receipts = chain((_erasure(one, key, at) for one in gone), before[-1] if before else None)
    add_receipts(connection, receipts)
    return receipts


def remove_data_owner(
    connection: duckdb.DuckDBPyConnection, data_owner: str, *, customer_id: str, at: datetime
) -> list[Receipt]:
    """Let a data owner be the customer's no longer, in the caller's transaction: its address goes,
    with a receipt, and what the customer agreed to under it.
    """
    owner = data_owner_of(read_data_owners(connection), customer_id, data_owner)
    address = Detail(kind=DetailKind.ADDRESS, of=owner.data_owner, reason=Reason.DECIDED)
    receipts = forget(connection, [address], at=at)
    named = {"provider": owner.provider, "data_owner": owner.data_owner}
    connection.execute(_SQL["remove_data_owner"], named)
    connection.execute(_SQL["remove_its_reference"], named)
    connection.execute(_SQL["remove_its_consents"], {"data_owner": owner.data_owner})
    return receipts


def forget_again(
    connection: duckdb.DuckDBPyConnection, receipts: Iterable[Receipt], key: bytes
) -> None:
    """Let go of what receipts tell was let go of, after a backup brought it back."""
    told = {(one.energy_type, one.metering_point) for one in receipts if one.granularity is None}
    if not told:
        return
    gone = {
        kind: [of for of in names if (kind.value, keyed_digest(of, key)) in told]
        for kind, names in _there(connection).items()
    }
    _carry_out(connection, gone)


def _there(connection: duckdb.DuckDBPyConnection) -> dict[DetailKind, set[str]]:
    """Of whom there is anything to let go of."""
    return {
        # One who is not identified may have invitations, which are not kept here.
        DetailKind.CUSTOMER: {one.customer_id for one in read_customers(connection)},
        DetailKind.ADDRESS: {
            one.data_owner for one in read_data_owners(connection) if one.address is not None
        },
    }


def _carry_out(
    connection: duckdb.DuckDBPyConnection, gone: Mapping[DetailKind, Sequence[str]]
) -> None:
    for kind, names in gone.items():
        connection.execute(_SQL[f"forget_{kind.value}"], {"names": list(names)})


def _erasure(one: Detail, key: bytes, at: datetime) -> Erasure:
    digest = keyed_digest(one.of, key)
    return Erasure(
        erased_at=at,
        reason=one.reason,
        key=name_of_key(key),
        metering_point=digest,
        reference=digest,
        energy_type=one.kind.value,
        granularity=None,
        bounds=(),
        suppressed=(),
        values=0,
        revisions=0,
        days=0,
    )
