from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import (
    BRUSSELS,
    Month,
    cut_windows,
    day_interval,
    day_of,
    days_within,
    local_days,
    months_of,
    parse_instant,
    to_utc,
)

HOUR = timedelta(hours=1)
ENERGY = ("electricity", "gas")
few = settings(max_examples=80, deadline=None)

instants = st.integers(0, 12 * 365 * 24 * 60 * 60).map(
    lambda seconds: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
minutes = instants.map(lambda instant: instant.replace(second=0, microsecond=0))


@st.composite
def intervals(draw: st.DrawFn, most: int = 1200) -> Interval:
    start = draw(minutes)
    return Interval(start, start + timedelta(minutes=draw(st.integers(1, most * 24 * 60))))


@pytest.mark.parametrize(
    ("day", "energy_type", "start", "hours"),
    [
        ("2024-03-31", "electricity", "2024-03-30T23:00", 23),
        ("2024-10-27", "electricity", "2024-10-26T22:00", 25),
        ("2026-03-28", "electricity", "2026-03-27T23:00", 24),
        ("2026-03-29", "electricity", "2026-03-28T23:00", 23),
        ("2026-03-30", "electricity", "2026-03-29T22:00", 24),
        ("2026-10-24", "electricity", "2026-10-23T22:00", 24),
        ("2026-10-25", "electricity", "2026-10-24T22:00", 25),
        ("2026-10-26", "electricity", "2026-10-25T23:00", 24),
        ("2024-03-30", "gas", "2024-03-30T05:00", 23),
        ("2024-10-26", "gas", "2024-10-26T04:00", 25),
        ("2026-03-28", "gas", "2026-03-28T05:00", 23),
        ("2026-03-29", "gas", "2026-03-29T04:00", 24),
        ("2026-10-24", "gas", "2026-10-24T04:00", 25),
        ("2026-10-25", "gas", "2026-10-25T05:00", 24),
    ],
)
def test_days_on_and_around_the_clock_changes(
    day: str, energy_type: str, start: str, hours: int
) -> None:
    interval = day_interval(date.fromisoformat(day), energy_type)
    assert interval.start == datetime.fromisoformat(start + "+00:00")
    assert interval.duration == hours * HOUR


@pytest.mark.parametrize(
    ("month", "quarters"),
    [
        ("2026-01", 2976), ("2026-02", 2688), ("2024-02", 2784), ("2026-03", 2972),
        ("2026-04", 2880), ("2026-10", 2980), ("2026-12", 2976),
    ],
)  # fmt: skip
def test_quarters_of_a_local_month(month: str, quarters: int) -> None:
    interval = Month.parse(month).interval("electricity")
    assert interval.duration // timedelta(minutes=15) == quarters


def test_a_gas_month_is_the_gas_days_that_start_in_it() -> None:
    march = Month(2026, 3).interval("gas")
    assert march.start == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert march.end == datetime(2026, 4, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        (date(2023, 3, 1), "2023-02-28T23:00"),
        (date(2021, 9, 29), "2021-09-28T22:00"),
        (datetime(2024, 6, 7), "2024-06-06T22:00"),  # noqa: DTZ001
        (datetime(2026, 3, 29, 1, 59), "2026-03-29T00:59"),  # noqa: DTZ001
        (datetime(2026, 3, 29, 3), "2026-03-29T01:00"),  # noqa: DTZ001
        (datetime(2026, 10, 25, 1, 59), "2026-10-24T23:59"),  # noqa: DTZ001
        (datetime(2026, 10, 25, 2, 30, fold=1), "2026-10-25T01:30"),  # noqa: DTZ001
        (datetime(2026, 10, 25, 3), "2026-10-25T02:00"),  # noqa: DTZ001
        (datetime(2026, 1, 1, 12, fold=1), "2026-01-01T11:00"),  # noqa: DTZ001
        (datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=5))), "2026-01-01T07:00"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS), "2026-10-25T00:30"),
    ],
)
def test_wall_time_is_converted_never_stamped(given: date, utc: str) -> None:
    assert to_utc(given, "period_start") == datetime.fromisoformat(utc + "+00:00")


@pytest.mark.parametrize("fold", [0, 1])
def test_a_skipped_hour_is_refused(fold: int) -> None:
    moment = datetime(2026, 3, 29, 2, 30, fold=fold)  # noqa: DTZ001
    with pytest.raises(InputError, match=r"period_start.*does not exist"):
        to_utc(moment, "period_start")


