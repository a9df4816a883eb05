"""Whose a period is: the one decision by which data is erased, put on hold and told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from kwartier.registry import KnownMandate, Reference
from kwartier.retention.decisions import BEGINNING, END
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import EXPIRED

Holder = tuple[str, str]
"""A customer, or, where none is known, a reference number."""


def stands(one: KnownMandate) -> bool:
    """Whether the provider still lists the mandate as approved."""
    return one.mandate.is_approved and one.missing_since is None


def stated(one: KnownMandate) -> Interval | None:
    """The measured time that the mandate is, or was, about by its own word; None: none at all."""
    return _interval(one, one.mandate.period_end or END)


def asked(one: KnownMandate, ended: datetime | None = None) -> Interval | None:
    """The measured time that could be asked for on its account: it ends at the latest where the
    mandate was last seen to bring anything. ``ended`` is when it was first seen to be approved no
    more, if that is known better than by its last change.
    """
    until = _brought_until(one, ended)
    end = one.mandate.period_end or END
    return _interval(one, end if until is None else min(end, until))


class Tenures:
    """The measured time of each mandate that is its customer's and not somebody else's.

    What a mandate that stands says is the provider's word, of two that stand at once as well. One
    that was finished or vanished is told of no more when the grid user changes, so it ends where
    the mandate of another customer begins. One that brings nothing any more, expired ones too,
    ends there if another customer's goes on.
    """

    def __init__(self, known: Iterable[KnownMandate], references: Iterable[Reference]) -> None:
        self._customer_of = {one.reference_number: one.customer_id for one in references}
        at: defaultdict[tuple[str, str], list[KnownMandate]] = defaultdict(list)
        for one in known:
            if one.mandate.metering_point is not None:
                at[one.mandate.provider, one.mandate.metering_point].append(one)
        self._neighbours = {where: there for where, there in at.items() if len(there) > 1}

    def customer(self, one: KnownMandate) -> str | None:
        """The customer that the mandate is of, None if none is known."""
        return self._customer_of.get(one.mandate.reference_number)

    def holder(self, one: KnownMandate) -> Holder:
        """The customer, or, where none is known, the reference number."""
        customer = self.customer(one)
        if customer is None:
            return "reference", one.mandate.reference_number
        return "customer", customer

    def period(self, one: KnownMandate) -> Interval | None:
        """The mandate's period, up to where another customer's takes over."""
        period, until = stated(one), _brought_until(one, None)
        if period is None or until is None:
            return period
        others = [part for other in self.others(one) if (part := asked(other)) is not None]
        ends = [period.end]
        if any(part.end > until for part in others):
            ends.append(until)
        if not stands(one):
            ends += [part.start for part in others if part.start > period.start]
        return _interval(one, min(ends))

    def others(self, one: KnownMandate) -> list[KnownMandate]:
        """The mandates of other customers on the same metering point."""
        mandate = one.mandate
        if mandate.metering_point is None:
            return []
        there = self._neighbours.get((mandate.provider, mandate.metering_point), [])
        own = self.holder(one) if there else None
        return [other for other in there if self.holder(other) != own]


def _brought_until(one: KnownMandate, ended: datetime | None) -> datetime | None:
    """Since when the mandate brings nothing measured later; None while it does."""
    mandate = one.mandate
    ends = []
    if mandate.renewal_status == EXPIRED and mandate.expires_at is not None:
        ends.append(mandate.expires_at)
    if not stands(one):
        ends.append(one.missing_since or ended or one.changed_at)
    return min(ends, default=None)


def _interval(one: KnownMandate, end: datetime) -> Interval | None:
    start = one.mandate.period_start or BEGINNING
    return Interval(start, end) if start < end else None
