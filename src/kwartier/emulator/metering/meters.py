"""The physical meters of a metering point: one, and one more for each exchange."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kwartier.emulator.metering.happenings import Happenings
from kwartier.emulator.metering.household import METER_PREFIX, Household
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS, Days
from kwartier.emulator.metering.noise import Draws, Ints, Stream
from kwartier.emulator.metering.series import Series

_EVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalMeter:
    """A meter that registers from ``start`` to ``end`` (Unix times); ``number`` is its
    ``seqNumber``, from 1.
    """

    number: int
    meter_id: str
    start: int
    end: int

    def of(self, series: Series) -> Series:
        """The slices that it registered."""
        return series.between(self.start, self.end)


def meters_of(home: Household, happened: Happenings) -> list[PhysicalMeter]:
    """In the order in which they were hung up."""
    bounds = [-_EVER, *(each.at for each in happened.exchanges), _EVER]
    return [
        PhysicalMeter(number=number, meter_id=_meter_id(home, number), start=start, end=end)
        for number, (start, end) in enumerate(pairwise(bounds), 1)
    ]


def cut_bounds(days: Days, happened: Happenings) -> Ints:
    """The quarters that bound the days' pieces: cut where a meter was exchanged."""
    bounds = days.bounds
    cuts = np.array([each.at // QUARTER_SECONDS for each in happened.exchanges], dtype=np.int64)
    inside = cuts[(cuts > bounds[0]) & (cuts < bounds[-1])]
    return np.union1d(bounds, inside)


def _meter_id(home: Household, number: int) -> str:
    if number == 1:
        return home.meter_id
    drawn = Draws(home.key, (Stream.TRAIT,), np.array([99 + number])).whole(
        Stream.TRAIT, 0, 10**10 - 1
    )
    return f"{METER_PREFIX[home.energy_type]}{int(drawn[0]):010d}"
