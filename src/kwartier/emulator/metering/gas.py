"""Gas as the meter registers it: whole litres an hour, and the factor that makes it energy.

Heating follows the degrees below the heating limit, hot water the hours of the day. The factor
from m3 to kWh holds for a month: provisional while the month is open, then definitive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import Days, month_number, quarters_of
from kwartier.emulator.metering.noise import Draws, Ints, Mask, Stream, key_of
from kwartier.emulator.metering.weather import HEATING_LIMIT, weather_of
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
    """Registered gas of whole gas days: litres an hour, and how many of them are the tenant's;
    ``hours`` count since 1970 in UTC."""

    hours: Ints
    litres: Ints
    tenant: Ints


def hour_load(home: Household, days: Days) -> HourLoad:
    """What is registered over ``days``; the same hour always comes out the same."""
    quarters = quarters_of(days)
    hours = quarters.numbers[::4] // 4
    wall_hour = quarters.wall_quarter[::4] // 4
    draws = Draws(home.key, (Stream.HOT_WATER, Stream.HEATING), hours)
    water = 13 * home.size * _HOT_WATER[wall_hour]
    drawn = water * np.maximum(4 * draws.uniform(Stream.HOT_WATER) - 1, 0) / 1.125
    weather = weather_of(home.seed, home.region, days)
    cold = HEATING_LIMIT - weather.temperature(quarters.position[::4], wall_hour)
    rhythm = (_SHOP_HEATING if home.shop else _HOME_HEATING)[wall_hour]
    swing = 0.7 + 0.6 * draws.uniform(Stream.HEATING)
    heating = np.maximum(cold, 0) * home.gas_heating * rhythm * swing
    litres = np.rint((drawn + heating) * home.scale).astype(np.int64)
    return HourLoad(hours, litres, litres * home.tenant_share // 100)


@dataclass(frozen=True, slots=True)
class Factors:
    """Of each gas day, in kWh per 10,000 m3: the factor as ``known`` by now, whether that is
    ``is_definitive``, and the ``definitive`` one, known or not.
    """

    known: Ints
    is_definitive: Mask
    definitive: Ints


def factors(seed: int, region: str, days: Ints, asked_at: float) -> Factors:
    """The factors of a region's gas days as they are known at ``asked_at``."""
    months, which = np.unique(month_number(days), return_inverse=True)
    draws = Draws(key_of(seed, f"gas/{region}"), (Stream.FACTOR, Stream.FACTOR_CORRECTION), months)
    provisional = draws.whole(Stream.FACTOR, *FACTOR_RANGE)
    correction = draws.whole(Stream.FACTOR_CORRECTION, 100, _CORRECTION)
    definitive: Ints = provisional + np.where(correction % 2 == 0, correction, -correction)
    closed = np.array([asked_at >= month_closes(month) for month in months.tolist()], dtype=bool)
    return Factors(
        known=np.where(closed, definitive, provisional)[which],
        is_definitive=closed[which],
        definitive=definitive[which],
    )


def month_closes(month: int) -> float:
    """The Unix time at which the factor of a month (counted since January 1970) is final."""
    following = Month(1970, 1).plus(month + 1).first_day
    closing = following.replace(day=MONTH_CLOSES_ON_DAY)
    return day_start(closing, GAS).timestamp()


def watt_hours(litres: Ints, factor: Ints) -> Ints:
    """Energy in whole Wh, so that kWh come out with three decimals."""
    return (litres * factor + 5_000) // 10_000
