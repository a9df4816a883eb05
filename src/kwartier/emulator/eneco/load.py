"""What a data owner uses, hour by hour: the shapes of district heating. In whole steps.

Space heating follows the outside temperature and the hour of the day, hot water the morning and
the evening, and the network's own losses never end. Cooling is for hot afternoons, gas for
cooking. What flows to and from the electricity network is what the home uses less what its panels
produce. Every value is a function of data owner, hour and seed alone.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final

import numpy as np

from kwartier.emulator.eneco.data_owners import DataOwner
from kwartier.emulator.metering.local_calendar import QUARTERS_A_DAY, Days, day_of_year, wall_clock
from kwartier.emulator.metering.noise import Draws, Floats, Ints, key_of
from kwartier.emulator.metering.sunlight import CLEAR_SKY, MOST, PANEL_GAIN
from kwartier.emulator.metering.weather import HEATING_LIMIT, weather_of
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.wire.eneco import ChannelId

STEPS: Final = {
    ChannelId.GAS: 1_000,
    ChannelId.WARMTH: 10_000,
    ChannelId.ELECTRICITY: 1_000,
    ChannelId.REDELIVERY: 1_000,
    ChannelId.PRODUCED: 1_000,
    ChannelId.TAPWATER: 1_000,
    ChannelId.COOLING: 10_000,
}
"""How many steps make up 1 in the channel's unit: litres, Wh, and tenths of a megajoule. That
Warmth and Cooling are as large as if they were gigajoules is our reading.
"""

_QUARTERS: Final = 4
_SPACE_HEATING = 2.6
"""Tenths of MJ an hour for each degree below the heating limit."""
_STANDBY = 5.0
"""Tenths of MJ an hour."""
_HOT_WATER_LITRES = 105.0
"""A day."""
_TENTHS_OF_MJ_A_LITRE = 2.09
"""To heat a litre of water by 50 degrees."""
_COOLING_LIMIT, _COOLING = 16.5, 6.0
"""Degrees above which homes are cooled, and tenths of MJ an hour for each degree above it."""
_GAS_LITRES = 110.0
"""A day, for cooking."""
_ELECTRICITY = 310.0
"""W on average."""


class HeatStream(IntEnum):
    """What a number is for; two streams of one key are independent."""

    SPACE = 1
    WATER = 2
    WATER_DAY = 3
    COOLING = 4
    COOKING = 5
    POWER = 6
    CLOUDS = 7
    BOTH_WAYS = 8


def _bells(*bells: tuple[float, float, float]) -> Floats:
    """24 hours that add up to 1: a sum of bells, each (hour of its top, width, height)."""
    hours = np.arange(24)
    shape: Floats = sum(
        (top * np.exp(-(((hours - at + 0.5) / wide) ** 2)) for at, wide, top in bells),
        start=np.zeros(24),
    )
    shape /= shape.sum()
    return shape


_WATER_RHYTHM = _bells((7.5, 1.1, 1.0), (13.0, 3.0, 0.12), (20.5, 1.9, 0.7))
_COOKING_RHYTHM = _bells((8.0, 0.8, 0.25), (12.5, 0.8, 0.3), (18.3, 0.9, 1.0))
_POWER_RHYTHM = 24 * (
    0.45 / 24 + 0.55 * _bells((7.5, 1.5, 0.6), (13.0, 3.0, 0.4), (19.5, 2.6, 1.0))
)
_THERMOSTAT = np.array([0.55 if hour < 6 or hour == 23 else 1.12 for hour in range(24)])
_SIESTA = np.array([math.exp(-(((hour - 16) / 4.5) ** 2)) for hour in range(24)])


def key_of_owner(owner: DataOwner, seed: int) -> int:
    """Where its luck comes from."""
    return key_of(seed, f"eneco/{owner.id}")


def load(owner: DataOwner, seed: int, hours: Ints) -> dict[ChannelId, Ints]:
    """What each of its channels registers in ``hours`` (consecutive, since 1970 in UTC), in steps
    (see :data:`STEPS`).
    """
    day, quarter = wall_clock(hours * _QUARTERS)
    calendar = Days(ELECTRICITY, int(day[0]), int(day[-1]) + 1)
    hour, index = quarter // _QUARTERS, day - calendar.first
    weather = weather_of(seed, f"heat/{owner.city}", calendar)
    warm = weather.temperature(index, hour)
    draws = Draws(
        key_of_owner(owner, seed),
        tuple(HeatStream),
        np.stack([day if stream is HeatStream.WATER_DAY else hours for stream in HeatStream]),
    )
    water = _water(owner, hour, draws)
    found = {
        ChannelId.WARMTH: _warmth(owner, warm, hour, draws) + water * _TENTHS_OF_MJ_A_LITRE,
        ChannelId.TAPWATER: water,
        ChannelId.COOLING: _cooling(owner, warm, hour, draws),
        ChannelId.GAS: owner.size
        * _GAS_LITRES
        * _COOKING_RHYTHM[hour]
        * _luck(draws, HeatStream.COOKING),
    }
    steps = {channel: np.rint(amounts).astype(np.int64) for channel, amounts in found.items()}
    steps |= _electricity(owner, hours, hour, weather.brightness[index], draws)
    return {channel: steps[channel] for channel in owner.channels}


def _warmth(owner: DataOwner, warm: Floats, hour: Ints, draws: Draws) -> Floats:
    cold = np.maximum(HEATING_LIMIT - warm, 0) * _THERMOSTAT[hour]
    heated: Floats = (
        owner.size * _SPACE_HEATING * cold * (0.7 + 0.6 * draws.uniform(HeatStream.SPACE))
    )
    return heated + _STANDBY


def _water(owner: DataOwner, hour: Ints, draws: Draws) -> Floats:
    """Litres; nobody draws water in every hour."""
    day = 0.6 + 0.8 * draws.uniform(HeatStream.WATER_DAY)
    litres: Floats = owner.size * _HOT_WATER_LITRES * day * _WATER_RHYTHM[hour]
    return np.rint(litres * _luck(draws, HeatStream.WATER))


def _cooling(owner: DataOwner, warm: Floats, hour: Ints, draws: Draws) -> Floats:
    hot = np.maximum(warm - _COOLING_LIMIT, 0) * _SIESTA[hour]
    cooled: Floats = owner.size * _COOLING * hot * (0.6 + 0.8 * draws.uniform(HeatStream.COOLING))
    return cooled


def _electricity(
    owner: DataOwner, hours: Ints, hour: Ints, brightness: Floats, draws: Draws
) -> dict[ChannelId, Ints]:
    """In Wh: what is taken less what is given back is what is used less what is produced, and
    what is given back was produced.
    """
    power = owner.size * _ELECTRICITY * _POWER_RHYTHM[hour]
    used = np.rint(power * (0.5 + draws.uniform(HeatStream.POWER))).astype(np.int64)
    sun = CLEAR_SKY[day_of_year(hours // 24)[:, None], _quarters_of(hours)].mean(axis=1)
    clouds = brightness * (0.7 + 0.6 * draws.uniform(HeatStream.CLOUDS))
    share = np.minimum(sun * clouds * PANEL_GAIN, MOST)
    produced = np.rint(owner.solar_peak * share).astype(np.int64)
    passing = 0.2 * draws.uniform(HeatStream.BOTH_WAYS) * np.minimum(used, produced)
    both_ways, net = passing.astype(np.int64), used - produced
    return {
        ChannelId.ELECTRICITY: np.maximum(net, 0) + both_ways,
        ChannelId.REDELIVERY: np.maximum(-net, 0) + both_ways,
        ChannelId.PRODUCED: produced,
    }


def _quarters_of(hours: Ints) -> Ints:
    """The quarters of the day, in UTC, that make up each hour."""
    quarters: Ints = (hours[:, None] * _QUARTERS + np.arange(_QUARTERS)) % QUARTERS_A_DAY
    return quarters


def _luck(draws: Draws, stream: HeatStream) -> Floats:
    """Often nothing, now and then much, on average 1."""
    drawn = draws.uniform(stream)
    luck: Floats = 3 * drawn * drawn
    return luck
