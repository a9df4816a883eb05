"""Quiet hours and the daily digest, on Brussels' clocks and on both days that change them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.timing import is_quiet, latest_digest
from kwartier.vocabulary.local_time import BRUSSELS

NIGHT = AlertSettings(quiet_from=time(22), quiet_to=time(7))
SPRING, AUTUMN = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)
INSTANTS = st.integers(0, 3 * 366 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
TIMES = st.times()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "quiet"),
    [
        ("2026-01-10T20:59:59Z", False),
        ("2026-01-10T21:00:00Z", True),
        ("2026-01-10T23:30:00Z", True),
        ("2026-01-11T05:59:59Z", True),
        ("2026-01-11T06:00:00Z", False),
        ("2026-03-28T21:00:00Z", True),  # the evening before the clocks go forward: 22:00
        ("2026-03-29T04:59:59Z", True),  # 06:59 in summer time
        ("2026-03-29T05:00:00Z", False),
        ("2026-10-24T20:00:00Z", True),  # the evening before they go back: 22:00 in summer time
        ("2026-10-25T05:59:59Z", True),  # 06:59 in winter time
        ("2026-10-25T06:00:00Z", False),
    ],
)
def test_the_night_is_quiet_across_midnight_and_changes_of_the_clock(
    instant: str, quiet: bool
) -> None:
    assert is_quiet(at(instant), NIGHT) is quiet


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 8), (AUTUMN, 10), (datetime(2026, 6, 1, tzinfo=UTC), 9)]
)
def test_a_night_lasts_as_long_as_the_clocks_say(day: datetime, hours: int) -> None:
    minutes = (day + timedelta(hours=12, minutes=each) for each in range(24 * 60))
    assert sum(is_quiet(one, NIGHT) for one in minutes) == hours * 60


@given(INSTANTS, TIMES, TIMES)
@settings(deadline=None, max_examples=100)
def test_quiet_hours_turned_round_are_the_others(now: datetime, a: time, b: time) -> None:
    one, other = AlertSettings(quiet_from=a, quiet_to=b), AlertSettings(quiet_from=b, quiet_to=a)
    if a == b:
        assert not is_quiet(now, one)
    else:
        assert is_quiet(now, one) is not is_quiet(now, other)


@given(INSTANTS, TIMES)
@settings(deadline=None, max_examples=100)
def test_a_digest_was_due_within_the_last_day_and_not_later(now: datetime, daily: time) -> None:
    due = latest_digest(now, AlertSettings(daily_at=daily))
    assert due <= now < due + timedelta(hours=25)
    assert latest_digest(due, AlertSettings(daily_at=daily)) == due


@pytest.mark.parametrize("begin", [SPRING, AUTUMN])
@pytest.mark.parametrize("daily", [time(0), time(2, 30), time(8, 30), time(23, 59)])
def test_each_local_day_has_one_digest_those_of_clock_changes_too(
    begin: datetime, daily: time
) -> None:
    chosen = AlertSettings(daily_at=daily)
    quarters = [begin + timedelta(minutes=15 * each) for each in range(4 * 24 * 4)]
    due = [latest_digest(one, chosen) for one in quarters]
    new = [later for earlier, later in pairwise(due) if later != earlier]
    days = [one.astimezone(BRUSSELS).date() for one in new]
    assert days == sorted(set(days))
    assert len(days) >= 3
    shown = {one.astimezone(BRUSSELS).time() for one in new}
    assert shown <= {daily, time(3, 30)}, "skipped by the clock: an hour later on it"
