"""Brussels' days and wall clock over arrays, checked against the time zone database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.local_calendar import (
    Days,
    as_date,
    day_number,
    day_number_at,
    is_weekend,
    month_number,
    wall_clock,
)
from kwartier.vocabulary.local_time import BRUSSELS

QUARTERS_2020_TO_2035 = st.integers(1_753_152, 2_279_000)


@given(first=QUARTERS_2020_TO_2035, count=st.integers(1, 500))
@settings(max_examples=40, deadline=None)
def test_the_wall_clock_is_that_of_brussels(first: int, count: int) -> None:
    quarters = np.arange(first, first + count)
    days, of_day = wall_clock(quarters)
    for quarter, day, shown in zip(quarters.tolist(), days.tolist(), of_day.tolist(), strict=True):
        local = datetime.fromtimestamp(quarter * 900, UTC).astimezone(BRUSSELS)
        assert (as_date(day), shown) == (local.date(), local.hour * 4 + local.minute // 15)


@pytest.mark.parametrize(
    ("day", "energy_type", "quarters"),
    [
        (date(2026, 3, 29), "electricity", 92),
        (date(2026, 10, 25), "electricity", 100),
        (date(2026, 3, 28), "electricity", 96),
        (date(2026, 3, 28), "gas", 92),
        (date(2026, 3, 29), "gas", 96),
        (date(2026, 10, 24), "gas", 100),
        (date(2026, 10, 25), "gas", 96),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(
    day: date, energy_type: str, quarters: int
) -> None:
    number = day_number(day)
    bounds = Days(energy_type, number, number + 1).bounds
    assert np.diff(bounds).tolist() == [quarters]


def test_a_gas_day_begins_at_six() -> None:
    before = datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC).timestamp()
    at = datetime(2026, 11, 20, 5, tzinfo=UTC).timestamp()
    assert as_date(day_number_at(before, "gas")) == date(2026, 11, 19)
    assert as_date(day_number_at(at, "gas")) == date(2026, 11, 20)
    assert as_date(day_number_at(before, "electricity")) == date(2026, 11, 20)


def test_weekends_and_months() -> None:
    days = np.array([day_number(date(2026, 11, day)) for day in range(20, 24)])
    assert is_weekend(days).tolist() == [False, True, True, False]
    assert month_number(days).tolist() == [(2026 - 1970) * 12 + 10] * 4