def test_a_doubled_hour_is_refused_unless_fold_says_which() -> None:
    with pytest.raises(InputError, match=r"period_start.*twice.*fold"):
        to_utc(datetime(2026, 10, 25, 2, 30), "period_start")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-31", "2026-01-30T23:00"),
        ("2026-07-01T10:00", "2026-07-01T08:00"),
        ("2026-07-01T10:00:00Z", "2026-07-01T10:00"),
        ("2026-07-01T10:00+02:00", "2026-07-01T08:00"),
    ],
)
def test_instants_are_read_from_iso_8601(text: str, utc: str) -> None:
    assert parse_instant(text, "from") == datetime.fromisoformat(utc + "+00:00")


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "31/01/2026", "0001-01-01", "9999-12-31T23:59:59-05:00",
     "2026-03-29T02:30", "2026-10-25T02:30"],
)  # fmt: skip
def test_what_is_no_instant_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"^from: "):
        parse_instant(text, "from")


@few
@given(instants, st.sampled_from(ENERGY))
def test_the_day_of_an_instant_contains_it(instant: datetime, energy_type: str) -> None:
    assert instant in day_interval(day_of(instant, energy_type), energy_type)


@few
@given(st.dates(date(2019, 1, 1), date(2031, 1, 1)), st.sampled_from(ENERGY))
def test_days_follow_each_other_without_a_hole(day: date, energy_type: str) -> None:
    today, tomorrow = (day_interval(day + timedelta(days=i), energy_type) for i in (0, 1))
    assert today.end == tomorrow.start
    assert day_of(today.start, energy_type) == day
    assert today.start.astimezone(BRUSSELS).time() == time(6 if energy_type == "gas" else 0)


@few
@given(st.lists(instants, max_size=30), st.sampled_from(ENERGY))
def test_local_days_equals_day_of(given_instants: list[datetime], energy_type: str) -> None:
    array = np.array([i.replace(tzinfo=None) for i in given_instants], dtype="datetime64[us]")
    assert local_days(array, energy_type).tolist() == [
        day_of(instant, energy_type) for instant in given_instants
    ]


@few
@given(intervals(most=40), st.sampled_from(ENERGY))
def test_days_within_are_those_that_the_interval_covers(
    interval: Interval, energy_type: str
) -> None:
    first = day_of(interval.start, energy_type)
    candidates = [first + timedelta(days=i) for i in range(43)]
    assert list(days_within(interval, energy_type)) == [
        day for day in candidates if interval.covers(day_interval(day, energy_type))
    ]


@few
@given(intervals(), st.sampled_from(ENERGY), st.sampled_from([1, 7, 184]))
def test_windows_cover_exactly_and_are_short_enough(
    interval: Interval, energy_type: str, max_days: int
) -> None:
    windows = cut_windows(interval, energy_type, max_days)
    assert (windows[0].end, windows[-1].start) == (interval.end, interval.start)
    for newer, older in pairwise(windows):
        assert older.end == newer.start
        local = newer.start.astimezone(BRUSSELS)
        assert local.time() == time(6 if energy_type == "gas" else 0)
    for window in windows:
        last = day_of(window.end - timedelta(microseconds=1), energy_type)
        assert (last - day_of(window.start, energy_type)).days < max_days
        assert window.duration <= (max_days * 24 + 1) * HOUR
        assert window.duration <= timedelta(days=185)


def test_windows_of_no_days_are_refused() -> None:
    interval = day_interval(date(2026, 1, 1), "gas")
    with pytest.raises(InputError, match="max_days"):
        cut_windows(interval, "gas", 0)


@few
@given(intervals(), st.sampled_from(ENERGY))
def test_months_of_an_interval_touch_it(interval: Interval, energy_type: str) -> None:
    months = list(months_of(interval, energy_type))
    assert all(month.interval(energy_type).overlaps(interval) for month in months)
    assert not months[0].plus(-1).interval(energy_type).overlaps(interval)
    assert not months[-1].plus(1).interval(energy_type).overlaps(interval)
    assert [month.plus(1) for month in months[:-1]] == months[1:]


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(-500, 500))
def test_months_add_up(year: int, number: int, months: int) -> None:
    month = Month(year, number)
    later = month.plus(months)
    assert later.plus(-months) == month
    assert (later > month) == (months > 0)
    assert Month.parse(str(later)) == later


@pytest.mark.parametrize(
    "text",
    [
        *("2026", "2026-13", "2026-00", "jan", "january", "2026-01-01", "0001-01", "2300-01"),
        "",
        *("2026-1", "26-01", "2026-01 ", " 2026-01", "2026-01\n", "202601", "2026-\u0660\u0661"),
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^--month: must be a year and a month such as 2026-01"):
        Month.parse(text, "--month")


def test_a_month_out_of_the_year_is_refused() -> None:
    for year, month in ((2026, 0), (2026, 13), (0, 1), (9999, 12)):
        with pytest.raises(InputError, match="month"):
            Month(year, month)
