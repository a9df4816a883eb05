"""Long spans are cut so that no day of either energy is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.fluvius.windows import cut_span, span_of
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.local_time import day_interval, day_start, days_within

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = st.integers(0, 4 * 365 * 86_400)
INSTANTS = SECONDS.map(lambda second: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=second))
"""To the second, as the API has it."""


@settings(max_examples=60, deadline=None)
@given(INSTANTS, INSTANTS)
def test_no_day_is_lost_and_no_window_is_too_long(one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    span = Interval(start, end + timedelta(seconds=1))
    windows = cut_span(span)
    assert union(windows) == [span]
    assert all(window.duration <= timedelta(days=184) for window in windows)
    assert windows == sorted(windows)
    for energy_type in (ELECTRICITY, GAS):
        for day in days_within(span, energy_type):
            whole = day_interval(day, energy_type)
            assert any(window.covers(whole) for window in windows)
    for before, after in pairwise(windows):
        assert before.end in {day_start(before.end.date() + timedelta(days=n), ELECTRICITY)
                              for n in (0, 1)}  # fmt: skip
        assert timedelta(hours=17) <= before.end - after.start <= timedelta(hours=19)


def test_a_span_that_one_request_may_ask_for_is_one_window() -> None:
    span = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 4, tzinfo=UTC))
    assert span.duration == timedelta(days=184)
    assert cut_span(span) == [span]


def test_three_years_are_six_windows() -> None:
    assert len(cut_span(span_of(None, None, NOW))) == 6


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (NOW, date(2023, 11, 21)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), date(2023, 11, 22)),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), date(2025, 3, 1)),
    ],
)
def test_none_is_as_far_back_as_is_allowed_and_until_now(now: datetime, earliest: date) -> None:
    span = span_of(None, None, now)
    assert span == Interval(day_start(earliest, ELECTRICITY), now)


def test_an_end_before_the_history_begins_is_refused() -> None:
    with pytest.raises(InputError, match="to_date: must be later than from_date"):
        span_of(None, "2020-01-01", NOW)


def test_a_begin_after_now_is_refused() -> None:
    with pytest.raises(InputError, match="to_date: must be later than from_date"):
        span_of("2026-12-01", None, NOW)


def test_a_span_that_is_too_old_says_from_when_on() -> None:
    with pytest.raises(InputError, match="2023-11-20T23:00:00Z"):
        span_of("2023-01-01", "2024-01-01", NOW)
