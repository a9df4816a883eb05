"""Electricity as the meter registers it: whole watt-hours a quarter, both ways.

A household's load is a base load, a daily rhythm, appliances that run for 45 minutes (they make
the peaks), a heat pump that follows the temperature and a car that charges in the evening. Solar
panels follow the sun and the region's sky; what is left over is injected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kwartier.emulator.household import Household
from kwartier.emulator.local_calendar import Days, day_of_year, is_weekend, wall_clock
from kwartier.emulator.noise import Floats, Ints, Mask, Stream, uniform, whole
from kwartier.emulator.weather import HEATING_LIMIT, brightness, temperature

TARIFF_DAY = range(7 * 4, 22 * 4)
"""Quarters of the wall clock that count on the day register, Monday to Friday."""

APPLIANCES = (
    # share of days, first and last quarter of the day at which it starts, lowest and highest W
    (0.55, 28, 38, 800, 1700),
    (0.35, 44, 60, 800, 1900),
    (0.80, 68, 80, 900, 1900),
    (0.45, 72, 88, 700, 1600),
    (0.30, 40, 88, 700, 1500),
)
_APPLIANCE_QUARTERS = 3

_CHARGE_SHARE = 0.55
_CHARGE_QUARTERS = 16


@dataclass(frozen=True, slots=True)
class QuarterLoad:
    """Registered energy of whole days: Wh a quarter, and which quarters count as day tariff."""

    quarters: Ints
    offtake: Ints
    injection: Ints
    day_tariff: Mask


def quarter_load(home: Household, days: Days) -> QuarterLoad:
    """What the meter registers over ``days``; the same quarter always comes out the same."""
    bounds = days.bounds
    quarters = np.arange(bounds[0], bounds[-1], dtype=np.int64)
    wall_day, wall_quarter = wall_clock(quarters)
    weekend = is_weekend(wall_day)
    power = _rhythm(home, quarters, wall_day, wall_quarter, weekend)
    if home.heat_pump:
        power += _heat_pump(home, quarters, wall_day, wall_quarter)
    _add_appliances(home, power, days, quarters)
    if home.charger:
        _add_charging(home, power, days, quarters)
    solar = _solar(home, quarters, wall_day) if home.solar_peak else np.zeros(1)
    net = np.rint((power - solar) / 4).astype(np.int64)
    both = _both_ways(home, quarters, solar) if home.injects else np.zeros(1, dtype=np.int64)
    in_hours = (wall_quarter >= TARIFF_DAY.start) & (wall_quarter < TARIFF_DAY.stop)
    return QuarterLoad(
        quarters=quarters,
        offtake=np.maximum(net, 0) + both,
        injection=np.maximum(-net, 0) + both,
        day_tariff=in_hours & ~weekend,
    )


def _bumps(*bumps: tuple[float, float, float]) -> Floats:
    """A day of 96 quarters: a sum of bells, each (hour of its top, width in hours, height in W)."""
    hours = [quarter / 4 for quarter in range(96)]
    return np.array(
        [sum(top * math.exp(-(((h - at) / wide) ** 2)) for at, wide, top in bumps) for h in hours]
    )


_HOME_RHYTHM = np.stack(
    [
        _bumps((7.5, 1.0, 260), (12.5, 2.0, 90), (19.0, 2.3, 470)),
        _bumps((9.8, 2.2, 230), (13.0, 2.5, 160), (19.2, 2.4, 430)),
    ]
)
_SHOP_RHYTHM = np.stack([_bumps((11.0, 2.6, 1500), (16.0, 2.4, 1500)), _bumps((12.0, 3.0, 150))])
_WINTER = np.array([math.cos(2 * math.pi * (day - 10) / 365.25) for day in range(366)])


def _rhythm(
    home: Household, quarters: Ints, wall_day: Ints, wall_quarter: Ints, weekend: Mask
) -> Floats:
    shape = (_SHOP_RHYTHM if home.shop else _HOME_RHYTHM)[weekend.astype(np.int64), wall_quarter]
    fast = 0.5 + uniform(home.key, Stream.LOAD_FAST, quarters)
    slow = 0.6 + 0.8 * uniform(home.key, Stream.LOAD_SLOW, quarters // 4)
    season = 1 + 0.17 * _WINTER[day_of_year(wall_day)]
    return home.base_load * (0.8 + 0.4 * slow / 2) + home.size * shape * season * fast * slow


def _heat_pump(home: Household, quarters: Ints, wall_day: Ints, wall_quarter: Ints) -> Floats:
    cold = HEATING_LIMIT - temperature(home.seed, home.region, wall_day, wall_quarter // 4)
    swing = 0.5 + uniform(home.key, Stream.HEAT_PUMP, quarters // 2)
    return np.maximum(cold, 0) * home.heat_pump * swing + 40


def _starts(days: Days, quarters: Ints) -> tuple[Ints, Ints]:
    """The days whose appliances may run within ``quarters`` (the evening before reaches in)."""
    reach = Days(days.energy_type, days.first - 1, days.end)
    return reach.numbers, reach.bounds[:-1] - quarters[0]


def _add_run(power: Floats, at: Ints, watts: Floats) -> None:
    inside = (at >= 0) & (at < len(power)) & (watts > 0)
    power[at[inside]] += watts[inside]


def _add_appliances(home: Household, power: Floats, days: Days, quarters: Ints) -> None:
    numbers, starts = _starts(days, quarters)
    for which, (share, first, last, low, high) in enumerate(APPLIANCES):
        stream = Stream.APPLIANCE + 4 * which
        runs = uniform(home.key, stream, numbers) < share * min(home.size * 1.1, 1.2)
        at = starts + whole(home.key, stream + 1, numbers, first, last)
        watts = np.where(runs, whole(home.key, stream + 2, numbers, low, high), 0).astype(float)
        for step in range(_APPLIANCE_QUARTERS):
            _add_run(power, at + step, watts)


def _add_charging(home: Household, power: Floats, days: Days, quarters: Ints) -> None:
    numbers, starts = _starts(days, quarters)
    charges = uniform(home.key, Stream.CHARGE, numbers) < _CHARGE_SHARE
    at = starts + whole(home.key, Stream.CHARGE_START, numbers, 70, 88)
    left = np.where(charges, whole(home.key, Stream.CHARGE_SIZE, numbers, 5_000, 20_000), 0)
    for step in range(_CHARGE_QUARTERS):
        now = np.minimum(left, home.charger // 4)
        _add_run(power, at + step, now * 4.0)
        left = left - now


def _clear_sky() -> Floats:
    """Share of peak power that panels facing south give, by day of the year and UTC quarter."""
    latitude, table = math.radians(50.9), np.zeros((366, 96))
    for day in range(366):
        tilt = math.radians(-23.44) * math.cos(2 * math.pi * (day + 10) / 365.25)
        for quarter in range(96):
            angle = math.radians((quarter / 4 + 0.125 - 11.7) * 15)
            height = math.sin(latitude) * math.sin(tilt) + math.cos(latitude) * math.cos(
                tilt
            ) * math.cos(angle)
            table[day, quarter] = max(height, 0.0) ** 1.15
    return table


_CLEAR_SKY = _clear_sky()
_PANEL_GAIN = 1.28


def _solar(home: Household, quarters: Ints, wall_day: Ints) -> Floats:
    turned = (quarters + home.solar_shift) % 96
    sun = _CLEAR_SKY[day_of_year(wall_day), turned]
    flicker = 0.7 + 0.6 * uniform(home.key, Stream.FLICKER, quarters)
    sky = brightness(home.seed, home.region, wall_day)
    share = np.minimum(sun * sky * flicker * _PANEL_GAIN, 0.92)
    return home.solar_peak * share


def _both_ways(home: Household, quarters: Ints, solar: Floats) -> Ints:
    """A passing cloud: a few Wh go each way within one quarter."""
    passing = (solar > 100) & (uniform(home.key, Stream.BOTH_WAYS, quarters) < 0.12)
    return np.where(passing, whole(home.key, Stream.BOTH_WAYS_SIZE, quarters, 1, 25), 0)
