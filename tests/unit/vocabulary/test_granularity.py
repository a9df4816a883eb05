from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.vocabulary.granularity import Granularity, finest, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start


@pytest.mark.parametrize(
    ("day", "energy_type", "quarters"),
    [
        (date(2026, 3, 29), "electricity", 92),
        (date(2026, 10, 25), "electricity", 100),
        (date(2026, 6, 1), "electricity", 96),
        (date(2026, 3, 28), "gas", 92),
        (date(2026, 10, 24), "gas", 100),
    ],
)
def test_slices_of_a_day(day: date, energy_type: str, quarters: int) -> None:
    interval = day_interval(day, energy_type)
    assert len(slice_starts(interval, Granularity.QUARTER_HOUR, energy_type)) == quarters
    assert len(slice_starts(interval, Granularity.HOUR, energy_type)) == quarters // 4
    assert slice_starts(interval, Granularity.DAY, energy_type) == [interval.start]


@settings(max_examples=80, deadline=None)
@given(
    st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 5), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 5 * 24 * 60),
    st.sampled_from([Granularity.QUARTER_HOUR, Granularity.HOUR]),
)
def test_slices_lie_wholly_inside_and_none_is_left_out(
    start: datetime, minutes: int, granularity: Granularity
) -> None:
    interval = Interval(start, start + timedelta(minutes=minutes))
    step = granularity.step
    assert step is not None
    origin = datetime(2026, 3, 19, tzinfo=UTC)
    every = [origin + step * i for i in range(timedelta(days=25) // step)]
    assert slice_starts(interval, granularity, "electricity") == [
        s for s in every if interval.start <= s and s + step <= interval.end
    ]


def test_a_day_that_an_end_cuts_is_left_out() -> None:
    first, last = date(2026, 3, 27), date(2026, 3, 30)
    for energy_type in ("electricity", "gas"):
        hour = timedelta(hours=1)
        start, end = day_start(first, energy_type), day_start(last, energy_type)
        cut = Interval(start + hour, end - hour)
        assert slice_starts(cut, Granularity.DAY, energy_type) == [
            day_start(date(2026, 3, 28), energy_type)
        ]


def test_a_quarter_hour_mandate_opens_hours_of_gas() -> None:
    assert finest("gas") is Granularity.HOUR
    assert finest("electricity") is Granularity.QUARTER_HOUR
