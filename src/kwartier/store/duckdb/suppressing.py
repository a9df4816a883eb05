"""Receipts of suppressions: what is not to be fetched again is remembered as what was erased is.

Each suppression, and each lift of some, leaves one for each granularity of its mandate, whether or
not there were values, so that a store put back from a backup that is older does not forget it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from kwartier.registry import KnownMandate
from kwartier.retention import Decision, DecisionKind, Erasure, Reason, chain
from kwartier.retention.receipts import keyed_digest, name_of_key
from kwartier.store.duckdb.erasing import write_receipts
from kwartier.store.duckdb.receipts import (
    add_decisions,
    add_receipts,
    note_told,
    read_key,
    read_receipts,
)
from kwartier.store.duckdb.registry import read_mandates


def decide(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> bool:
    """Keep what people decided, in the caller's transaction, and make out the receipts of what
    they suppressed or lifted; whether there are any, which are to be told (see :func:`tell`).
    """
    add_decisions(connection, decisions)
    chained = [one for one in decisions if one.kind in (DecisionKind.SUPPRESS, DecisionKind.LIFT)]
    if not chained:
        return False
    known = {one.mandate_id: one for one in read_mandates(connection)}
    key = read_key(connection)
    erasures = [
        erasure
        for decision in chained
        if decision.mandate_id in known
        for erasure in _erasures(decision, known[decision.mandate_id], key)
    ]
    before = read_receipts(connection)
    add_receipts(connection, chain(erasures, before[-1] if before else None))
    return bool(erasures)


def tell(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Add the receipts to the file; of those that erased nothing there are no bytes to erase."""
    write_receipts(path, connection)
    note_told(connection)


def _erasures(decision: Decision, one: KnownMandate, key: bytes) -> Iterator[Erasure]:
    point, energy_type = one.mandate.metering_point, one.mandate.energy_type
    if point is None or energy_type is None:
        return
    is_lift = decision.kind is DecisionKind.LIFT
    for granularity in sorted(one.mandate.granularities):
        yield Erasure(
            erased_at=decision.decided_at,
            reason=Reason.LIFTED if is_lift else Reason.REQUESTED,
            key=name_of_key(key),
            metering_point=keyed_digest(point, key),
            reference=keyed_digest(one.mandate.reference_number, key),
            energy_type=energy_type,
            granularity=granularity,
            bounds=(),
            suppressed=() if is_lift else (decision.period,),
            values=0,
            revisions=0,
            days=0,
        )
