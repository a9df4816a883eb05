"""Brussels' days, gas days and months, and the windows cut along them.

Instants are UTC everywhere; only here do they meet the wall clock. An electricity day runs from
local midnight to local midnight (23, 24 or 25 hours), a gas day from 06:00 to 06:00 (its short
and long days are the Saturdays before the clock changes), a month is the days that start in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kwartier.errors import InputError
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.interval import Interval

if TYPE_CHECKING:
    import numpy.typing as npt

BRUSSELS = ZoneInfo("Europe/Brussels")
GAS_DAY_START = time(6)
FIRST_YEAR, LAST_YEAR = 1900, 2200
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def to_utc(moment: date | datetime, field: str) -> datetime:
    """The instant meant by a date (local midnight), a local wall time, or a zoned date-time.

    A date-time without zone is Brussels' wall time. One that the clock skips, or shows twice
    without ``fold`` telling which, is refused with :class:`InputError`. ``fold=1`` names the
    second showing; to name the first, give the instant in UTC. So are years before 1900 and after
    2200, which are typing errors in this field.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        rule = f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}"
        raise InputError(field, rule, f"got {moment}")
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), BRUSSELS).astimezone(UTC)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    instants = showings(moment, BRUSSELS)
    if not instants:
        raise InputError(field, f"{moment} does not exist in Brussels", "the clock skips it")
    if len(instants) == 2 and moment.fold == 0:
        raise InputError(
            field,
            f"{moment} happens twice in Brussels",
            "say which: +02:00 is the first, +01:00 the second; in Python also fold=1",
        )
    return instants[-1]


def showings(wall_time: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants (UTC, ascending) at which a clock in ``zone`` shows ``wall_time``: one; none if
    the clock skips it, two if it is turned back to it.
    """
    first, second = (wall_time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return [first.astimezone(UTC)]
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall_time:
        return []
    return [first.astimezone(UTC), second.astimezone(UTC)]


def parse_instant(text: str, field: str) -> datetime:
    """Read an ISO 8601 date or date-time; without a zone it is Brussels' wall time."""
    try:
        moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        rule = "must be an ISO 8601 date or date-time such as 2026-01-31 or 2026-01-31T12:00:00Z"
        raise InputError(field, rule, f"got {text!r}") from error
    return to_utc(moment, field)


@lru_cache(maxsize=16384)
def day_start(day: date, energy_type: str) -> datetime:
    """When a local day begins, in UTC: 00:00 in Brussels, for gas 06:00."""
    at = GAS_DAY_START if energy_type == GAS else time()
    return datetime.combine(day, at, BRUSSELS).astimezone(UTC)


def day_interval(day: date, energy_type: str) -> Interval:
    """The local day as an interval of 23, 24 or 25 hours."""
    return Interval(day_start(day, energy_type), day_start(day + timedelta(days=1), energy_type))


def day_of(instant: datetime, energy_type: str) -> date:
    """The local day that contains ``instant``."""
    day = instant.astimezone(BRUSSELS).date()
    return day if instant >= day_start(day, energy_type) else day - timedelta(days=1)


def days_within(interval: Interval, energy_type: str) -> Iterator[date]:
    """The local days that lie wholly inside ``interval``, in order."""
    day = day_of(interval.start, energy_type)
    if day_start(day, energy_type) < interval.start:
        day += timedelta(days=1)
    while day_start(day + timedelta(days=1), energy_type) <= interval.end:
        yield day
        day += timedelta(days=1)


def local_days(instants: npt.NDArray[Any], energy_type: str) -> npt.NDArray[Any]:
    """The local day of each instant: ``datetime64[us]`` in UTC in, ``datetime64[D]`` out."""
    # Every command reads instants, few handle arrays, and loading numpy takes a third of a start.
    import numpy as np

    if len(instants) == 0:
        return np.array([], dtype="datetime64[D]")
    first = instants.min().astype("datetime64[D]") - np.timedelta64(2, "D")
    last = instants.max().astype("datetime64[D]") + np.timedelta64(2, "D")
    days = np.arange(first, last)
    starts = np.array(
        [day_start(day, energy_type).replace(tzinfo=None) for day in days.tolist()],
        dtype="datetime64[us]",
    )
    found: npt.NDArray[Any] = days[np.searchsorted(starts, instants, side="right") - 1]
    return found


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A local calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise InputError("month", "must be between 1 and 12", f"got {self.month}")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            rule = f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}"
            raise InputError("month", rule, f"got {self.year}")

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str, field: str = "month") -> Month:
        """Read ``YYYY-MM``, exactly so; :class:`InputError` naming ``field`` otherwise."""
        found = _MONTH.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            rule = "must be a year and a month such as 2026-01"
            raise InputError(field, rule, f"got {text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def interval(self, energy_type: str) -> Interval:
        """The month's days; for gas, the gas days that start in it."""
        start = day_start(self.first_day, energy_type)
        return Interval(start, day_start(self.plus(1).first_day, energy_type))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_of(interval: Interval, energy_type: str) -> Iterator[Month]:
    """The local months that ``interval`` touches, in order."""
    month = Month.of(day_of(interval.start, energy_type))
    last = Month.of(day_of(interval.end - timedelta(microseconds=1), energy_type))
    while month <= last:
        yield month
        month = month.plus(1)


def cut_windows(interval: Interval, energy_type: str, max_days: int) -> list[Interval]:
    """Cut into windows of at most ``max_days`` local days, inner cuts at the start of a day.

    The outer ends stay the interval's own instants. Newest window first, so that a first sync
    shows the recent past soonest.
    """
    if max_days < 1:
        raise InputError("max_days", "must be at least 1", f"got {max_days}")
    windows = []
    end = interval.end
    while end > interval.start:
        last_day = day_of(end - timedelta(microseconds=1), energy_type)
        start = max(interval.start, day_start(last_day - timedelta(days=max_days - 1), energy_type))
        windows.append(Interval(start, end))
        end = start
    return windows
