"""Consecutive slices of the calendar, and the slice that a row of a table is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from kwartier.analysis.columns import Array
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import day_of, day_start, local_days

NOWHERE = -1


def instant64(instant: datetime) -> np.datetime64:
    """The instant as ``datetime64[us]`` in UTC."""
    return np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "us")


@dataclass(frozen=True, slots=True)
class Grid:
    """The slices of one granularity and energy type over a stretch of time.

    ``starts`` and ``ends`` are ``datetime64[us]`` in UTC; ``months`` (``datetime64[M]``) is the
    local month that each slice belongs to; ``step`` the fixed length, None for days.
    """

    starts: Array
    ends: Array
    months: Array
    step: timedelta | None

    @classmethod
    def spanning(
        cls, start: datetime, end: datetime, granularity: Granularity, energy_type: str
    ) -> Grid:
        """The slices from the one that contains ``start`` to the one that contains ``end``."""
        step = granularity.step
        if step is None:
            first, last = day_of(start, energy_type), day_of(end, energy_type)
            days = [first + timedelta(days=i) for i in range((last - first).days + 2)]
            edges = np.array([instant64(day_start(day, energy_type)) for day in days])
        else:
            midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
            begin = midnight + (start - midnight) // step * step
            edges = np.arange(instant64(begin), instant64(end + step), np.timedelta64(step))
        months = local_days(edges[:-1], energy_type).astype("datetime64[M]")
        return cls(edges[:-1], edges[1:], months, step)

    def inside(self, start: datetime, end: datetime) -> slice:
        """The slices that lie wholly between ``start`` and ``end``."""
        first = int(np.searchsorted(self.starts, instant64(start), side="left"))
        last = int(np.searchsorted(self.ends, instant64(end), side="right"))
        return slice(first, max(first, last))

    def find(self, starts: Array, ends: Array) -> Array:
        """The index of the slice that each row is about; NOWHERE where there is none.

        A row of fixed length must match its slice exactly. A row of a day belongs to the day that
        contains its middle: on the day of a meter exchange two rows may share one day.
        """
        if self.step is None:
            middles = starts + (ends - starts) // 2
            found = np.searchsorted(self.starts, middles, side="right") - 1
            return np.where(middles < self.ends[-1], found, NOWHERE)
        step = self.step // timedelta(microseconds=1)
        elapsed = (starts - self.starts[0]).view(np.int64)
        found = elapsed // step
        fits = (found * step == elapsed) & ((ends - starts).view(np.int64) == step)
        return np.where(fits & (found >= 0) & (found < len(self.starts)), found, NOWHERE)
