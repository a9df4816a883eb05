"""What a person decides on what is held back, and doing it: keep, erase, confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kwartier.errors import InputError
from kwartier.registry import Customer
from kwartier.registry.holders import customers_by_reference
from kwartier.retention import (
    Blocked,
    Decision,
    DecisionKind,
    Erased,
    Hold,
    RetentionPolicy,
)
from kwartier.store.port import Store
from kwartier.sync.retention import Enforced, enforce, review


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Who decides, when and why: kept with the decision. InputError for an empty reason."""

    who: str
    why: str
    now: datetime

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise InputError("why", "must not be empty", "it is kept with the decision")


def hold_of(store: Store, mandate_id: int, *, now: datetime, policy: RetentionPolicy) -> Hold:
    """What is on hold on account of a mandate; InputError if nothing is."""
    for hold in review(store, now=now, policy=policy).holds:
        if hold.known.mandate_id == mandate_id:
            return hold
    raise InputError("ID", f"nothing is on hold as {mandate_id}", "see `kwartier holds`")


def keep_held(store: Store, hold: Hold, by: Deciding) -> None:
    """Keep what is on hold, though the mandate was ended."""
    store.decide([_decision(DecisionKind.KEEP, hold, by)])


def going_with(store: Store, hold: Hold, by: Deciding) -> list[Erased]:
    """What would go at once if this hold were erased; nothing is decided by it."""
    decision = _decision(DecisionKind.ERASE, hold, by)
    seen = review(store, now=by.now, policy=RetentionPolicy(), more=[decision])
    due = [one for one in seen.due if one.metering_point == hold.known.mandate.metering_point]
    return seen.taken_by(due)


def erase_held(store: Store, hold: Hold, by: Deciding) -> Enforced:
    """Erase what is on hold, at once; of an ambiguous mandate, what lies outside its period."""
    store.decide([_decision(DecisionKind.ERASE, hold, by)])
    points = {hold.known.mandate.metering_point or ""}
    return enforce(store, now=by.now, policy=RetentionPolicy(), points=points)


def stopped_by_fuse(blocked: Iterable[Blocked]) -> dict[str, list[Blocked]]:
    """What each fuse stopped, by the name of exactly that: other orders, another name."""
    by_fuse = groupby(sorted(blocked, key=lambda one: one.fuse), key=lambda one: one.fuse)
    groups = [list(some) for _, some in by_fuse]
    return {_name_of(some): some for some in groups}


def confirm_stopped(store: Store, name: str, by: Deciding, *, policy: RetentionPolicy) -> Enforced:
    """Let go what a fuse stopped, exactly as it was listed under this name. InputError if nothing
    is stopped under it, or not any more.
    """
    stopped = stopped_by_fuse(review(store, now=by.now, policy=policy).blocked)
    if name not in stopped:
        rule = f"the fuse stopped nothing called {name!r}"
        raise InputError("ID", rule, "`kwartier holds` lists what it did")
    confirmed = [
        Decision(
            kind=DecisionKind.CONFIRM,
            order=one.digest,
            decided_at=by.now,
            decided_by=by.who,
            why=by.why,
        )
        for one in stopped[name]
    ]
    store.decide(confirmed)
    points = {one.order.metering_point for one in stopped[name]}
    return enforce(store, now=by.now, policy=policy, points=points)


def customers_behind(store: Store) -> dict[int, Customer]:
    """The customer behind each mandate, by the mandate's number."""
    by_reference = customers_by_reference(store.customers(), store.references())
    found = ((one, by_reference.get(one.mandate.reference_number)) for one in store.mandates())
    return {one.mandate_id: customer for one, customer in found if customer is not None}


def _decision(kind: DecisionKind, hold: Hold, by: Deciding) -> Decision:
    return Decision(
        kind=kind,
        mandate_id=hold.known.mandate_id,
        decided_at=max(by.now, hold.known.changed_at),
        decided_by=by.who,
        why=by.why,
    )


def _name_of(blocked: Sequence[Blocked]) -> str:
    digests = " ".join(sorted(one.digest for one in blocked))
    return "F-" + hashlib.blake2b(digests.encode(), digest_size=4).hexdigest()
