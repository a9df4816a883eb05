"""What is the same for many metering points on a day, worked out once: planning 100,000 of them is
mostly looking up, for most share the days on which their periods begin and were last asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.sync.follow_up import FollowUps
from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Scope
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, union
from kwartier.vocabulary.local_time import BRUSSELS, Month, cut_windows, day_of, day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions

Intervals = tuple[Interval, ...]
News = tuple[Interval, tuple[Scope, ...], tuple[Granularity, ...]]

_NAMES: Final = ("contract_number", "reference_number", "metering_point")
_TERMS: Final[Callable[[Mandate], tuple[object, ...]]] = attrgetter(
    *(one.name for one in fields(Mandate) if one.name not in _NAMES)
)


def earliest_start(now: datetime, policy: FetchPolicy) -> datetime:
    """The start of the first local day that lies wholly inside the provider's history limit."""
    today = now.astimezone(BRUSSELS).date()
    year = today.year - policy.history_years
    leap_day = (today.month, today.day) == (2, 29)
    limit = today.replace(year=year, day=28) if leap_day else today.replace(year=year)
    return day_start(limit + timedelta(days=1), ELECTRICITY)


def history(now: datetime, policy: FetchPolicy) -> Interval:
    """What the provider can be asked for at ``now``."""
    return Interval(earliest_start(now, policy), now)


class Day:
    """The moment of planning; ``bounds`` is the measured time that is meant."""

    def __init__(
        self,
        now: datetime,
        policy: FetchPolicy,
        arrival: ArrivalPolicy,
        bounds: Interval,
    ) -> None:
        self.now, self.policy, self.arrival, self.bounds = now, policy, arrival, bounds
        self.max_days = policy.max_window_days
        self.history = history(now, policy)
        closed = Month.of(day_of(now - policy.provisional_after, GAS))
        self.months_closed_until = closed.interval(GAS).start
        self._alike: dict[tuple[tuple[object, ...], ...], Alike | None] = {}

    def alike(self, mandates: Sequence[Mandate]) -> Alike | None:
        """What holds for all metering points with mandates like these, which are all of one; None
        if they permit nothing.
        """
        key = tuple(map(_TERMS, mandates))
        if key not in self._alike:
            permitted = permissions(mandates, until=self.now)
            self._alike[key] = Alike(self, mandates, permitted) if permitted else None
        return self._alike[key]


class Alike:
    """Metering points of which the mandates say the same.

    ``silent``: no news may be asked for of them. ``permitted`` by granularity, ``scopes`` the same
    in one row, ``wanted_now`` what of it may be asked for and is meant, ``days`` which whole days
    should be there by now.
    """

    def __init__(
        self, day: Day, mandates: Sequence[Mandate], permitted: Sequence[Permission]
    ) -> None:
        self.day = day
        self.provider = mandates[-1].provider
        self.silent = not any(mandate.may_bring_new_data for mandate in mandates)
        self.follow_ups = FollowUps(
            now=day.now,
            history=day.history,
            policy=day.policy,
            arrival=day.arrival,
            silent=self.silent,
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
            start, end = self.day.bounds.start, min(self.day.bounds.end, horizon)
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
