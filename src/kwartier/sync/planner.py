"""What to ask next: a pure function of mandates, what was asked before, and the time.

Two reasons so far. *Backfill*: measured time that a mandate permits and no fetch has settled.
*Delta*: what the provider stored since the last fetch, whenever it was measured; from a metering
point's first read-time fetch on, everything new comes this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.fetch import Asked, Fetch, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import BRUSSELS, cut_windows, day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions


def plan(
    mandates: Sequence[Mandate],
    asked: Iterable[Asked],
    now: datetime,
    policy: FetchPolicy,
) -> Iterator[Fetch]:
    """The fetches due at ``now``, grouped by metering point.

    Backfill windows come newest first; delta windows oldest first, since each continues the one
    before. ``asked`` is what the store says of the same metering points.
    """
    settled = {(one.metering_point, one.granularity): one for one in asked}
    bringing_new = {m.metering_point for m in mandates if m.may_bring_new_data}
    earliest = earliest_start(now, policy)
    providers = {m.metering_point: m.provider for m in mandates}
    for name, group in groupby(permissions(mandates, until=now), key=lambda p: p.metering_point):
        point = _Point(providers[name], list(group), settled, now, earliest, policy)
        yield from point.backfill()
        if name in bringing_new:
            yield from point.delta()


def earliest_start(now: datetime, policy: FetchPolicy) -> datetime:
    """The start of the first local day that lies wholly inside the provider's history limit."""
    today = now.astimezone(BRUSSELS).date()
    year = today.year - policy.history_years
    leap_day = (today.month, today.day) == (2, 29)
    limit = today.replace(year=year, day=28) if leap_day else today.replace(year=year)
    return day_start(limit + timedelta(days=1), ELECTRICITY)


class _Point:
    """One metering point: its permissions and what fetches have settled of them."""

    def __init__(
        self,
        provider: str,
        permitted: list[Permission],
        asked: dict[tuple[str, Granularity], Asked],
        now: datetime,
        earliest: datetime,
        policy: FetchPolicy,
    ) -> None:
        self.provider = provider
        self.metering_point = permitted[0].metering_point
        self.energy_type = permitted[0].energy_type
        self.permitted = {p.granularity: p.intervals for p in permitted}
        self.asked = {g: asked.get((self.metering_point, g)) for g in self.permitted}
        self.now, self.earliest, self.policy = now, earliest, policy

    def backfill(self) -> Iterator[Fetch]:
        missing = union(part for g in self.permitted for part in self._missing(g))
        for interval in reversed(missing):
            for window in cut_windows(interval, self.energy_type, self.policy.max_window_days):
                scopes = self._scopes(dict.fromkeys(self.permitted, window))
                yield self._fetch(Reason.BACKFILL, WindowKind.READ_TIME, window, scopes)

    def delta(self) -> Iterator[Fetch]:
        reached = {g: until for g in self.permitted if (until := self._reached(g)) is not None}
        if not reached:
            return
        start = max(min(reached.values()) - self.policy.delta_overlap, self.earliest)
        if start >= self.now:
            return
        windows = cut_windows(
            Interval(start, self.now), self.energy_type, self.policy.max_window_days
        )
        for window in reversed(windows):
            since = {
                g: Interval(max(until, window.start), window.end)
                for g, until in reached.items()
                if until < window.end
            }
            yield self._fetch(
                Reason.DELTA, WindowKind.INSERT_TIME, window, self._scopes(since), tuple(reached)
            )

    def _missing(self, granularity: Granularity) -> list[Interval]:
        """Permitted time that nothing has settled, up to where insert-time fetches take over."""
        horizon = self._reached(granularity) or self.now
        if horizon <= self.earliest:
            return []
        target = intersect(self.permitted[granularity], [Interval(self.earliest, horizon)])
        asked = self.asked[granularity]
        return subtract(target, asked.settled) if asked else target

    def _reached(self, granularity: Granularity) -> datetime | None:
        asked = self.asked[granularity]
        return asked.inserted_until if asked else None

    def _scopes(self, stretches: dict[Granularity, Interval]) -> tuple[Scope, ...]:
        return tuple(
            Scope(granularity, part)
            for granularity, stretch in stretches.items()
            for part in intersect(self.permitted[granularity], [stretch])
        )

    def _fetch(
        self,
        reason: Reason,
        kind: WindowKind,
        window: Interval,
        scopes: tuple[Scope, ...],
        granularities: tuple[Granularity, ...] | None = None,
    ) -> Fetch:
        return Fetch(
            provider=self.provider,
            metering_point=self.metering_point,
            energy_type=self.energy_type,
            reason=reason,
            kind=kind,
            window=window,
            granularities=granularities or tuple(self.permitted),
            scopes=scopes,
            permitted=tuple(
                Scope(granularity, part)
                for granularity, parts in self.permitted.items()
                for part in parts
            ),
            planned_at=self.now,
        )
