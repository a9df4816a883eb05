"""Electricity as the meter registers it: whole watt-hours a quarter, both ways.

A household's load is a base load, a daily rhythm, appliances that run for 45 minutes (they make
the peaks), a heat pump that follows the temperature and a car that charges in the evening. Solar
panels follow the sun and the region's sky; what is left over is injected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import Days, Quarters, quarters_of
from kwartier.emulator.metering.noise import Draws, Floats, Ints, Mask, Stream
from kwartier.emulator.metering.sunlight import CLEAR_SKY, MOST, PANEL_GAIN
from kwartier.emulator.metering.weather import HEATING_LIMIT, weather_of

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
_CHARGE_STEPS = np.arange(16)[:, None]
"""Quarters that a charging may last; one row each."""

_STANDBY = 2
"""Wh a quarter that a home's solar plant takes to stand by."""

_SOLAR_STREAMS = (Stream.FLICKER, Stream.BOTH_WAYS, Stream.BOTH_WAYS_SIZE)
_APPLIANCE_STREAMS = tuple(Stream.APPLIANCE + 4 * which for which in range(len(APPLIANCES)))
_RUN_STREAMS = tuple(stream + use for stream in _APPLIANCE_STREAMS for use in range(3))
_CAR_STREAMS = (*_RUN_STREAMS, Stream.CHARGE, Stream.CHARGE_START, Stream.CHARGE_SIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterLoad:
    """Registered energy of whole days: Wh a quarter, and which quarters count as day tariff.

    Of every quarter, offtake - injection = consumption - production; ``auxiliary`` (what the
    plant uses itself) and ``tenant`` are parts of the consumption. ``production`` is that of
    the solar panels, whether anything registers it or not.
    """

    quarters: Ints
    day_tariff: Mask
    offtake: Ints
    injection: Ints
    production: Ints
    auxiliary: Ints
    tenant: Ints

    @property
    def consumption(self) -> Ints:
        return self.offtake - self.injection + self.production


def quarter_load(home: Household, days: Days) -> QuarterLoad:
    """What is registered over ``days``; the same quarter always comes out the same."""
    quarters = quarters_of(days)
    draws = _drawn(home, quarters.numbers)
    power = _rhythm(home, quarters, draws)
    if home.heat_pump:
        power += _heat_pump(home, days, quarters, draws)
    _add_runs(home, power, days)
    none = np.zeros(len(power), dtype=np.int64)
    solar = np.zeros(len(power))
    if home.solar_peak:
        solar = _solar(home, days, quarters, draws)
    net = np.rint((power - solar) * home.scale / 4).astype(np.int64)
    production = np.rint(solar * home.scale / 4).astype(np.int64)
    auxiliary = _own_use(home, production) if home.connection.plant else none
    tenant = (net + production) * home.tenant_share // 100 if home.tenant_share else none
    net = net + auxiliary
    both = none
    if home.injects:
        both = _both_ways(solar, draws) * home.scale
    elif home.solar_peak:
        production = np.minimum(production, net + production)
    return QuarterLoad(
        quarters=quarters.numbers,
        day_tariff=_day_tariff(quarters),
        offtake=np.maximum(net, 0) + both,
        injection=np.maximum(-net, 0) + both if home.injects else none,
        production=production,
        auxiliary=auxiliary,
        tenant=tenant,
    )


def _drawn(home: Household, quarters: Ints) -> Draws:
    """All that is drawn for quarters; a heat pump's swing is for half an hour, a mood for one."""
    streams, index = [Stream.LOAD_FAST, Stream.LOAD_SLOW], [quarters, quarters // 4]
    if home.heat_pump:
        streams.append(Stream.HEAT_PUMP)
        index.append(quarters // 2)
    if home.solar_peak:
        streams += _SOLAR_STREAMS
        index += [quarters] * len(_SOLAR_STREAMS)
    return Draws(home.key, streams, np.stack(index))


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
_SEASON = 1 + 0.17 * np.array([math.cos(2 * math.pi * (day - 10) / 365.25) for day in range(366)])


def _rhythm(home: Household, quarters: Quarters, draws: Draws) -> Floats:
    rhythm = _SHOP_RHYTHM if home.shop else _HOME_RHYTHM
    shape = rhythm[quarters.weekend.astype(np.int64), quarters.wall_quarter]
    fast = 0.5 + draws.uniform(Stream.LOAD_FAST)
    slow = 0.6 + 0.8 * draws.uniform(Stream.LOAD_SLOW)
    season = _SEASON[quarters.day_of_year]
    return home.base_load * (0.8 + 0.4 * slow / 2) + home.size * shape * season * fast * slow


def _heat_pump(home: Household, days: Days, quarters: Quarters, draws: Draws) -> Floats:
    weather = weather_of(home.seed, home.region, days)
    cold = HEATING_LIMIT - weather.temperature(quarters.position, quarters.wall_quarter // 4)
    swing = 0.5 + draws.uniform(Stream.HEAT_PUMP)
    return np.maximum(cold, 0) * home.heat_pump * swing + 40


def _add_runs(home: Household, power: Floats, days: Days) -> None:
    """Appliances and the car; those that start the evening before ``days`` reach into them."""
    reach = Days(days.energy_type, days.first - 1, days.end)
    starts = reach.bounds[:-1] - days.bounds[0]
    draws = Draws(home.key, _CAR_STREAMS if home.charger else _RUN_STREAMS, reach.numbers)
    at, watts = _appliances(home, draws, starts)
    if home.charger:
        charging_at, charging = _charging(home, draws, starts)
        at, watts = np.concatenate([at, charging_at]), np.concatenate([watts, charging])
    inside = (at >= 0) & (at < len(power))
    np.add.at(power, at[inside], watts[inside])


def _appliances(home: Household, draws: Draws, starts: Ints) -> tuple[Ints, Floats]:
    at, watts = [], []
    for stream, (share, first, last, low, high) in zip(_APPLIANCE_STREAMS, APPLIANCES, strict=True):
        runs = draws.chosen(stream, share * min(home.size * 1.1, 1.2))
        begin = (starts + draws.whole(stream + 1, first, last))[runs]
        drawn = draws.whole(stream + 2, low, high)[runs].astype(float)
        for step in range(_APPLIANCE_QUARTERS):
            at.append(begin + step)
            watts.append(drawn)
    return np.concatenate(at), np.concatenate(watts)


def _charging(home: Household, draws: Draws, starts: Ints) -> tuple[Ints, Floats]:
    charges = draws.chosen(Stream.CHARGE, _CHARGE_SHARE)
    begin = (starts + draws.whole(Stream.CHARGE_START, 70, 88))[charges]
    wanted = draws.whole(Stream.CHARGE_SIZE, 5_000, 20_000)[charges]
    each = home.charger // 4
    left = wanted - each * _CHARGE_STEPS
    return (begin + _CHARGE_STEPS).ravel(), np.clip(left, 0, each).ravel() * 4.0


def _solar(home: Household, days: Days, quarters: Quarters, draws: Draws) -> Floats:
    turned = (quarters.numbers + home.solar_shift) % 96
    sun = CLEAR_SKY[quarters.day_of_year, turned]
    flicker = 0.7 + 0.6 * draws.uniform(Stream.FLICKER)
    sky = weather_of(home.seed, home.region, days).brightness[quarters.position]
    share = np.minimum(sun * sky * flicker * PANEL_GAIN, MOST)
    return home.solar_peak * share


def _both_ways(solar: Floats, draws: Draws) -> Ints:
    """A passing cloud: a few Wh go each way within one quarter."""
    passing = (solar > 100) & draws.chosen(Stream.BOTH_WAYS, 0.12)
    return np.where(passing, draws.whole(Stream.BOTH_WAYS_SIZE, 1, 25), 0)


def _own_use(home: Household, production: Ints) -> Ints:
    """What the plant needs itself, in Wh: to stand by, and 2% of what it produces."""
    return _STANDBY * home.scale + production // 50


def _day_tariff(quarters: Quarters) -> Mask:
    in_hours = (quarters.wall_quarter >= TARIFF_DAY.start) & (
        quarters.wall_quarter < TARIFF_DAY.stop
    )
    counted: Mask = in_hours & ~quarters.weekend
    return counted
