"""What is the same for many metering points on a day, worked out once: planning 100,000 of them is
mostly looking up, for most share the days on which their periods begin and were last asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.sync.focus import BEGINNING, Focus
from kwartier.sync.follow_up import FollowUps
from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Scope
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, union
from kwartier.vocabulary.local_time import BRUSSELS, Month, cut_windows, day_of, day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions
from kwartier.vocabulary.provider import Provider

Intervals = tuple[Interval, ...]
News = tuple[Interval, tuple[Scope, ...], tuple[Granularity, ...]]

_NAMES: Final = ("contract_number", "reference_number", "metering_point")
_TERMS: Final[Callable[[Mandate], tuple[object, ...]]] = attrgetter(
    *(one.name for one in fields(Mandate) if one.name not in _NAMES)
)


def earliest_start(now: datetime, policy: FetchPolicy, provider: Provider) -> datetime:
    """The start of the first local day that lies wholly inside the provider's history limit; the
    beginning of time if it has none.
    """
    if not provider.limits_history:
        return BEGINNING
    today = now.astimezone(BRUSSELS).date()
    year = today.year - policy.history_years
    leap_day = (today.month, today.day) == (2, 29)
    limit = today.replace(year=year, day=28) if leap_day else today.replace(year=year)
    return day_start(limit + timedelta(days=1), ELECTRICITY)


def history(now: datetime, policy: FetchPolicy, provider: Provider) -> Interval:
    """What the provider can be asked for at ``now``."""
    return Interval(earliest_start(now, policy, provider), now)


class Day:
    """The moment of planning for a provider; ``focus`` says which measured time is meant."""

    def __init__(
        self,
        now: datetime,
        policy: FetchPolicy,
        arrival: ArrivalPolicy,
        focus: Focus,
        provider: Provider,
    ) -> None:
        self.now, self.policy, self.arrival, self.provider = now, policy, arrival, provider
        self.max_days = min(policy.max_window_days, provider.max_window_days)
        self.history = history(now, policy, provider)
        self.bounds = focus.bounds(self.history)
        closed = Month.of(day_of(now - policy.provisional_after, GAS))
        self.months_closed_until = closed.interval(GAS).start
        self._alike: dict[tuple[tuple[object, ...], ...], Alike | None] = {}

    def alike(self, mandates: Sequence[Mandate]) -> Alike | None:
        """What holds for all metering points with mandates like these, which are all of one; None
        if they permit nothing that is meant.
        """
        if self.bounds is None:
            return None
        key = tuple(map(_TERMS, mandates))
        if key not in self._alike:
            permitted = permissions(mandates, until=self.now)
            self._alike[key] = Alike(self, self.bounds, mandates, permitted) if permitted else None
        return self._alike[key]


class Alike:
    """Metering points of which the mandates say the same.

    ``silent``: no news may be asked for of them. ``permitted`` by granularity, ``scopes`` the same
    in one row, ``wanted_now`` what of it may be asked for and is meant, ``days`` which whole days
    should be there by now.
    """

    def __init__(
        self,
        day: Day,
        bounds: Interval,
        mandates: Sequence[Mandate],
        permitted: Sequence[Permission],
    ) -> None:
        self.day, self.bounds = day, bounds
        self.silent = not any(mandate.may_bring_new_data for mandate in mandates)
        self.follow_ups = FollowUps(
            now=day.now,
            history=day.history,
            policy=day.policy,
            arrival=day.arrival,
            silent=self.silent or not day.provider.tells_insert_time,
        )
        self.energy_type = permitted[0].energy_type
        self.permitted = {one.granularity: one.intervals for one in permitted}
        self.scopes = tuple(
            Scope(one.granularity, interval) for one in permitted for interval in one.intervals
        )
        self.days = {
            granularity: self.follow_ups.whole_days(intervals, self.energy_type)
            for granularity, intervals in self.permitted.items()
        }
        self._wanted: dict[tuple[Granularity, datetime], list[Interval]] = {}
        self._news: dict[tuple[tuple[Granularity, datetime], ...], list[News]] = {}
        self.wanted_now = union(
            part for granularity in self.permitted for part in self.wanted(granularity, day.now)
        )

    def wanted(self, granularity: Granularity, horizon: datetime) -> list[Interval]:
        """What is permitted before ``horizon``, and still there, and meant."""
        key = granularity, horizon
        if key not in self._wanted:
            start, end = self.bounds.start, min(self.bounds.end, horizon)
            meant = [Interval(start, end)] if start < end else []
            self._wanted[key] = intersect(self.permitted[granularity], meant)
        return self._wanted[key]

    def news(self, reached: Mapping[Granularity, datetime]) -> list[News]:
        """Insert-time windows, the oldest first, that go on from where each granularity has been
        followed to; with the measured time that they settle.
        """
        key = tuple(reached.items())
        if key not in self._news:
            self._news[key] = self._work_out_news(reached)
        return self._news[key]

    def read_again(self, granularity: Granularity, settled: Sequence[Interval]) -> list[Interval]:
        """What is permitted since shortly before the end of what is ``settled``, of a provider
        that cannot be asked what it stored since. What ended is read again for as long, and so is
        what lies before a hole that a failure left: it was read when the hole was not there yet.
        """
        again = []
        for stretch in self.wanted(granularity, self.day.now):
            done = intersect([stretch], settled)
            if not done:
                continue
            reread = self.day.policy.reread
            for before, after in pairwise(done):
                again.append(Interval(max(stretch.start, before.end - reread), after.start))
            end = done[-1].end
            start = max(stretch.start, end - reread)
            goes_on = end < stretch.end or self.day.now < end + reread
            if goes_on and start < stretch.end:
                again.append(Interval(start, stretch.end))
        return again

    def scopes_of(self, stretches: Mapping[Granularity, Interval]) -> tuple[Scope, ...]:
        """The permitted parts of a stretch of each granularity."""
        return tuple(
            Scope(granularity, part)
            for granularity, stretch in stretches.items()
            for part in intersect(self.permitted[granularity], [stretch])
        )

    def _work_out_news(self, reached: Mapping[Granularity, datetime]) -> list[News]:
        overlapped = min(reached.values()) - self.day.policy.delta_overlap
        start = max(overlapped, self.day.history.start)
        if start >= self.day.now:
            return []
        windows = cut_windows(Interval(start, self.day.now), self.energy_type, self.day.max_days)
        return [
            (
                window,
                self.scopes_of(
                    {
                        granularity: Interval(max(until, window.start), window.end)
                        for granularity, until in reached.items()
                        if until < window.end
                    }
                ),
                tuple(reached),
            )
            for window in reversed(windows)
        ]
