"""The weather of a region and day, shared by all households there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kwartier.emulator.metering.local_calendar import Days, day_of_year
from kwartier.emulator.metering.noise import Floats, Ints, Stream, key_of, spell, uniform

REGIONS = ("coast", "west", "centre", "kempen", "south")

HEATING_LIMIT = 16.5
"""Degrees Celsius of daily mean below which buildings are heated."""

_SEASON = np.array([-math.cos(2 * math.pi * (day - 18) / 365.25) for day in range(366)])
_HOUR = np.array([-math.cos(2 * math.pi * (hour - 3) / 24) for hour in range(24)])


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather of consecutive days: one entry a day, the first that of ``days.first``.

    ``mean_temperature`` is in degrees Celsius, ``brightness`` the share of a clear sky's sun that
    gets through.
    """

    mean_temperature: Floats
    brightness: Floats

    def temperature(self, day: Ints, hour: Ints) -> Floats:
        """Degrees Celsius at the wall clock's ``hour`` of the day at index ``day``."""
        degrees: Floats = self.mean_temperature[day] + 3.0 * _HOUR[hour]
        return degrees


@lru_cache(maxsize=64)
def weather_of(seed: int, region: str, days: Days) -> Weather:
    """Of ``days`` and the day after them, into which gas days reach."""
    numbers = np.arange(days.first, days.end + 1, dtype=np.int64)
    key = key_of(seed, f"weather/{region}")
    return Weather(_mean_temperature(key, numbers), _brightness(key, numbers))


def _mean_temperature(key: int, days: Ints) -> Floats:
    """The season, spells of a week, and the day's own luck."""
    week = spell(key, Stream.TEMPERATURE_SPELL, days, 6) - 0.5
    luck = uniform(key, Stream.TEMPERATURE_DAY, days) - 0.5
    return 10.8 + 7.3 * _SEASON[day_of_year(days)] + 9.0 * week + 3.0 * luck


def _brightness(key: int, days: Ints) -> Floats:
    """From 0.1 to 1."""
    sky = 0.5 * spell(key, Stream.SKY_SPELL, days, 4) + 0.5 * uniform(key, Stream.SKY_DAY, days)
    return 0.1 + 0.9 * sky
