"""What of the values that mandates open is not there, and why: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from kwartier.analysis import ArrivalPolicy
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.funnel.causes import Cause, Finding, finding
from kwartier.funnel.facts import CustomerFacts, Opened
from kwartier.funnel.wanted import before, due_end, last_due_day
from kwartier.retention.decisions import BEGINNING, END
from kwartier.vocabulary.fetch import Asked, Outcome
from kwartier.vocabulary.granularity import Granularity, slice_words
from kwartier.vocabulary.interval import Interval, intersect, subtract
from kwartier.vocabulary.local_time import day_of, day_start

_DAY: Final = timedelta(days=1)
_STOPPED: Final = timedelta(days=7)
"""So long may finer values be behind day values before their registration counts as off."""

Place = tuple[str, Granularity]
"""A metering point and a granularity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Of the metering points of one customer: what was ``asked``, and the first and last of the
    customer's own local days of which anything is held (``days``).
    """

    asked: Mapping[Place, Asked] = field(default_factory=dict)
    days: Mapping[Place, tuple[date, date]] = field(default_factory=dict)


def value_findings(
    facts: CustomerFacts, evidence: Evidence, arrival: ArrivalPolicy = DEFAULT_ARRIVAL
) -> Iterator[Finding]:
    """For each granularity of each metering point what is missing, and why."""
    for one in facts.opened:
        if not one.due:
            yield _not_due(one, arrival)
        elif one.missing:
            yield from _Missing(one, facts, evidence, arrival).findings()


def _not_due(one: Opened, arrival: ArrivalPolicy) -> Finding:
    first = day_of(one.intervals[0].start, one.energy_type)
    if day_start(first, one.energy_type) < one.intervals[0].start and one.granularity.step is None:
        first += _DAY
    due_at = arrival.due_at(one.energy_type, day_start(first + _DAY, one.energy_type))
    return _about(one)(Cause.NOT_DUE, since=one.intervals[0].start, moment=due_at)


class _Missing:
    """What is missing of one granularity of a metering point."""

    def __init__(
        self, one: Opened, facts: CustomerFacts, evidence: Evidence, arrival: ArrivalPolicy
    ) -> None:
        self._one, self._facts, self._evidence = one, facts, evidence
        place = one.metering_point, one.granularity
        asked = evidence.asked.get(place)
        self._days = evidence.days.get(place)
        self._due_day = last_due_day(one.energy_type, facts.at, arrival)
        due = before(one.intervals, due_end(one.energy_type, facts.at, arrival))
        left = subtract(due, asked.complete if asked else ())
        self._unasked = subtract(left, asked.settled if asked else ())
        self._asked = intersect(left, asked.settled if asked else ())
        self._tell = _about(one)
        self._words = slice_words(one.granularity)

    def findings(self) -> Iterator[Finding]:
        """The reasons."""
        if self._unasked:
            yield self._why_unasked()
        if not self._asked:
            return
        if self._is_registration_off():
            yield self._tell(
                Cause.REGISTRATION_OFF,
                since=None if self._days is None else self._start(self._days[1] + _DAY),
                stop="" if self._days is None else f" any more after {self._days[1]}",
            )
        elif self._days is None:
            answered = self._facts.answered.get(self._one.metering_point)
            at = answered.answered_at if answered else None
            yield self._tell(Cause.NO_VALUES, since=at, moment=at or self._facts.at)
        else:
            yield from self._around(*self._days)

    def _why_unasked(self) -> Finding:
        """The request failed, or was never made."""
        one, span = self._one, _span(self._unasked, self._one.energy_type)
        last = self._facts.answered.get(one.metering_point)
        if last is None or last.outcome == Outcome.OK:
            return self._tell(Cause.NOT_ASKED, since=self._unasked[0].start, span=span)
        if last.outcome == Outcome.FAILED:
            return self._tell(
                Cause.REQUESTS_FAILED, since=last.tried_at, moment=last.tried_at, span=span
            )
        return self._tell(Cause.REQUESTS_REFUSED, since=last.tried_at, moment=last.tried_at)

    def _is_registration_off(self) -> bool:
        """Whether day values arrive of days of which nothing finer does."""
        if self._one.granularity is Granularity.DAY:
            return False
        daily = self._evidence.days.get((self._one.metering_point, Granularity.DAY))
        if daily is None:
            return False
        return self._days is None or daily[1] - self._days[1] >= _STOPPED

    def _around(self, first: date, last: date) -> Iterator[Finding]:
        """What was asked for in vain: before anything there is, between, and after all of it."""
        begin, end = self._start(first), self._start(last + _DAY)
        earlier = intersect(self._asked, [Interval(BEGINNING, begin)])
        later = intersect(self._asked, [Interval(end, END)])
        # The day on which values begin, or end, is cut: that is no gap of its own.
        inner_begin = self._start(first + _DAY) if earlier else begin
        inner_end = self._start(last) if later else end
        inner = [Interval(inner_begin, inner_end)] if inner_begin < inner_end else []
        between = intersect(self._asked, inner)
        if earlier:
            yield self._tell(Cause.BEFORE_INSTALLATION, since=earlier[0].start, day=first)
        if between:
            span = _span(between, self._one.energy_type)
            # How many are missing is known of all time together.
            is_all = not (earlier or later or self._unasked)
            amount = _amount(self._one) if is_all else self._words
            yield self._tell(Cause.GAP, since=between[0].start, amount=amount, span=span)
        # Of what was not asked for since nobody knows whether it is late.
        is_newest = bool(later) and all(part.end <= later[-1].end for part in self._unasked)
        if is_newest and last < self._due_day:
            yield self._tell(Cause.LATE, since=end, day=last)

    def _start(self, day: date) -> datetime:
        return day_start(day, self._one.energy_type)


def _about(one: Opened) -> partial[Finding]:
    return partial(
        finding,
        provider=one.provider,
        point=one.metering_point,
        energy_type=one.energy_type,
        slices=slice_words(one.granularity),
    )


def _amount(one: Opened) -> str:
    words = slice_words(one.granularity, one.missing)
    return f"{one.missing:,} {words}".replace(",", "\u202f")


def _span(intervals: Sequence[Interval], energy_type: str) -> str:
    """The days from the first to the last instant."""
    first = day_of(intervals[0].start, energy_type)
    last = day_of(intervals[-1].end - timedelta.resolution, energy_type)
    return f"{first}" if first == last else f"{first} to {last}"
