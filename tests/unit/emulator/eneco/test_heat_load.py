"""What data owners use: the shapes of district heating, and the laws of solar panels."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.eneco.data_owners import data_owner, data_owners, environment_of
from kwartier.emulator.eneco.load import STEPS, load
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.metering.noise import Ints
from kwartier.wire.eneco import ChannelId

OWNERS = data_owners(Environment.ACCEPTANCE)
YEAR = np.arange(
    int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) // 3600,
    int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) // 3600,
    dtype=np.int64,
)
HEATED_HOMES = [each for each in OWNERS if each.size <= 1.5]


@cache
def year(index: int) -> dict[ChannelId, Ints]:
    return load(OWNERS[index], 1, YEAR)


def of_months(values: Ints, *months: int) -> Ints:
    month = YEAR.astype("datetime64[h]").astype("datetime64[M]").astype(int) % 12 + 1
    chosen: Ints = values[np.isin(month, months)]
    return chosen


def by_hour(values: Ints) -> list[float]:
    """The mean of each hour of the day, in UTC."""
    means: list[float] = values.reshape(-1, 24).mean(axis=0).tolist()
    return means


def test_there_are_ten_in_each_environment_and_none_is_twice() -> None:
    every = [each for environment in Environment for each in data_owners(environment)]
    assert len({each.id for each in every}) == len(every) == 20
    for owner in every:
        assert environment_of(owner.id) is owner.environment
        assert data_owner(owner.environment, owner.id) is owner
        assert len(set(owner.channels)) == len(owner.channels) >= 1
        assert (owner.solar_peak > 0) == (ChannelId.PRODUCED in owner.channels)
        assert (owner.address.postal_code or "").startswith("0"), "no Dutch postal code does"
    assert environment_of("nobody") is None
    seen = {channel for owner in OWNERS for channel in owner.channels}
    assert seen == set(ChannelId), "every channel is somebody's"


@pytest.mark.parametrize("index", range(len(OWNERS)))
def test_a_year_of_heat_is_as_large_as_a_home_needs(index: int) -> None:
    owner, values = OWNERS[index], year(index)
    assert tuple(values) == owner.channels
    warmth = values[ChannelId.WARMTH]
    assert warmth.min() >= 5, "the network's losses never end"
    amount = warmth.sum() / STEPS[ChannelId.WARMTH]
    assert 12 * owner.size < amount < 40 * owner.size
    winter = of_months(warmth, 1, 2, 12).mean()
    assert winter > 2 * of_months(warmth, 6, 7, 8).mean()


def test_hot_water_is_drawn_in_the_morning_and_in_the_evening() -> None:
    hours = by_hour(year(0)[ChannelId.TAPWATER])
    night, morning, noon, evening = hours[1], max(hours[5:8]), hours[10], max(hours[17:21])
    assert morning > 2 * noon > 0
    assert evening > 2 * noon
    assert night < noon
    warmth = by_hour(of_months(year(0)[ChannelId.WARMTH], 7))
    assert max(warmth[5:8]) > 2 * warmth[1]


def test_cooling_is_for_summer_afternoons() -> None:
    cooling = year(2)[ChannelId.COOLING]
    assert of_months(cooling, 11, 12, 1, 2, 3).sum() == 0
    hours = by_hour(of_months(cooling, 6, 7, 8))
    assert max(hours[11:17]) > 5 * max(hours[0:5])


@pytest.mark.parametrize("index", [i for i, each in enumerate(OWNERS) if each.solar_peak])
def test_what_is_given_back_was_produced(index: int) -> None:
    values = year(index)
    taken, given_back = values[ChannelId.ELECTRICITY], values[ChannelId.REDELIVERY]
    produced = values[ChannelId.PRODUCED]
    assert (given_back <= produced).all()
    assert (taken - given_back + produced >= 0).all(), "what the home used"
    assert of_months(produced, 6).sum() > 4 * of_months(produced, 12).sum()
    assert not produced.reshape(-1, 24)[:, [0, 1, 23]].any(), "not at night"
    assert produced.sum() / 1000 == pytest.approx(OWNERS[index].solar_peak, rel=0.4)


@settings(deadline=None, max_examples=20)
@given(index=st.integers(0, 9), first=st.integers(0, 8_700), count=st.integers(1, 60))
def test_any_hours_come_out_the_same_whatever_else_was_asked(
    index: int, first: int, count: int
) -> None:
    hours = YEAR[first : first + count]
    alone = load(OWNERS[index], 1, hours)
    for channel, values in year(index).items():
        assert (alone[channel] == values[first : first + count]).all()


def test_another_seed_is_another_world_and_another_owner_another_home() -> None:
    week = YEAR[:168]
    one = load(OWNERS[0], 1, week)[ChannelId.WARMTH]
    assert (one == load(OWNERS[0], 1, week)[ChannelId.WARMTH]).all()
    assert (one != load(OWNERS[0], 2, week)[ChannelId.WARMTH]).any()
    twin = data_owners(Environment.PRODUCTION)[0]
    assert (one != load(twin, 1, week)[ChannelId.WARMTH]).any()
