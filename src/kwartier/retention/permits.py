"""What each known mandate lets be held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kwartier.registry import KnownMandate
from kwartier.retention.decisions import BEGINNING, END, DecisionKind, People
from kwartier.retention.order import Key
from kwartier.retention.policy import FinishedPolicy, RetentionPolicy
from kwartier.vocabulary.interval import Interval, disjoint
from kwartier.vocabulary.mandate import FINISHED

_ALWAYS: Final = [Interval(BEGINNING, END)]


def period_of(one: KnownMandate) -> list[Interval]:
    """The measured time that the mandate is, or was, about; an expiry ends nothing that is held."""
    start, end = one.mandate.period_start or BEGINNING, one.mandate.period_end or END
    return [Interval(start, end)] if start < end else []


def keys_of(one: KnownMandate) -> list[Key]:
    """The metering point in each granularity that the mandate opens; none if it never told its
    metering point.
    """
    mandate = one.mandate
    if mandate.metering_point is None:
        return []
    return [
        (mandate.provider, mandate.metering_point, granularity)
        for granularity in sorted(mandate.granularities)
    ]


def at_its_word(
    one: KnownMandate, people: People, policy: RetentionPolicy, now: datetime
) -> list[Interval]:
    """What the mandate lets be held if it is the one it seems to be."""
    is_gone = people.erases(one) if not one.mandate.is_approved else False
    if is_gone or has_lapsed(one, people, policy, now):
        return []
    return people.spared(one, period_of(one))


def lets_hold(
    one: KnownMandate, people: People, policy: RetentionPolicy, now: datetime
) -> list[Interval]:
    """What may be held on the mandate's account. One that cannot be told apart from another, and
    of which no person has decided that it is at its word, lets everything be held that was not
    suppressed.
    """
    if one.is_ambiguous and not people.erases(one):
        return people.spared(one, _ALWAYS)
    return at_its_word(one, people, policy, now)


def has_lapsed(one: KnownMandate, people: People, policy: RetentionPolicy, now: datetime) -> bool:
    """Whether the mandate is finished, and the policy's grace period over."""
    decision = people.about(one)
    return (
        one.mandate.status == FINISHED
        and policy.finished is FinishedPolicy.ERASE
        and now >= one.changed_at + policy.grace
        and not (decision and decision.kind is DecisionKind.KEEP)
    )


def retainable(
    known: Iterable[KnownMandate], people: People, policy: RetentionPolicy, now: datetime
) -> dict[Key, list[Interval]]:
    """What may be held of each metering point and granularity that a mandate is about: disjoint
    and in order. Periods that touch stay apart, for a slice across two lies in neither.
    """
    intervals: defaultdict[Key, list[Interval]] = defaultdict(list)
    for one in known:
        held = lets_hold(one, people, policy, now)
        for key in keys_of(one):
            intervals[key] += held
    return {key: disjoint(parts) for key, parts in intervals.items()}
