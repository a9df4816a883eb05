"""Which local days are wanted of a store, and how many slices they should have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.analysis import ArrivalPolicy
from kwartier.funnel.wanted import count_slices, due_end, wanted_days, whole_days
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start
from kwartier.vocabulary.mandate import Permission
from support.measured import EAN, NOW

DAY = timedelta(days=1)
ARRIVAL = ArrivalPolicy()
BASE = datetime(2026, 3, 25, tzinfo=UTC)

minutes = st.integers(0, 215 * 24 * 60)
kinds = st.sampled_from(
    [
        (Granularity.QUARTER_HOUR, "electricity"),
        (Granularity.HOUR, "gas"),
        (Granularity.DAY, "electricity"),
        (Granularity.DAY, "gas"),
    ]
)


@given(minutes, st.integers(1, 10 * 24 * 60), kinds)
@settings(max_examples=80, deadline=None)
def test_slices_are_counted_as_they_are_listed(
    start: int, length: int, kind: tuple[Granularity, str]
) -> None:
    first = BASE + timedelta(minutes=start)
    interval = Interval(first, first + timedelta(minutes=length))
    assert count_slices(interval, *kind) == len(slice_starts(interval, *kind))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=4),
    st.sampled_from(["electricity", "gas"]),
)
@settings(max_examples=50, deadline=None)
def test_wanted_days_touch_what_is_permitted_and_never_each_other(
    spans: list[tuple[int, int]], energy_type: str
) -> None:
    intervals, end = [], BASE
    for gap, length in spans:
        start = end + timedelta(hours=gap)
        end = start + timedelta(hours=length)
        intervals.append(Interval(start, end))
    permission = Permission(
        metering_point=EAN,
        energy_type=energy_type,
        granularity=Granularity.HOUR,
        intervals=tuple(intervals),
    )
    found = list(wanted_days(permission, NOW, ARRIVAL))
    for one, following in pairwise(found):
        assert one.last_day < following.first_day
    for interval in intervals:
        assert any(
            day_start(one.first_day, energy_type) <= interval.start
            and interval.end <= day_start(one.last_day + DAY, energy_type)
            for one in found
        )


@pytest.mark.parametrize(
    ("day", "quarters", "gas_hours"),
    [
        (date(2026, 3, 28), 96, 23),
        (date(2026, 3, 29), 92, 24),
        (date(2026, 10, 24), 96, 25),
        (date(2026, 10, 25), 100, 24),
    ],
)
def test_days_around_clock_changes_have_the_slices_that_they_have(
    day: date, quarters: int, gas_hours: int
) -> None:
    whole = day_interval(day, "electricity")
    assert count_slices(whole, Granularity.QUARTER_HOUR, "electricity") == quarters
    gas_day = day_interval(day, "gas")
    assert count_slices(gas_day, Granularity.HOUR, "gas") == gas_hours
    assert whole_days(whole, "electricity") == whole_days(gas_day, "gas") == (day, day)
    assert whole_days(whole, "gas") is None


def test_electricity_is_due_at_noon_and_gas_three_days_later() -> None:
    noon = datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert due_end("electricity", noon, ARRIVAL) == datetime(2026, 11, 19, 23, tzinfo=UTC)
    before = noon - timedelta(minutes=1)
    assert due_end("electricity", before, ARRIVAL) == datetime(2026, 11, 18, 23, tzinfo=UTC)
    assert due_end("gas", noon, ARRIVAL) == datetime(2026, 11, 17, 5, tzinfo=UTC)
