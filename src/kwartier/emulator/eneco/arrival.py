"""When an hour reaches Eneco, and when it is put right: known beforehand for every hour.

All of it by hash of the data owner, the day and the hour. The API tells neither: whoever asks
again finds other values.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from kwartier.emulator.metering.noise import Draws, Ints, Mask

HOUR: Final = 3_600
_DAY: Final = 24 * HOUR

USUAL_HOURS: Final = (2, 6)
"""Between so many hours after its end an hour is there; those of one day come alike."""
LATE_SHARE: Final = 0.02
LATE_DAYS: Final = (1, 3)
"""The days that come late, and by how many days."""
CORRECTED_SHARE: Final = 0.02
CORRECTED_AFTER_DAYS: Final = (1, 4)
"""The days of which an estimate came first, and after how many days it is put right."""
ESTIMATED_PERCENT: Final = (70, 130)
"""What an estimate is of the true value."""

LONGEST_DELAY: Final = (USUAL_HOURS[1] + 1) * HOUR + LATE_DAYS[1] * _DAY
"""Seconds after its end by which an hour has come, unless an event made it late."""


class ArrivalStream(IntEnum):
    """What a number is for."""

    USUAL = 20
    MINUTES = 21
    LATE = 22
    LATE_DAYS = 23
    CORRECTED = 24
    CORRECTED_AFTER = 25
    PERCENT = 26


_BY_DAY = tuple(set(ArrivalStream) - {ArrivalStream.MINUTES, ArrivalStream.PERCENT})


class Arrival:
    """How some hours come in; one entry an hour, instants are Unix times.

    ``stored`` is when there is a value, ``corrected`` when it becomes the true one (the same,
    where the first value was true), ``percent`` what the first value was of that.
    """

    __slots__ = ("corrected", "percent", "stored")

    def __init__(self, key: int, hours: Ints) -> None:
        days = hours // 24
        index = [days if stream in _BY_DAY else hours for stream in ArrivalStream]
        draws = Draws(key, tuple(ArrivalStream), np.stack(index))
        first, last = USUAL_HOURS
        usual = first + (last - first) * draws.uniform(ArrivalStream.USUAL)
        delay = (usual + draws.uniform(ArrivalStream.MINUTES)) * HOUR
        late: Mask = draws.chosen(ArrivalStream.LATE, LATE_SHARE)
        days_late = late * draws.whole(ArrivalStream.LATE_DAYS, *LATE_DAYS)
        self.stored: Ints = (hours + 1) * HOUR + delay.astype(np.int64) + days_late * _DAY
        wrong = draws.chosen(ArrivalStream.CORRECTED, CORRECTED_SHARE)
        after = draws.whole(ArrivalStream.CORRECTED_AFTER, *CORRECTED_AFTER_DAYS) * _DAY
        self.corrected: Ints = self.stored + wrong * after
        percent = draws.whole(ArrivalStream.PERCENT, *ESTIMATED_PERCENT)
        self.percent: Ints = np.where(wrong, percent, 100)
