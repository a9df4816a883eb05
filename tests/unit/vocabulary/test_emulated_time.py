"""An emulated clock as text: what it says comes back, and what says nothing is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.vocabulary.emulated_time import EmulatedTime

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
REAL = datetime(2026, 1, 2, 9, tzinfo=UTC)

instants = st.integers(-(10**15), 10**15).map(lambda passed: START + timedelta(microseconds=passed))


def test_standing_still_it_is_an_instant() -> None:
    still = EmulatedTime(START, REAL, 0)
    assert str(still) == "2026-11-20T12:00:00Z"
    assert EmulatedTime.parse(str(still)).at(REAL + timedelta(days=9)) == START


def test_running_it_says_since_when_and_how_fast() -> None:
    running = EmulatedTime(START, REAL, 60)
    assert str(running) == "2026-11-20T12:00:00Z@2026-01-02T09:00:00Zx60"
    later = EmulatedTime.parse(str(running)).at(REAL + timedelta(minutes=1))
    assert later == START + timedelta(hours=1)


@settings(deadline=None, max_examples=50)
@given(instants, instants, st.floats(0, 1_000_000), st.integers(-10_000, 10_000))
def test_what_was_written_shows_the_same_time(
    start: datetime, since: datetime, speed: float, seconds: int
) -> None:
    written = EmulatedTime(start, since, speed)
    real = since + timedelta(seconds=seconds)
    assert EmulatedTime.parse(str(written)).at(real) == written.at(real)


def test_an_instant_without_zone_is_brussels() -> None:
    assert EmulatedTime.parse("2026-12-01").at(REAL) == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_only_an_unmoved_clock_at_speed_one_is_the_real_one() -> None:
    assert EmulatedTime(REAL, REAL, 1).is_real
    assert not EmulatedTime(START, REAL, 1).is_real
    assert not EmulatedTime(REAL, REAL, 2).is_real


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("later", "instant"),
        ("2026-11-20T12:00:00Z@", "speed"),
        ("2026-11-20T12:00:00Z@2026-01-02T09:00:00Z", "speed"),
        ("2026-11-20T12:00:00Z@2026-01-02T09:00:00Zxfast", "speed"),
        ("2026-11-20T12:00:00Z@2026-01-02T09:00:00Zx-1", "speed"),
        ("2026-11-20T12:00:00Z@2026-01-02T09:00:00Zxnan", "speed"),
        ("2026-11-20T12:00:00Z@nowx1", "real instant"),
        ("@2026-01-02T09:00:00Zx1", "instant"),
    ],
)
def test_what_is_no_clock_is_refused(text: str, field: str) -> None:
    with pytest.raises(InputError) as caught:
        EmulatedTime.parse(text)
    assert caught.value.field == field


def test_a_clock_that_ran_off_the_calendar_says_so() -> None:
    fast = EmulatedTime(START, REAL, 1_000_000)
    with pytest.raises(InputError, match="calendar since 2026-01-02T09:00:00Z"):
        fast.at(REAL + timedelta(days=365))
