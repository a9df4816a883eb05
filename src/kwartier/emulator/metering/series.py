"""Slices in order of time, and which days a window needs."""

from __future__ import annotations

from dataclasses import dataclass

from kwartier.emulator.metering.arrival import LONGEST_DELAY
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import Days, day_number_at
from kwartier.emulator.metering.noise import Ints, Mask

Columns = dict[str, Ints]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Slices in order of time: whole Wh, varh or litres.

    All arrays have one entry a slice, instants are Unix times.

    ``columns`` are named as in :mod:`kwartier.emulator.metering.registers`; where the EAN is
    metered at several places, they share these slices.
    """

    starts: Ints
    ends: Ints
    stored: Ints
    estimated: Mask
    definitive: Mask
    columns: Columns

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: Mask) -> Series:
        """The slices that ``mask`` picks."""
        return self if mask.all() else self._picked(mask)

    def between(self, start: float, end: float) -> Series:
        """The slices that start at or after ``start`` and end at or before ``end``."""
        if not len(self) or (self.starts[0] >= start and self.ends[-1] <= end):
            return self
        first, last = self.starts.searchsorted(start), self.ends.searchsorted(end, side="right")
        return self._picked(slice(first, max(first, last)))

    def _picked(self, which: Mask | slice) -> Series:
        return Series(
            starts=self.starts[which],
            ends=self.ends[which],
            stored=self.stored[which],
            estimated=self.estimated[which],
            definitive=self.definitive[which],
            columns={name: values[which] for name, values in self.columns.items()},
        )


def days_read(home: Household, start: float, end: float) -> Days:
    """The days that the measured time from ``start`` to ``end`` touches; the one that begins at
    ``end`` is none of them.
    """
    first = day_number_at(start, home.energy_type)
    return Days(home.energy_type, first, max(first, day_number_at(end - 1, home.energy_type) + 1))


def days_stored(home: Household, start: float, end: float) -> Days:
    """The days of which anything may have been stored from ``start`` to ``end``."""
    return days_read(home, start - LONGEST_DELAY, end)
