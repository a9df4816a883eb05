"""What an erasure would leave of the metering points that it is about, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain

from kwartier.registry import KnownMandate
from kwartier.retention import Erased, Held, Order, Reason
from kwartier.retention.permits import keys_of
from kwartier.store.port import Store
from kwartier.sync.retention import Review
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import intersect


class StayReason(StrEnum):
    """``not_asked``: the customer's own, but outside the time that it is about. ``permitted``: the
    mandate of somebody else lets it be held. ``fuse``: a person has to confirm first.
    """

    NOT_ASKED = "not_asked"
    PERMITTED = "permitted"
    FUSE = "fuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """What stays of one granularity of a metering point on account of one mandate, from ``start``
    to ``end``; ``values`` and ``revisions`` in rows. ``customer_id`` is None where nobody knows
    whose the mandate is.
    """

    metering_point: str
    granularity: Granularity
    start: datetime
    end: datetime
    values: int
    revisions: int
    why: StayReason
    customer_id: str | None


def staying(
    store: Store, seen: Review, points: Collection[str], own: Collection[int | None]
) -> list[Staying]:
    """What ``seen`` lets stay of ``points``, by mandate; ``own`` are the customer's."""
    there = [(held, _order(held)) for held in seen.held if held.metering_point in points]
    wholes = {one.order: one for one in store.find_outside([order for _, order in there])}
    found = chain.from_iterable(
        _on_account_of(store, seen, held, wholes[order], own)
        for held, order in there
        if order in wholes
    )
    return [*found, *_stopped(seen, points)]


def _on_account_of(
    store: Store, seen: Review, held: Held, whole: Erased, own: Collection[int | None]
) -> list[Staying]:
    """What each mandate lets stay: all there is, but for what lies outside of what it permits."""
    permits = seen.permits
    parts = {
        one.mandate_id: (one, tuple(kept))
        for one in permits.known
        if held.key in keys_of(one) and (kept := intersect(permits.lets_hold(one), [held.hull]))
    }
    asked = {i: replace(whole.order, kept=kept, mandate_id=i) for i, (_, kept) in parts.items()}
    outside = {one.order.mandate_id: one for one in store.find_outside(list(asked.values()))}
    return [
        Staying(
            metering_point=held.metering_point,
            granularity=held.granularity,
            start=kept[0].start,
            end=kept[-1].end,
            values=values,
            revisions=revisions,
            why=StayReason.NOT_ASKED if id_ in own else StayReason.PERMITTED,
            customer_id=permits.customer(one),
        )
        for id_, (one, kept) in parts.items()
        for values, revisions in [_inside(whole, outside.get(id_))]
        if values or revisions
    ]


def _inside(whole: Erased, outside: Erased | None) -> tuple[int, int]:
    if outside is None:
        return whole.values, whole.revisions
    return whole.values - outside.values, whole.revisions - outside.revisions


def _stopped(seen: Review, points: Collection[str]) -> list[Staying]:
    about: dict[int, KnownMandate] = {one.mandate_id: one for one in seen.permits.known}
    stopped: Sequence[Erased] = seen.taken_by(
        [one.order for one in seen.blocked if one.order.metering_point in points]
    )
    return [
        Staying(
            metering_point=one.order.metering_point,
            granularity=one.order.granularity,
            start=one.start,
            end=one.end,
            values=one.values,
            revisions=one.revisions,
            why=StayReason.FUSE,
            customer_id=seen.permits.customer(about[one.order.mandate_id]),
        )
        for one in stopped
    ]


def _order(held: Held) -> Order:
    """One that would take all there is."""
    return Order(
        provider=held.provider,
        metering_point=held.metering_point,
        energy_type=held.energy_type,
        granularity=held.granularity,
        kept=(),
        gone=(held.hull,),
        reason=Reason.REQUESTED,
        mandate_id=0,
    )
