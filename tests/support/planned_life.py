"""Years of daily syncs without a store: what the planner is told, worked out day by day."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

from kwartier.sync import FetchPolicy, plan
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.fetch import (
    FOLLOW_UPS,
    Asked,
    Fetch,
    Reason,
    Tried,
    WindowKind,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, union
from kwartier.vocabulary.local_time import Month, day_of, days_within
from kwartier.vocabulary.local_time import day_interval as worked_out_day_interval
from kwartier.vocabulary.mandate import Mandate, permissions

NEVER = None
day_interval = cache(worked_out_day_interval)
"""Lives look at the same days again and again."""


@dataclass(frozen=True)
class Stored:
    """When a day's values were stored in full (NEVER: not at all), when its estimates gave way to
    readings, and when its gas factor became definitive without being stored anew.
    """

    complete: datetime | None
    read: datetime | None = None
    definitive: datetime | None = None


Truth = Callable[[Granularity, date], Stored]


@dataclass
class Held:
    """What is known of one day: as of when, by insert time or read time."""

    seen: datetime
    tried: dict[Reason, tuple[int, datetime]] = field(default_factory=dict)


@dataclass
class Life:
    """One metering point, its mandates, and what came of each fetch."""

    mandates: Sequence[Mandate]
    truth: Truth
    policy: FetchPolicy = field(default_factory=FetchPolicy)
    answered: list[Fetch] = field(default_factory=list)
    held: dict[tuple[Granularity, date], Held] = field(default_factory=dict)

    def planned(self, now: datetime) -> list[Fetch]:
        """What is due."""
        return list(plan(self.mandates, self.asked(now), now, self.policy))

    def sync(self, now: datetime, lost: Container[int] = ()) -> list[Fetch]:
        """Plan and carry out; returns what was asked. The fetches with ``lost`` numbers fail."""
        fetches = self.planned(now)
        for number, fetch in enumerate(fetches):
            if number not in lost:
                self.answer(fetch, now)
        return fetches

    def answer(self, fetch: Fetch, now: datetime) -> None:
        """Take in what the provider stored by ``now``."""
        self.answered.append(fetch)
        for scope in fetch.permitted:
            for day in days_within(scope.interval, self.energy_type):
                self._take(fetch, scope.granularity, day, now)

    def _take(self, fetch: Fetch, granularity: Granularity, day: date, now: datetime) -> None:
        stored, key = self.truth(granularity, day), (granularity, day)
        if fetch.kind is WindowKind.INSERT_TIME:
            storings = [at for at in (stored.complete, stored.read) if at is not None]
            if any(at in fetch.window for at in storings):
                self._see(key, now)
            return
        if not day_interval(day, self.energy_type).overlaps(fetch.window):
            return
        if stored.complete is not None and stored.complete <= now:
            self._see(key, now)
        held = self.held.setdefault(key, Held(datetime.min.replace(tzinfo=now.tzinfo)))
        again = {due.reason for due in fetch.due}
        for reason in again or FOLLOW_UPS:
            month = Month.of(day).interval(GAS)
            is_early = reason is Reason.PROVISIONAL and month.end > now
            if self._is_so(reason, granularity, day) and not is_early:
                times, last = held.tried.get(reason, (0, now))
                held.tried[reason] = times + bool(again), max(last, now)

    def _see(self, key: tuple[Granularity, date], now: datetime) -> None:
        held = self.held.setdefault(key, Held(now))
        held.seen = now
        held.tried = {r: t for r, t in held.tried.items() if self._is_so(r, *key)}

    def _is_so(self, reason: Reason, granularity: Granularity, day: date) -> bool:
        """Whether what is held of the day is absent, estimated or provisional."""
        stored, held = self.truth(granularity, day), self.held.get((granularity, day))
        is_there = held is not None and stored.complete is not None and stored.complete <= held.seen
        if reason is Reason.GAP or held is None:
            return not is_there and reason is Reason.GAP
        until = stored.read if reason is Reason.ESTIMATED else stored.definitive
        return is_there and until is not None and until > held.seen

    @property
    def energy_type(self) -> str:
        energy_type = self.mandates[0].energy_type
        assert energy_type is not None
        return energy_type

    def asked(self, now: datetime) -> list[Asked]:
        """What a store would say."""
        granularities = {g for fetch in self.answered for g in fetch.granularities}
        return [self._asked(granularity) for granularity in sorted(granularities)]

    def _asked(self, granularity: Granularity) -> Asked:
        mine = [fetch for fetch in self.answered if granularity in fetch.granularities]
        scopes = [s.interval for f in mine for s in f.scopes if s.granularity == granularity]
        reads = [fetch.planned_at for fetch in mine if fetch.kind is WindowKind.READ_TIME]
        days = [day for of, day in self.held if of is granularity]
        return Asked(
            metering_point=mine[0].metering_point,
            granularity=granularity,
            settled=tuple(union(scopes)),
            inserted=tuple(union(f.window for f in mine if f.kind is WindowKind.INSERT_TIME)),
            first_read_at=min(reads, default=None),
            complete=self._days(d for d in days if not self._is_so(Reason.GAP, granularity, d)),
            estimated=self._days(d for d in days if self._is_so(Reason.ESTIMATED, granularity, d)),
            provisional=self._days(
                d for d in days if self._is_so(Reason.PROVISIONAL, granularity, d)
            ),
            tried=tuple(
                Tried(reason, day_interval(day, self.energy_type), *tried)
                for day in days
                for reason, tried in self.held[granularity, day].tried.items()
            ),
        )

    def _days(self, days: Iterable[date]) -> tuple[Interval, ...]:
        return tuple(union(day_interval(day, self.energy_type) for day in days))


def usual(energy_type: str) -> Truth:
    """Everything comes at five the next morning, gas after two days, measured and definitive."""

    @cache
    def stored(granularity: Granularity, day: date) -> Stored:
        after = timedelta(days=2) if energy_type == GAS else timedelta(hours=5)
        return Stored(day_interval(day, energy_type).end + after)

    return stored


def check_lawful(fetches: Sequence[Fetch], life: Life, now: datetime) -> None:
    """What holds of any plan."""
    earliest = now.replace(year=now.year - life.policy.history_years)
    permitted = union(
        part for one in permissions(life.mandates, until=now) for part in one.intervals
    )
    assert len({(fetch.kind, fetch.window) for fetch in fetches}) == len(fetches)
    reads = [fetch.window for fetch in fetches if fetch.kind is WindowKind.READ_TIME]
    assert sum((window.duration for window in reads), timedelta()) == sum(
        (window.duration for window in union(reads)), timedelta()
    ), "read-time windows overlap"
    for fetch in fetches:
        assert fetch.window.start >= earliest
        assert fetch.window.end <= now
        last = day_of(fetch.window.end - timedelta(microseconds=1), fetch.energy_type)
        assert (last - day_of(fetch.window.start, fetch.energy_type)).days < 184
        assert fetch.window.duration <= timedelta(days=185)
        if fetch.kind is WindowKind.READ_TIME:
            assert intersect([fetch.window], permitted) == [fetch.window]
        for scope in fetch.scopes:
            assert intersect([scope.interval], permitted) == [scope.interval]
