"""The weather of a region and day, shared by all households there."""

from __future__ import annotations

import math

import numpy as np

from kwartier.emulator.local_calendar import day_of_year
from kwartier.emulator.noise import Floats, Ints, Stream, key_of, spell, uniform

REGIONS = ("coast", "west", "centre", "kempen", "south")

HEATING_LIMIT = 16.5
"""Degrees Celsius of daily mean below which buildings are heated."""

_SEASON = np.array([-math.cos(2 * math.pi * (day - 18) / 365.25) for day in range(366)])
_HOUR = np.array([-math.cos(2 * math.pi * (hour - 3) / 24) for hour in range(24)])


def mean_temperature(seed: int, region: str, days: Ints) -> Floats:
    """Daily mean in degrees Celsius: the season, spells of a week, and the day's own luck."""
    key = key_of(seed, f"weather/{region}")
    week = spell(key, Stream.TEMPERATURE_SPELL, days, 6) - 0.5
    luck = uniform(key, Stream.TEMPERATURE_DAY, days) - 0.5
    return 10.8 + 7.3 * _SEASON[day_of_year(days)] + 9.0 * week + 3.0 * luck


def temperature(seed: int, region: str, days: Ints, hours: Ints) -> Floats:
    """Degrees Celsius at the wall clock's ``hours`` of ``days``."""
    return mean_temperature(seed, region, days) + 3.0 * _HOUR[hours]


def brightness(seed: int, region: str, days: Ints) -> Floats:
    """The share of a clear sky's sun that gets through on a day, 0.1 to 1."""
    key = key_of(seed, f"weather/{region}")
    sky = 0.5 * spell(key, Stream.SKY_SPELL, days, 4) + 0.5 * uniform(key, Stream.SKY_DAY, days)
    return 0.1 + 0.9 * sky
