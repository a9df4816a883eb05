"""Seeing to it that nothing is held that no mandate permits: before each sync, and by command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kwartier.export import republish
from kwartier.registry import KnownMandate
from kwartier.retention import (
    Blocked,
    Decision,
    Detail,
    Erased,
    Held,
    Hold,
    Order,
    People,
    Permits,
    Receipt,
    RetentionPolicy,
    examine,
    fuse,
    holds,
    idle_addresses,
    idle_customer,
)
from kwartier.store.port import Store
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval, subtract
from kwartier.vocabulary.local_time import Month, months_of


@dataclass(frozen=True, slots=True)
class Going:
    """What goes, or would."""

    found: Sequence[Erased]
    details: Sequence[Detail]

    @property
    def fingerprint(self) -> str:
        """Stands for exactly that: something else, another one."""
        told = sorted(
            f"{one.order.metering_point} {one.order.granularity} {one.start} {one.end} "
            f"{one.values} {one.revisions}"
            for one in self.found
        )
        told += sorted(f"{one.kind} {one.of}" for one in self.details)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def months(self) -> set[Month]:
        """The local months that lose something."""
        return _months(
            part
            for one in self.found
            for part in subtract([Interval(one.start, one.end)], one.order.kept)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is to be done of what a store holds: ``due`` goes, ``blocked`` waits for a person to
    confirm it, ``holds`` for a decision. ``found`` says how much each order would take. ``details``
    go too: what is noted of people, and no longer needed. It was judged by what is ``held`` and
    what the mandates ``permit``.
    """

    due: tuple[Order, ...]
    blocked: tuple[Blocked, ...]
    holds: tuple[Hold, ...]
    found: tuple[Erased, ...] = field(repr=False)
    details: tuple[Detail, ...] = ()
    held: tuple[Held, ...] = field(repr=False)
    permits: Permits = field(repr=False)

    def going(self, points: Collection[str] | None = None, leaving: str | None = None) -> Going:
        """What goes of some metering points and of the customer who is ``leaving``, or of all."""
        due = {one for one in self.due if points is None or one.metering_point in points}
        of = None if points is None else {*points, leaving}
        return Going(
            self.taken_by(due), [one for one in self.details if of is None or one.of in of]
        )

    def taken_by(self, orders: Collection[Order]) -> list[Erased]:
        """What some of the orders take."""
        return [one for one in self.found if one.order in orders]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """What was done: ``receipts`` of what was erased, ``points`` of which values were, the
    ``details`` and the ``former`` stores that went with them, and what waits for a person.
    """

    receipts: tuple[Receipt, ...] = ()
    points: int = 0
    details: tuple[Detail, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    holds: tuple[Hold, ...] = ()
    former: tuple[Path, ...] = ()

    @property
    def values(self) -> int:
        """How many values were erased, revisions included."""
        return sum(receipt.values + receipt.revisions for receipt in self.receipts)


def review(
    store: Store,
    *,
    now: datetime,
    policy: RetentionPolicy,
    more: Sequence[Decision] = (),
    listed: Sequence[KnownMandate] | None = None,
    leaving: str | None = None,
    is_invited: bool = False,
) -> Review:
    """What may not be held any more, by the mandates in ``store`` and what people decided, with
    ``more`` decisions that are only thought of, and mandates as they were just ``listed``.
    ``leaving`` is the id of a customer who wants to be forgotten, ``is_invited`` whether there are
    invitations of it.
    """
    with store.snapshot() as moment:
        mandates = moment.mandates() if listed is None else listed
        people, held = People([*moment.decisions(), *more]), moment.held()
        permits = Permits(mandates, moment.references(), people, policy, now)
        orders = examine(permits, held)
        found = moment.find_outside(orders)
        digests = moment.receipt_digests([one.order.words for one in found])
        owners = moment.data_owners()
        left = [one for one in moment.customers() if one.customer_id == leaving]
    wanted = [one.order for one in found]
    split = fuse(wanted, permits, digests=digests, points=_points(held))
    waiting = {one.order.metering_point for one in split.blocked}
    details = [
        *idle_addresses((one for one in owners if one.data_owner not in waiting), held, permits),
        *(
            detail
            for customer in left
            for detail in idle_customer(customer, permits, is_invited=is_invited)
        ),
    ]
    return Review(
        due=split.orders,
        blocked=split.blocked,
        holds=tuple(holds(permits, held)),
        found=tuple(found),
        details=tuple(details),
        held=tuple(held),
        permits=permits,
    )


def enforce(
    store: Store,
    *,
    now: datetime,
    policy: RetentionPolicy,
    points: Collection[str] | None = None,
    leaving: str | None = None,
    is_invited: bool = False,
    wall: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Enforced:
    """Erase what may not be held any more, and finish what a former run began.

    ``now`` is the provider's time; ``points`` narrows it to some metering points; ``leaving`` is
    the id of a customer who wants to be forgotten; ``wall`` tells the real time, by which files are
    named. When it returns, no file of the store or published
    from it holds what was erased. Cut off anywhere, the next call finishes it.
    """
    former = store.former_stores()
    finish(store, wall=wall)
    seen = review(store, now=now, policy=policy, leaving=leaving, is_invited=is_invited)
    going = seen.going(points, leaving)
    due = [one.order for one in going.found]
    receipts = store.retract(due, at=now) if due else []
    receipts += store.forget(going.details, at=now) if going.details else []
    if receipts:
        finish(store, wall=wall)
    return Enforced(
        receipts=tuple(receipts),
        points=len({order.metering_point for order in due}),
        details=tuple(going.details),
        blocked=seen.blocked,
        holds=seen.holds,
        former=tuple(one for one in former if not one.exists()),
    )


def finish(store: Store, *, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> bool:
    """Erase the bytes of what was retracted from published files and the store's own; whether
    there was anything left to do.
    """
    receipts = store.erasing()
    if not receipts:
        return False
    bounds = (part for receipt in receipts for part in receipt.bounds)
    republish(store, wall=wall(), months=_months(bounds))
    store.rewrite()
    return True


def _points(held: Sequence[Held]) -> int:
    return len({(one.provider, one.metering_point) for one in held})


def _months(parts: Iterable[Interval]) -> set[Month]:
    return {
        month
        for part in parts
        for energy_type in (ELECTRICITY, GAS)
        for month in months_of(part, energy_type)
    }
