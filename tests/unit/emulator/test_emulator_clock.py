"""The emulated clock stands still, runs, and can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kwartier.emulator.clock import Clock
from kwartier.errors import InputError

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_at_speed_zero_it_stands_still() -> None:
    clock = Clock(START, speed=0)
    assert clock.now() == clock.now() == START


def test_it_runs_as_fast_as_told() -> None:
    clock = Clock(START, speed=1_000_000)
    first = clock.now()
    while clock.now() - first < timedelta(hours=1):
        pass
    assert clock.now() > first >= START


def test_moving_it_keeps_its_speed_unless_told() -> None:
    clock = Clock(START, speed=0)
    clock.set(START + timedelta(days=1))
    assert (clock.now(), clock.speed) == (START + timedelta(days=1), 0)
    clock.set(START, speed=2)
    assert clock.speed == 2


def test_another_zone_is_read_as_the_instant_it_is() -> None:
    zone = timezone(timedelta(hours=2))
    assert Clock(datetime(2026, 3, 29, 2, 30, tzinfo=zone), speed=0).now() == START


@pytest.mark.parametrize("speed", [-1, float("nan"), 1e9])
def test_an_impossible_speed_is_refused(speed: float) -> None:
    with pytest.raises(InputError, match="speed"):
        Clock(START, speed=speed)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(InputError, match="clock"):
        Clock(START.replace(tzinfo=None), speed=0)
