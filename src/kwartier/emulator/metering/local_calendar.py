"""Brussels' days as whole numbers, for arithmetic over arrays.

A day is its count since 1970-01-01, a quarter the count of quarter-hours since then in UTC, so
that a quarter times 900 is a Unix time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar

import numpy as np

from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_of, day_start

QUARTER_SECONDS = 900
QUARTERS_A_DAY = 96

Array = TypeVar("Array", Ints, Mask)

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def as_date(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + _EPOCH)


@lru_cache(maxsize=1 << 12)
def day_number_at(unix: float, energy_type: str) -> int:
    """The local day (gas day) that contains a Unix time."""
    return day_number(day_of(datetime.fromtimestamp(unix, UTC), energy_type))


@lru_cache(maxsize=1 << 16)
def start_quarter(day: int, energy_type: str) -> int:
    """The quarter at which a local day (gas day) begins."""
    return int(day_start(as_date(day), energy_type).timestamp()) // QUARTER_SECONDS


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive local days from ``first`` up to but excluding ``end``."""

    energy_type: str
    first: int
    end: int

    @property
    def numbers(self) -> Ints:
        return np.arange(self.first, self.end, dtype=np.int64)

    @property
    def bounds(self) -> Ints:
        """The quarter at which each day begins, and at last that at which the last one ends."""
        return _bounds(self)


@lru_cache(maxsize=256)
def _bounds(days: Days) -> Ints:
    numbers = range(days.first, days.end + 1)
    starts = [start_quarter(day, days.energy_type) for day in numbers]
    return shared(np.array(starts, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Quarters:
    """All quarters of some days, and what a clock and calendar in Brussels show then.

    ``wall_day`` is a day number, ``wall_quarter`` 0..95, ``day_of_year`` 0 for the first of
    January; ``position`` is the index of ``wall_day`` among the day numbers from the first day on.
    """

    numbers: Ints
    wall_day: Ints
    wall_quarter: Ints
    weekend: Mask
    day_of_year: Ints
    position: Ints


@lru_cache(maxsize=16)
def quarters_of(days: Days) -> Quarters:
    """Shared by all who live through the same days, therefore not to be written to."""
    bounds = days.bounds
    numbers = np.arange(bounds[0], bounds[-1], dtype=np.int64)
    wall_day, wall_quarter = wall_clock(numbers)
    calendar = np.arange(days.first, days.end + 1, dtype=np.int64)
    position = wall_day - days.first
    return Quarters(
        numbers=shared(numbers),
        wall_day=shared(wall_day),
        wall_quarter=shared(wall_quarter),
        weekend=shared(is_weekend(calendar)[position]),
        day_of_year=shared(day_of_year(calendar)[position]),
        position=shared(position),
    )


def shared(array: Array) -> Array:
    """``array``, which from now on cannot be written to."""
    array.setflags(write=False)
    return array


def wall_clock(quarters: Ints) -> tuple[Ints, Ints]:
    """The calendar day and the quarter of the day (0..95) that a clock in Brussels shows.

    On the long day four quarters are shown twice, on the short day four are skipped; the clock is
    changed at 01:00 UTC.
    """
    first, last = int(quarters[0]) // QUARTERS_A_DAY - 1, int(quarters[-1]) // QUARTERS_A_DAY + 3
    days = np.arange(first, last, dtype=np.int64)
    starts = np.array([start_quarter(day, ELECTRICITY) for day in days.tolist()], dtype=np.int64)
    ahead = days * QUARTERS_A_DAY - starts
    which = np.searchsorted(starts, quarters, side="right") - 1
    changed = quarters >= days[which] * QUARTERS_A_DAY + 4
    shown = quarters + np.where(changed, ahead[which + 1], ahead[which])
    return shown // QUARTERS_A_DAY, shown % QUARTERS_A_DAY


def is_weekend(days: Ints) -> Mask:
    """Whether a calendar day is a Saturday or Sunday (1970-01-01 was a Thursday)."""
    weekend: Mask = (days + 3) % 7 >= 5
    return weekend


def day_of_year(days: Ints) -> Ints:
    """0 for the first of January."""
    dates = days.astype("datetime64[D]")
    passed: Ints = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
    return passed


def month_number(days: Ints) -> Ints:
    """The count of calendar months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
