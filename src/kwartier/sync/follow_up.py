"""What is due to be asked for again: exchanged meters, gaps, provisional gas of closed months,
estimates.

Insert-time fetches bring late values and replaced estimates by themselves, so asking again is an
insurance; but they bring neither a definitive gas factor, which does not change when a value was
stored, nor word of what a meter no longer measured since it was exchanged. Of a provider without
insert times nothing comes by itself once its days are no longer read again. What is asked for in
vain waits longer each time. A stretch of neighbouring days has one pause: a meter that is silent
does not become due anew with every day that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.fetch import Asked, Due, Reason, Tried
from kwartier.vocabulary.interval import Interval, intersect, subtract
from kwartier.vocabulary.local_time import day_of, day_start, months_of

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Decides, at ``now``, of what lies in ``history`` (what the provider still has). ``silent``:
    nothing of the metering point comes by insert time.
    """

    now: datetime
    history: Interval
    policy: FetchPolicy
    arrival: ArrivalPolicy
    silent: bool

    def whole_days(self, permitted: Sequence[Interval], energy_type: str) -> list[Interval]:
        """The days that lie wholly inside what is permitted and should be there by now."""
        due_until = self.arrival.due_until(energy_type, self.now)
        if due_until <= self.history.start:
            return []
        due = Interval(self.history.start, due_until)
        known = [part for one in permitted if (part := one.intersection(due)) is not None]
        return [days for one in known if (days := _whole_days(one, energy_type)) is not None]

    def due(
        self,
        asked: Asked,
        permitted: Sequence[Interval],
        whole_days: Sequence[Interval],
        energy_type: str,
    ) -> Iterator[Due]:
        """What is due of one granularity of a metering point.

        ``permitted`` is all that may be asked for, ``whole_days`` what should be there of it.
        """
        if asked.exchanged:
            for run in intersect(self._fetched(permitted, asked), asked.exchanged):
                yield Due(Reason.EXCHANGED, asked.granularity, run, 0, None)
        settled = intersect(whole_days, asked.settled)
        gaps = subtract(settled, asked.complete)
        yield from self._runs(Reason.GAP, gaps, asked, energy_type)
        if asked.estimated:
            estimated = intersect(self._fetched(permitted, asked), asked.estimated)
            yield from self._runs(Reason.ESTIMATED, estimated, asked, energy_type)
        if asked.provisional:
            provisional = intersect(self._fetched(permitted, asked), asked.provisional)
            yield from self._months(provisional, asked)

    def _fetched(self, permitted: Sequence[Interval], asked: Asked) -> list[Interval]:
        return intersect(intersect(permitted, [self.history]), asked.settled)

    def _runs(
        self, reason: Reason, runs: Iterable[Interval], asked: Asked, energy_type: str
    ) -> Iterator[Due]:
        for run in runs:
            first_day = day_start(day_of(run.start, energy_type) + _DAY, energy_type)
            since = self.arrival.due_at(energy_type, min(first_day, run.end))
            yield from self._paced(reason, run, asked, since)

    def _months(self, provisional: Iterable[Interval], asked: Asked) -> Iterator[Due]:
        for run in provisional:
            for month in months_of(run, GAS):
                whole = month.interval(GAS)
                part = run.intersection(whole)
                if part is not None:
                    yield from self._paced(Reason.PROVISIONAL, part, asked, whole.end)

    def _paced(self, reason: Reason, run: Interval, asked: Asked, since: datetime) -> Iterator[Due]:
        """The run, if its pause since the last fetch is over; ``since`` is when it began to be
        late. Of one reason, what is asked in vain keeps all else waiting for a first pause.
        """
        tried = [one for one in asked.tried if one.reason is reason]
        mine = [one for one in tried if one.interval.overlaps(run)]
        times = max((one.times for one in mine), default=0)
        last = _last(mine)
        due_at = max(since, last or since) + self.policy.pause(reason, times)
        in_vain = _last([one for one in tried if one.times])
        if in_vain is not None:
            due_at = max(due_at, in_vain + self.policy.first_pause(reason))
        if due_at <= (self.now if times else self._known_at(reason, asked)):
            yield Due(reason, asked.granularity, run, times, last)

    def _known_at(self, reason: Reason, asked: Asked) -> datetime:
        """As of when it is known that nothing came: after an outage the insert-time fetches that
        were not made yet may bring it, but for a factor.
        """
        if reason is Reason.PROVISIONAL or self.silent:
            return self.now
        return asked.inserted_until or self.now


def _last(tried: Iterable[Tried]) -> datetime | None:
    return max((one.last for one in tried), default=None)


def _whole_days(interval: Interval, energy_type: str) -> Interval | None:
    """The part from the first day that begins in it to the last that ends in it."""
    first = day_of(interval.start, energy_type)
    if day_start(first, energy_type) < interval.start:
        first += _DAY
    start = day_start(first, energy_type)
    end = day_start(day_of(interval.end, energy_type), energy_type)
    return Interval(start, end) if start < end else None
