"""What each known mandate lets be held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from kwartier.registry import KnownMandate, Reference
from kwartier.retention.decisions import BEGINNING, END, DecisionKind, People
from kwartier.retention.order import Key
from kwartier.retention.policy import FinishedPolicy, RetentionPolicy
from kwartier.retention.tenure import Tenures, stated
from kwartier.vocabulary.interval import Interval, disjoint, subtract
from kwartier.vocabulary.mandate import FINISHED

_ALWAYS: Final = [Interval(BEGINNING, END)]


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


class Permits:
    """What the ``known`` mandates let be held at ``now``, whose they are by their references, and
    what people decided of them.
    """

    def __init__(
        self,
        known: Sequence[KnownMandate],
        references: Iterable[Reference],
        people: People,
        policy: RetentionPolicy,
        now: datetime,
    ) -> None:
        self.known = known
        self.people = people
        self.policy = policy
        self.now = now
        self._tenures = Tenures(known, references)

    def customer(self, one: KnownMandate) -> str | None:
        """The customer that the mandate is of, None if none is known."""
        return self._tenures.customer(one)

    def period_of(self, one: KnownMandate) -> list[Interval]:
        """The measured time that the mandate is, or was, about; an expiry ends nothing that is
        held.
        """
        period = stated(one)
        return [] if period is None else [period]

    def taken(self, one: KnownMandate) -> list[Interval]:
        """What of the measured time that is its customer's was erased on request."""
        period = self._tenures.period(one)
        return [] if period is None else subtract([period], self.people.spared(one, [period]))

    def at_its_word(self, one: KnownMandate) -> list[Interval]:
        """What the mandate lets be held if it is the one it seems to be."""
        is_gone = self.people.erases(one) if not one.mandate.is_approved else False
        if is_gone or self.has_lapsed(one):
            return []
        return self._spared(one, self.period_of(one))

    def lets_hold(self, one: KnownMandate) -> list[Interval]:
        """What may be held on the mandate's account. One that cannot be told apart from another,
        and of which no person has decided that it is at its word, lets everything be held that
        was not erased on request.
        """
        if one.is_ambiguous and not self.people.erases(one):
            return self._spared(one, _ALWAYS)
        return self.at_its_word(one)

    def _spared(self, one: KnownMandate, period: list[Interval]) -> list[Interval]:
        """What of ``period`` was not erased on request, neither the customer's own nor, where it
        is another's, that one's.
        """
        spared = self.people.spared(one, period)
        theirs = [part for other in self._tenures.others(one) for part in self.taken(other)]
        own = self._tenures.period(one)
        return subtract(spared, subtract(theirs, [] if own is None else [own]))

    def has_lapsed(self, one: KnownMandate) -> bool:
        """Whether the mandate is finished, and the policy's grace period over."""
        decision = self.people.about(one)
        return (
            one.mandate.status == FINISHED
            and self.policy.finished is FinishedPolicy.ERASE
            and self.now >= one.changed_at + self.policy.grace
            and not (decision and decision.kind is DecisionKind.KEEP)
        )

    def retainable(self) -> dict[Key, list[Interval]]:
        """What may be held of each metering point and granularity that a mandate is about:
        disjoint and in order. Periods that touch stay apart, for a slice across two lies in
        neither.
        """
        intervals: defaultdict[Key, list[Interval]] = defaultdict(list)
        for one in self.known:
            held = self.lets_hold(one)
            for key in keys_of(one):
                intervals[key] += held
        return {key: disjoint(parts) for key, parts in intervals.items()}
