"""How finely a series is measured, and which slices to expect."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kwartier.vocabulary.energy import COOLING, GAS, HEAT, HOT_WATER
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_start, days_within


class Granularity(StrEnum):
    """ISO 8601 durations. A P1D slice is a local day (gas day): 23, 24 or 25 hours long."""

    QUARTER_HOUR = "PT15M"
    HOUR = "PT1H"
    DAY = "P1D"

    @property
    def step(self) -> timedelta | None:
        """The slice's fixed length; None for days, whose length the calendar decides."""
        return _STEPS[self]


_STEPS: dict[Granularity, timedelta | None] = {
    Granularity.QUARTER_HOUR: timedelta(minutes=15),
    Granularity.HOUR: timedelta(hours=1),
    Granularity.DAY: None,
}


SLICES: Final = {
    Granularity.QUARTER_HOUR: ("quarter-hour", "quarter-hours"),
    Granularity.HOUR: ("hour", "hours"),
    Granularity.DAY: ("day value", "day values"),
}
"""What one slice is called, and several."""


def slice_words(granularity: str, count: int = 2) -> str:
    """``quarter-hours``, ``hours`` or ``day values``, or one of them; another word as it is."""
    try:
        return SLICES[Granularity(granularity)][count != 1]
    except ValueError:
        return granularity


_BY_THE_HOUR = frozenset({GAS, HEAT, HOT_WATER, COOLING})


def finest(energy_type: str) -> Granularity:
    """The finest that is metered of it: quarters of electricity, hours of gas and heat."""
    return Granularity.HOUR if energy_type in _BY_THE_HOUR else Granularity.QUARTER_HOUR


def slice_starts(interval: Interval, granularity: Granularity, energy_type: str) -> list[datetime]:
    """The starts of the slices that lie wholly inside ``interval``, in order."""
    step = granularity.step
    if step is None:
        return [day_start(day, energy_type) for day in days_within(interval, energy_type)]
    midnight = interval.start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - (midnight - interval.start) // step * step
    return [first + step * i for i in range(max(0, (interval.end - first) // step))]
