"""How many slices should be there by now, and of which local days to say how many are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.analysis import ArrivalPolicy
from kwartier.store.wanted_days import WantedDays
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect
from kwartier.vocabulary.local_time import day_of, day_start
from kwartier.vocabulary.mandate import Permission

_DAY: Final = timedelta(days=1)
_BEGINNING: Final = datetime.fromisoformat("1970-01-01T00:00:00Z")


def wanted_days(
    permission: Permission, now: datetime, arrival: ArrivalPolicy
) -> Iterator[WantedDays]:
    """The local days that ``permission`` touches, days in a row together."""
    due_day = last_due_day(permission.energy_type, now, arrival)
    for first, last in touched_days(permission.intervals, permission.energy_type):
        yield WantedDays(
            metering_point=permission.metering_point,
            granularity=permission.granularity,
            first_day=first,
            last_day=last,
            due_day=due_day,
        )


def touched_days(intervals: Iterable[Interval], energy_type: str) -> list[tuple[date, date]]:
    """The first and last of the local days (gas days) in a row that ``intervals``, in order,
    touch.
    """
    stretches: list[tuple[date, date]] = []
    for interval in intervals:
        first = day_of(interval.start, energy_type)
        last = day_of(interval.end - timedelta.resolution, energy_type)
        if stretches and first <= stretches[-1][1]:
            first, last = stretches[-1][0], max(last, stretches[-1][1])
            stretches.pop()
        stretches.append((first, last))
    return stretches


def due_end(energy_type: str, now: datetime, arrival: ArrivalPolicy) -> datetime:
    """Where the last local day ends that is due whole."""
    return day_start(last_due_day(energy_type, now, arrival) + _DAY, energy_type)


def before(intervals: Iterable[Interval], end: datetime) -> list[Interval]:
    """What of ``intervals`` lies before ``end``."""
    return intersect(intervals, [Interval(_BEGINNING, end)]) if end > _BEGINNING else []


def last_due_day(energy_type: str, now: datetime, arrival: ArrivalPolicy) -> date:
    """The last local day of which everything should be there."""
    return day_of(arrival.due_until(energy_type, now), energy_type) - _DAY


def count_slices(interval: Interval, granularity: Granularity, energy_type: str) -> int:
    """How many slices lie wholly inside ``interval``."""
    step = granularity.step
    if step is not None:
        first = -((_BEGINNING - interval.start) // step)
        return max(0, (interval.end - _BEGINNING) // step - first)
    days = whole_days(interval, energy_type)
    return 0 if days is None else (days[1] - days[0]).days + 1


def whole_days(interval: Interval, energy_type: str) -> tuple[date, date] | None:
    """The first and last of the local days (gas days) that lie wholly inside ``interval``; None
    if none does.
    """
    first = day_of(interval.start, energy_type)
    if day_start(first, energy_type) < interval.start:
        first += _DAY
    last = day_of(interval.end, energy_type) - _DAY
    return (first, last) if first <= last else None


class Expecting:
    """What is expected of permissions at one moment; counted once for those that are alike."""

    def __init__(self, now: datetime, arrival: ArrivalPolicy) -> None:
        self._now, self._arrival = now, arrival
        self._ends: dict[str, datetime] = {}
        self._due: dict[tuple[object, ...], int] = {}

    def due(self, one: Permission) -> int:
        """How many slices should be there."""
        key = one.intervals, one.granularity, one.energy_type
        if key not in self._due:
            parts = before(one.intervals, self.end(one.energy_type))
            counts = (count_slices(part, one.granularity, one.energy_type) for part in parts)
            self._due[key] = sum(counts)
        return self._due[key]

    def end(self, energy_type: str) -> datetime:
        """Where the last local day ends that is due whole."""
        if energy_type not in self._ends:
            self._ends[energy_type] = due_end(energy_type, self._now, self._arrival)
        return self._ends[energy_type]

    def days(self, one: Permission) -> Iterator[WantedDays]:
        """The local days of which to say how many slices are there."""
        return wanted_days(one, self._now, self._arrival)
