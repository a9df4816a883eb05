"""When what was measured reaches Fluvius, and in what state: known beforehand for every day.

All of it by hash of the EAN, the day and the world. A slice has one insert time, that of its
latest storing: an estimate that is replaced by the meter's own reading moves it, a gas factor
that becomes definitive does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS, Days
from kwartier.emulator.metering.noise import Draws, Ints, Stream
from kwartier.vocabulary.energy import GAS

_HOUR, _DAY = 3_600, 86_400

ELECTRICITY_ARRIVES = (3, 10)
"""Wall-clock hours of the next morning between which a day of electricity is stored."""
GAS_ARRIVES_AFTER = (30, 60)
"""Hours after the end of a gas day between which it is stored."""

LATE_SHARE = 0.02
LATE_DAYS = (1, 6)

ESTIMATED_SHARE = 0.015
REPLACED_SHARE = 0.9
REPLACED_AFTER_DAYS = (2, 12)
GAP_SHARE = 1 / 900

ESTIMATED_SLICES = {False: (4, 24), True: (2, 6)}
GAP_SLICES = {False: (2, 12), True: (1, 4)}
"""Lengths of a block of estimated or missing slices: quarters of electricity, hours of gas."""

LONGEST_DELAY = (2 + LATE_DAYS[1] + REPLACED_AFTER_DAYS[1] + 3) * _DAY
"""No slice is stored later than this many seconds after the start of its day."""

_STREAMS = tuple(stream for stream in Stream if Stream.ARRIVAL <= stream <= Stream.GAP_SIZE)

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Arrival:
    """Per day: when it is stored (Unix time), and its blocks of estimated and missing slices.

    Blocks are counted in slices from the day's start; a length of 0 is none. ``replaced`` is when
    the estimated block gives way to the meter's reading, NEVER when it does not.
    """

    stored: Ints
    estimated_from: Ints
    estimated_count: Ints
    replaced: Ints
    missing_from: Ints
    missing_count: Ints

    def cut(self, days: slice) -> Arrival:
        """Some of its days."""
        return Arrival(
            self.stored[days],
            self.estimated_from[days],
            self.estimated_count[days],
            self.replaced[days],
            self.missing_from[days],
            self.missing_count[days],
        )


def arrival(home: Household, days: Days) -> Arrival:
    """How ``days`` of a household come in."""
    draws = Draws(home.key, _STREAMS, days.numbers)
    gas = home.energy_type == GAS
    late = draws.chosen(Stream.LATE, LATE_SHARE)
    stored = _usual(days, draws) + late * draws.whole(Stream.LATE_DAYS, *LATE_DAYS) * _DAY
    replaced = draws.chosen(Stream.REPLACED, REPLACED_SHARE)
    replaced_after = draws.whole(Stream.REPLACED_AFTER, *REPLACED_AFTER_DAYS) * _DAY
    estimated, missing = ESTIMATED_SLICES[gas], GAP_SLICES[gas]
    last = 22 if gas else 91
    return Arrival(
        stored=stored,
        estimated_from=draws.whole(Stream.ESTIMATE_START, 0, last),
        estimated_count=draws.chosen(Stream.ESTIMATE, ESTIMATED_SHARE)
        * draws.whole(Stream.ESTIMATE_SIZE, *estimated),
        replaced=np.where(replaced, stored + replaced_after, NEVER),
        missing_from=draws.whole(Stream.GAP_START, 0, last + 1 - missing[1]),
        missing_count=draws.chosen(Stream.GAP, GAP_SHARE) * draws.whole(Stream.GAP_SIZE, *missing),
    )


def _usual(days: Days, draws: Draws) -> Ints:
    luck = draws.uniform(Stream.ARRIVAL)
    if days.energy_type == GAS:
        first, last = GAS_ARRIVES_AFTER
        ends = days.bounds[1:] * QUARTER_SECONDS
    else:
        # Counted from 06:00, which the clock change never skips nor shows twice.
        first, last = (hour - 6 for hour in ELECTRICITY_ARRIVES)
        ends = Days(GAS, days.first, days.end).bounds[1:] * QUARTER_SECONDS
    return ends + ((first + (last - first) * luck) * _HOUR).astype(np.int64)
