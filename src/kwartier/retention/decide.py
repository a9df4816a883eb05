"""What must go, and what the fuse holds back: pure functions of mandates, decisions and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kwartier.registry import KnownMandate
from kwartier.retention.order import Held, Key, Order, Reason
from kwartier.retention.permits import Permits, keys_of
from kwartier.vocabulary.interval import Interval, intersect, subtract
from kwartier.vocabulary.mandate import APPROVED, FINISHED, REQUESTED

_BY_A_PERSON = frozenset({Reason.REQUESTED, Reason.DECIDED})


class Fuse(StrEnum):
    """Why a run does not erase: too large a share of the metering points, or the data access
    contract has ended.
    """

    SHARE = "share"
    CONTRACT_ENDED = "contract_ended"


@dataclass(frozen=True, slots=True)
class Blocked:
    """An order that waits for a person to confirm it by its ``digest``."""

    order: Order
    fuse: Fuse
    digest: str


@dataclass(frozen=True, slots=True)
class Due:
    """The orders to be carried out, and those that the fuse holds back."""

    orders: tuple[Order, ...]
    blocked: tuple[Blocked, ...]


def examine(permits: Permits, held: Iterable[Held]) -> list[Order]:
    """Orders for all that may not be held any more, by metering point and granularity.

    There may be nothing that an order is about: a hull can have holes. Of a metering point and
    granularity that no mandate was ever about nothing is ordered.
    """
    kept = permits.retainable()
    about = _by_key(permits.known)
    return [
        _order(one, kept[one.key], about[one.key], permits)
        for one in sorted(held, key=lambda one: one.key)
        if one.key in kept and not any(part.covers(one.hull) for part in kept[one.key])
    ]


def fuse(
    orders: Sequence[Order], permits: Permits, *, digests: Mapping[str, str], points: int
) -> Due:
    """Which of ``orders``, of which each would erase something, may be carried out.

    ``digests`` has by its words what names each order, in confirmations too: made with a key that
    stays with the store, or whoever saw one could find the EAN by trial. ``points`` is how many
    metering points the store holds. What a person decided or confirmed, or a customer requested,
    passes.
    """
    confirmed, policy = permits.people.confirmed, permits.policy
    passed = [o for o in orders if o.reason in _BY_A_PERSON or digests[o.words] in confirmed]
    others = [o for o in orders if o not in passed]
    ended = _of_ended_contracts(permits.known)
    blocked = [Blocked(o, Fuse.CONTRACT_ENDED, digests[o.words]) for o in others if o.key in ended]
    rest = [o for o in others if o.key not in ended]
    concerned = {(o.provider, o.metering_point) for o in rest}
    if len(concerned) > max(policy.fuse_points, policy.fuse_share * points):
        blocked += [Blocked(o, Fuse.SHARE, digests[o.words]) for o in rest]
        rest = []
    due = sorted([*passed, *rest], key=lambda o: o.key)
    return Due(tuple(due), tuple(sorted(blocked, key=lambda one: one.order.key)))


def _by_key(known: Iterable[KnownMandate]) -> dict[Key, list[KnownMandate]]:
    about: defaultdict[Key, list[KnownMandate]] = defaultdict(list)
    for one in sorted(known, key=lambda one: one.mandate_id):
        for key in keys_of(one):
            about[key].append(one)
    return about


def _order(held: Held, kept: list[Interval], about: list[KnownMandate], permits: Permits) -> Order:
    gone = subtract([held.hull], kept)
    reason, mandate = _cause(gone or [held.hull], about, permits)
    return Order(
        provider=held.provider,
        metering_point=held.metering_point,
        energy_type=held.energy_type,
        granularity=held.granularity,
        kept=tuple(kept),
        gone=tuple(gone),
        reason=reason,
        mandate_id=mandate.mandate_id,
    )


def _cause(
    gone: list[Interval], about: list[KnownMandate], permits: Permits
) -> tuple[Reason, KnownMandate]:
    """Why ``gone`` goes, and the mandate that no longer lets it be held: one whose period it was
    in, else the one that ended last before it.
    """
    for one in about:
        if intersect(permits.taken(one), gone):
            return Reason.REQUESTED, one
    for one in about:
        lost = subtract(permits.period_of(one), permits.at_its_word(one))
        if intersect(lost, gone):
            return Reason.FINISHED if permits.has_lapsed(one) else Reason.DECIDED, one
    end = gone[-1].end
    ended = [one for one in about if one.mandate.period_end and one.mandate.period_end < end]
    latest = max(
        ended or about, key=lambda one: (one.mandate.period_end or permits.now, one.mandate_id)
    )
    return Reason.PERIOD_ENDED, latest


def _of_ended_contracts(known: Iterable[KnownMandate]) -> set[Key]:
    """The metering points under a data access contract that seems to have ended: no mandate under
    it stands, and the last of them, more than one, ended or vanished with one list.
    """
    under: defaultdict[tuple[str, str], list[KnownMandate]] = defaultdict(list)
    for one in known:
        if one.mandate.metering_point is not None or one.mandate.status == REQUESTED:
            under[one.mandate.provider, one.mandate.contract_number].append(one)
    return {
        key
        for mandates in under.values()
        if _ended_at_once(mandates)
        for one in mandates
        for key in keys_of(one)
    }


def _ended_at_once(mandates: list[KnownMandate]) -> bool:
    ends = [_ended_at(one) for one in mandates]
    last = max((end for end in ends if end is not None), default=None)
    return last is not None and None not in ends and ends.count(last) > 1


def _ended_at(one: KnownMandate) -> datetime | None:
    """When the mandate was finished, or vanished, as far as lists tell; None while it stands."""
    if one.mandate.status == FINISHED:
        return one.changed_at
    return one.missing_since if one.mandate.status in (APPROVED, REQUESTED) else one.changed_at
