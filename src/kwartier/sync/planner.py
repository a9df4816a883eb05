"""What to ask next: a pure function of mandates, what was asked before, and the time.

*Backfill*: measured time that a mandate permits and no fetch has settled. *Delta*: what the
provider stored since the last fetch, whenever it was measured; from a metering point's first
read-time fetch on, everything new comes this way, so that a day with nothing new costs one request.
*Gap*, *provisional* and *estimated* ask again for what that should have brought (see
:mod:`kwartier.sync.follow_up`). *Forced*: the operator's wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.follow_up import FollowUps
from kwartier.sync.policy import FetchPolicy
from kwartier.sync.windows import covering
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.fetch import FOLLOW_UPS, Asked, Due, Fetch, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import BRUSSELS, cut_windows, day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions

Intervals = tuple[Interval, ...]


def plan(
    mandates: Sequence[Mandate],
    asked: Iterable[Asked],
    now: datetime,
    policy: FetchPolicy,
    *,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    focus: Focus = EVERYTHING,
) -> Iterator[Fetch]:
    """The fetches due at ``now``, grouped by metering point.

    Backfill windows come newest first, delta windows oldest first, since each continues the one
    before; follow-ups come last. ``asked`` is what the store says of the same metering points.
    """
    mandates = list(focus.of(mandates))
    told = {(one.metering_point, one.granularity): one for one in asked}
    bringing_new = {m.metering_point for m in mandates if m.may_bring_new_data}
    providers = {m.metering_point: m.provider for m in mandates}
    bounds = focus.bounds(history(now, policy))
    if bounds is None:
        return
    day = _Day(now, policy, arrival, focus, bounds)
    permitted = permissions(mandates, until=now)
    for name, group in groupby(permitted, key=attrgetter("metering_point")):
        point = _Point(day, providers[name], list(group), told)
        yield from point.fetches(brings_new=name in bringing_new)


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


class _Day:
    """What is the same for all metering points, worked out once: most are asked alike."""

    def __init__(
        self,
        now: datetime,
        policy: FetchPolicy,
        arrival: ArrivalPolicy,
        focus: Focus,
        bounds: Interval,
    ) -> None:
        self.now, self.policy, self.focus, self.bounds = now, policy, focus, bounds
        self.history = history(now, policy)
        self.follow_ups = FollowUps(now=now, history=self.history, policy=policy, arrival=arrival)
        self._deltas: dict[tuple[datetime, str], list[Interval]] = {}
        self._wanted: dict[tuple[Intervals, datetime], list[Interval]] = {}
        self._whole_days: dict[tuple[Intervals, str], list[Interval]] = {}
        self._scopes: dict[tuple[Granularity, Intervals, Interval], tuple[Scope, ...]] = {}

    def deltas(self, reached: datetime, energy_type: str) -> list[Interval]:
        """The insert-time windows from ``reached`` on, the oldest first."""
        key = reached, energy_type
        if key not in self._deltas:
            start = max(reached - self.policy.delta_overlap, self.history.start)
            windows = []
            if start < self.now:
                whole = Interval(start, self.now)
                windows = cut_windows(whole, energy_type, self.policy.max_window_days)[::-1]
            self._deltas[key] = windows
        return self._deltas[key]

    def wanted(self, permitted: Intervals, horizon: datetime) -> list[Interval]:
        """What is permitted before ``horizon``, and still there, and meant."""
        key = permitted, horizon
        if key not in self._wanted:
            before = Focus(end=horizon).bounds(self.bounds)
            self._wanted[key] = [] if before is None else intersect(permitted, [before])
        return self._wanted[key]

    def whole_days(self, permitted: Intervals, energy_type: str) -> list[Interval]:
        """The days that should be there by now."""
        key = permitted, energy_type
        if key not in self._whole_days:
            days = self.follow_ups.whole_days(permitted, energy_type)
            self._whole_days[key] = days
        return self._whole_days[key]

    def scopes(
        self, granularity: Granularity, permitted: Intervals, stretch: Interval
    ) -> tuple[Scope, ...]:
        """The permitted parts of a stretch."""
        key = granularity, permitted, stretch
        if key not in self._scopes:
            parts = intersect(permitted, [stretch])
            self._scopes[key] = tuple(Scope(granularity, part) for part in parts)
        return self._scopes[key]


class _Point:
    """One metering point: its permissions and what fetches have settled of them."""

    def __init__(
        self,
        day: _Day,
        provider: str,
        permitted: list[Permission],
        told: dict[tuple[str, Granularity], Asked],
    ) -> None:
        self.day, self.provider = day, provider
        self.metering_point = permitted[0].metering_point
        self.energy_type = permitted[0].energy_type
        self.permitted = {p.granularity: p.intervals for p in permitted}
        self.asked = {
            granularity: asked
            for granularity in self.permitted
            if (asked := told.get((self.metering_point, granularity))) is not None
        }
        self.reached = {
            granularity: until
            for granularity, asked in self.asked.items()
            if (until := asked.inserted_until) is not None
        }

    def fetches(self, *, brings_new: bool) -> Iterator[Fetch]:
        focus = self.day.focus
        if focus.force:
            yield from self._by_read_time(Reason.FORCED, self._permitted_now())
            return
        missing = union(part for g in self.permitted for part in self._missing(g))
        yield from self._by_read_time(Reason.BACKFILL, missing)
        if brings_new and not focus.is_bounded:
            yield from self._delta()
        if self.asked:
            yield from self._follow_ups(missing)

    def _permitted_now(self) -> list[Interval]:
        now = self.day.now
        return union(p for one in self.permitted.values() for p in self.day.wanted(one, now))

    def _missing(self, granularity: Granularity) -> list[Interval]:
        """Permitted time that nothing has settled, up to where insert-time fetches take over."""
        horizon = self.reached.get(granularity, self.day.now)
        wanted = self.day.wanted(self.permitted[granularity], horizon)
        asked = self.asked.get(granularity)
        if asked is None or _covers(asked.settled, wanted):
            return wanted if asked is None else []
        return subtract(wanted, asked.settled)

    def _by_read_time(self, reason: Reason, stretches: Iterable[Interval]) -> Iterator[Fetch]:
        max_days = self.day.policy.max_window_days
        for stretch in reversed(list(stretches)):
            for window in cut_windows(stretch, self.energy_type, max_days):
                yield self._read(reason, window)

    def _delta(self) -> Iterator[Fetch]:
        if not self.reached:
            return
        for window in self.day.deltas(min(self.reached.values()), self.energy_type):
            scopes = (
                self.day.scopes(
                    granularity,
                    self.permitted[granularity],
                    window if until <= window.start else Interval(until, window.end),
                )
                for granularity, until in self.reached.items()
                if until < window.end
            )
            yield self._fetch(
                Reason.DELTA,
                WindowKind.INSERT_TIME,
                window,
                tuple(scope for some in scopes for scope in some),
                tuple(self.reached),
            )

    def _follow_ups(self, asked_anyway: Sequence[Interval]) -> Iterator[Fetch]:
        due = list(self._due())
        if not due:
            return
        wanted = intersect([self.day.bounds], [one.interval for one in due])
        wanted = subtract(wanted, asked_anyway)
        for window in covering(
            wanted, self._permitted_now(), self.energy_type, self.day.policy.max_window_days
        ):
            mine = tuple(one for one in due if one.interval.overlaps(window))
            strongest = min((one.reason for one in mine), key=FOLLOW_UPS.index)
            yield self._read(strongest, window, mine)

    def _due(self) -> Iterator[Due]:
        for granularity, asked in self.asked.items():
            permitted = self.permitted[granularity]
            days = self.day.whole_days(permitted, self.energy_type)
            if asked.estimated or asked.provisional or not _covers(asked.complete, days):
                yield from self.day.follow_ups.due(asked, permitted, days, self.energy_type)

    def _read(self, reason: Reason, window: Interval, due: tuple[Due, ...] = ()) -> Fetch:
        scopes = (self.day.scopes(g, parts, window) for g, parts in self.permitted.items())
        return self._fetch(
            reason,
            WindowKind.READ_TIME,
            window,
            tuple(scope for some in scopes for scope in some),
            tuple(self.permitted),
            due,
        )

    def _fetch(
        self,
        reason: Reason,
        kind: WindowKind,
        window: Interval,
        scopes: tuple[Scope, ...],
        granularities: tuple[Granularity, ...],
        due: tuple[Due, ...] = (),
    ) -> Fetch:
        return Fetch(
            provider=self.provider,
            metering_point=self.metering_point,
            energy_type=self.energy_type,
            reason=reason,
            kind=kind,
            window=window,
            granularities=granularities,
            scopes=scopes,
            permitted=tuple(
                Scope(granularity, part)
                for granularity, parts in self.permitted.items()
                for part in parts
            ),
            planned_at=self.day.now,
            due=due,
        )


def _covers(held: Intervals, wanted: Sequence[Interval]) -> bool:
    """Whether each of ``wanted`` lies within one of ``held``."""
    return all(any(one.covers(want) for one in held) for want in wanted)
