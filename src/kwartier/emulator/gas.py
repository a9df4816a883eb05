"""Gas as the meter registers it: whole litres an hour, and the factor that makes it energy.

Heating follows the degrees below the heating limit, hot water the hours of the day. The factor
from m3 to kWh holds for a month: provisional while the month is open, then definitive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.emulator.household import Household
from kwartier.emulator.local_calendar import Days, month_number, wall_clock
from kwartier.emulator.noise import Floats, Ints, Stream, key_of, uniform, whole
from kwartier.emulator.weather import HEATING_LIMIT, temperature
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.local_time import Month, day_start

MONTH_CLOSES_ON_DAY = 5
"""The factor of a month is definitive from 06:00 Brussels on this day of the next one (our
reading of "at the end of the month")."""

FACTOR_RANGE = (113_500, 117_500)
"""Provisional factors, in kWh per 10,000 m3; a definitive one lies within 0.7% of it."""
_CORRECTION = 800

_HOT_WATER = np.array(
    [
        *(0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 1.6, 2.8, 2.2, 1.2, 0.8, 0.8),
        *(1.2, 0.9, 0.6, 0.6, 0.8, 1.4, 2.2, 2.4, 1.9, 1.3, 0.8, 0.4),
    ]
)
_HOME_HEATING = np.array([0.5] * 5 + [0.9, 1.5, 1.6, 1.2] + [0.9] * 7 + [1.2] * 6 + [0.9, 0.6])
_SHOP_HEATING = np.array([0.4] * 6 + [1.3] + [1.8] * 11 + [0.5] * 6)


@dataclass(frozen=True, slots=True)
class HourLoad:
    """Registered gas of whole gas days: litres an hour; ``hours`` count since 1970 in UTC."""

    hours: Ints
    litres: Ints


def hour_load(home: Household, days: Days) -> HourLoad:
    """What the meter registers over ``days``; the same hour always comes out the same."""
    bounds = days.bounds
    hours = np.arange(bounds[0] // 4, bounds[-1] // 4, dtype=np.int64)
    wall_day, wall_quarter = wall_clock(hours * 4)
    wall_hour = wall_quarter // 4
    water = 13 * home.size * _HOT_WATER[wall_hour]
    drawn = water * np.maximum(4 * uniform(home.key, Stream.HOT_WATER, hours) - 1, 0) / 1.125
    litres = np.rint(drawn + _heating(home, hours, wall_day, wall_hour)).astype(np.int64)
    return HourLoad(hours, litres)


def _heating(home: Household, hours: Ints, wall_day: Ints, wall_hour: Ints) -> Floats:
    cold = HEATING_LIMIT - temperature(home.seed, home.region, wall_day, wall_hour)
    rhythm = (_SHOP_HEATING if home.shop else _HOME_HEATING)[wall_hour]
    swing = 0.7 + 0.6 * uniform(home.key, Stream.HEATING, hours)
    heating: Floats = np.maximum(cold, 0) * home.gas_heating * rhythm * swing
    return heating


def factors(seed: int, region: str, days: Ints, asked_at: float) -> tuple[Ints, np.ndarray]:
    """Of each gas day: the factor as known at ``asked_at`` (kWh per 10,000 m3), and whether it is
    definitive by then."""
    months = month_number(days)
    key = key_of(seed, f"gas/{region}")
    provisional = whole(key, Stream.FACTOR, months, *FACTOR_RANGE)
    correction = whole(key, Stream.FACTOR_CORRECTION, months, 100, _CORRECTION)
    sign = np.where(correction % 2 == 0, 1, -1)
    known, which = np.unique(months, return_inverse=True)
    closed = np.array([asked_at >= month_closes(month) for month in known.tolist()], dtype=bool)
    definitive = closed[which] if len(known) else np.zeros(0, dtype=bool)
    return provisional + np.where(definitive, sign * correction, 0), definitive


def month_closes(month: int) -> float:
    """The Unix time at which the factor of a month (counted since January 1970) is final."""
    following = Month(1970, 1).plus(month + 1).first_day
    closing = following.replace(day=MONTH_CLOSES_ON_DAY)
    return day_start(closing, GAS).timestamp()


def watt_hours(litres: Ints, factor: Ints) -> Ints:
    """Energy in whole Wh, so that kWh come out with three decimals."""
    return (litres * factor + 5_000) // 10_000
