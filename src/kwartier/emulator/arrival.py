"""When what was measured reaches Fluvius, and in what state: known beforehand for every day.

All of it by hash of the EAN, the day and the world. A slice has one insert time, that of its
latest storing: an estimate that is replaced by the meter's own reading moves it, a gas factor
that becomes definitive does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.emulator.household import Household
from kwartier.emulator.local_calendar import QUARTER_SECONDS, Days, start_quarter
from kwartier.emulator.noise import Floats, Ints, Stream, uniform, whole
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


def arrival(home: Household, days: Days) -> Arrival:
    """How ``days`` of a household come in."""
    numbers, key, gas = days.numbers, home.key, home.energy_type == GAS
    late = _chosen(key, Stream.LATE, numbers, LATE_SHARE)
    stored = _usual(home, days) + late * whole(key, Stream.LATE_DAYS, numbers, *LATE_DAYS) * _DAY
    replaced_after = whole(key, Stream.REPLACED_AFTER, numbers, *REPLACED_AFTER_DAYS) * _DAY
    replaced = uniform(key, Stream.REPLACED, numbers) < REPLACED_SHARE
    estimated, missing = ESTIMATED_SLICES[gas], GAP_SLICES[gas]
    last = 22 if gas else 91
    return Arrival(
        stored=stored,
        estimated_from=whole(key, Stream.ESTIMATE_START, numbers, 0, last),
        estimated_count=_chosen(key, Stream.ESTIMATE, numbers, ESTIMATED_SHARE)
        * whole(key, Stream.ESTIMATE_SIZE, numbers, *estimated),
        replaced=np.where(replaced, stored + replaced_after, NEVER),
        missing_from=whole(key, Stream.GAP_START, numbers, 0, last + 1 - missing[1]),
        missing_count=_chosen(key, Stream.GAP, numbers, GAP_SHARE)
        * whole(key, Stream.GAP_SIZE, numbers, *missing),
    )


def _chosen(key: int, stream: Stream, numbers: Ints, share: float) -> Ints:
    return (uniform(key, stream, numbers) < share).astype(np.int64)


def _usual(home: Household, days: Days) -> Ints:
    luck: Floats = uniform(home.key, Stream.ARRIVAL, days.numbers)
    if home.energy_type == GAS:
        first, last = GAS_ARRIVES_AFTER
        ends = days.bounds[1:] * QUARTER_SECONDS
    else:
        # Counted from 06:00, which the clock change never skips nor shows twice.
        first, last = (hour - 6 for hour in ELECTRICITY_ARRIVES)
        ends = np.array(
            [start_quarter(day + 1, GAS) for day in range(days.first, days.end)], dtype=np.int64
        )
        ends = ends * QUARTER_SECONDS
    return ends + ((first + (last - first) * luck) * _HOUR).astype(np.int64)
