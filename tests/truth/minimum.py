"""How many energy requests a perfect planner would make, where nothing fails.

Worked out from the story alone: a planner that knows beforehand what is never going to come asks

- for time that is permitted for the first time once, in as few windows as the limit of 184 local
  days allows;
- on every later sync once of each metering point of which something new may come: by no other
  means can it know that nothing has;
- of each gas month that it fetched while its factor was provisional, once when that is final.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import Month, day_of, months_of
from truth.story import CAPPING, DAY, Deed, Finish, Grant, Happen, Story

WINDOW_DAYS: Final = 184
LATECOMERS: Final = 30 * DAY
"""So long after a period has ended something of it may come late."""
FACTORS_FINAL: Final = timedelta(days=5)


@dataclass(slots=True)
class _Point:
    energy_type: str
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    caps: list[tuple[datetime, set[tuple[str, str]]]] = field(default_factory=list)
    settled: dict[str, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    provisional: set[datetime] = field(default_factory=set)

    def period(self, key: tuple[str, str], grant: Grant, now: datetime) -> Interval | None:
        ends = [at for at, concerned in self.caps if key in concerned]
        end = min([now, *ends, *([grant.expires] if grant.expires else [])])
        return Interval(grant.since, end) if grant.since < end else None

    def permitted(self, now: datetime) -> dict[str, list[Interval]]:
        found: defaultdict[str, list[Interval]] = defaultdict(list)
        for key, grant in self.grants.items():
            if (period := self.period(key, grant, now)) is not None:
                found[grant.service].append(period)
        return found

    def brings_news(self, now: datetime) -> bool:
        for key, grant in self.grants.items():
            is_expired = grant.expires is not None and grant.expires <= now
            caps = [at for at, concerned in self.caps if key in concerned]
            if not is_expired and (not caps or now < min(caps) + LATECOMERS):
                return True
        return False


def fewest_requests(story: Story) -> int:
    """The number for the whole story, of Fluvius."""
    points: dict[str, _Point] = {}
    total = 0
    for number, now in enumerate(story.moments):
        for deed in story.deeds.get(number, ()):
            _learn(points, deed, now)
        total += sum(_due(point, now) for point in points.values())
    return total


def _learn(points: dict[str, _Point], deed: Deed, now: datetime) -> None:
    if isinstance(deed, Grant):
        energy_type = GAS if deed.ean[5] == "1" else ELECTRICITY
        point = points.setdefault(deed.ean, _Point(energy_type))
        point.grants[deed.reference, deed.service] = deed
    elif isinstance(deed, Finish):
        points[deed.grant.ean].grants.pop((deed.grant.reference, deed.grant.service))
    elif not isinstance(deed, Happen):
        return  # of Eneco's data owners
    elif deed.kind == "contract-ended":
        for point in points.values():
            point.grants.clear()
    elif deed.kind in CAPPING and deed.ean in points:
        point = points[deed.ean]
        point.caps.append((deed.effective or now, set(point.grants)))


def _due(point: _Point, now: datetime) -> int:
    """What a perfect planner asks of one metering point now."""
    permitted = point.permitted(now)
    was_asked = any(point.settled.values())
    news = point.brings_news(now)
    fresh: list[Interval] = []
    for service, periods in permitted.items():
        missing = subtract(periods, point.settled[service])
        if was_asked and news and point.settled[service]:
            edge = max(one.end for one in point.settled[service])
            missing = [one for one in missing if one.start < edge or one.start > edge]
        fresh += missing
    stretches = union(fresh)
    windows = sum(_windows(one, point.energy_type) for one in stretches)
    asked = windows + (1 if was_asked and news else 0)
    for service, periods in permitted.items():
        if asked:
            point.settled[service] = union([*point.settled[service], *periods])
    return asked + _factors(point, permitted, now)


def _windows(stretch: Interval, energy_type: str) -> int:
    first = day_of(stretch.start, energy_type)
    last = day_of(stretch.end - timedelta(microseconds=1), energy_type)
    return -(-((last - first).days + 1) // WINDOW_DAYS)


def _factors(point: _Point, permitted: dict[str, list[Interval]], now: datetime) -> int:
    """One request for all months whose factors became final since; the open ones are noted."""
    if point.energy_type != GAS:
        return 0
    due: set[datetime] = set()
    for month_start in list(point.provisional):
        month = Month.of(day_of(month_start, GAS)).interval(GAS)
        if month.end + FACTORS_FINAL <= now:
            point.provisional.discard(month_start)
            if any(intersect(periods, [month]) for periods in permitted.values()):
                due.add(month_start)
    asked = [one for parts in point.settled.values() for one in parts]
    for one in asked:
        recent = one.intersection(Interval(now - 62 * DAY, now))
        for touched in months_of(recent, GAS) if recent else ():
            whole = touched.interval(GAS)
            if whole.end + FACTORS_FINAL > now:
                point.provisional.add(whole.start)
    return 1 if due else 0
