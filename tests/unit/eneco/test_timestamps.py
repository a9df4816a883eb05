"""Which hour a timestamp names: zones, labels, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.eneco.timestamps import HourLabel, Timestamps, UnclearHour
from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval

HOUR = timedelta(hours=1)
AMSTERDAM = Timestamps(zone="Europe/Amsterdam")
CLOCK_CHANGES = [datetime(2024, 3, 30, 23, tzinfo=UTC), datetime(2024, 10, 26, 22, tzinfo=UTC)]
"""Midnights in Amsterdam: of the day of 23 hours, and of the one of 25."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hour(text: str) -> Interval:
    return Interval(at(text), at(text) + HOUR)


def day_from(midnight: datetime) -> list[Interval]:
    """All hours of an Amsterdam day."""
    next_day = (midnight.astimezone(ZoneInfo("Europe/Amsterdam")) + timedelta(days=1)).replace(
        hour=0
    )
    count = (next_day.astimezone(UTC) - midnight) // HOUR
    return [Interval(midnight + i * HOUR, midnight + (i + 1) * HOUR) for i in range(count)]


def wall_time(instant: datetime) -> str:
    return instant.astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-08T09:00:00Z",
        "2025-01-08T09:00:00.0000000Z",
        "2025-01-08T10:00:00+01:00",
        "2025-01-08 09:00:00",
    ],
)
def test_by_default_a_timestamp_is_utc_and_labels_the_start(text: str) -> None:
    assert Timestamps().hours([text]) == [hour("2025-01-08T09:00")]


def test_an_offset_goes_before_the_zone_of_the_settings() -> None:
    assert AMSTERDAM.hours(["2025-01-08T09:00:00Z", "2025-01-08T09:00:00"]) == [
        hour("2025-01-08T09:00"),
        hour("2025-01-08T08:00"),
    ]


def test_a_timestamp_may_label_the_end_of_its_hour() -> None:
    labels_end = Timestamps(labels=HourLabel.END)
    assert labels_end.hours(["2025-01-08T09:00:00Z"]) == [hour("2025-01-08T08:00")]


@pytest.mark.parametrize("midnight", CLOCK_CHANGES)
@pytest.mark.parametrize("label", list(HourLabel))
@pytest.mark.parametrize("is_backwards", [False, True])
def test_wall_times_of_a_whole_clock_change_day_name_each_hour_once(
    midnight: datetime, label: HourLabel, *, is_backwards: bool
) -> None:
    hours = day_from(midnight)
    assert len(hours) in (23, 25)
    if is_backwards:
        hours.reverse()
    texts = [wall_time(one.start if label is HourLabel.START else one.end) for one in hours]
    assert Timestamps(zone="Europe/Amsterdam", labels=label).hours(texts) == hours


def test_a_repeated_hour_of_which_one_record_is_missing_is_unclear() -> None:
    before, unclear, after = AMSTERDAM.hours(
        ["2024-10-27T01:00:00", "2024-10-27T02:00:00", "2024-10-27T03:00:00"]
    )
    assert before == hour("2024-10-26T23:00")
    assert after == hour("2024-10-27T02:00")
    assert isinstance(unclear, UnclearHour)
    assert unclear.interval == Interval(at("2024-10-27T00:00"), at("2024-10-27T02:00"))
    assert "twice" in unclear.why


def test_three_records_of_one_repeated_hour_are_unclear() -> None:
    assert all(isinstance(one, UnclearHour) for one in AMSTERDAM.hours(["2024-10-27T02:00"] * 3))


def test_an_offset_tells_which_of_the_repeated_hours_is_meant() -> None:
    texts = ["2024-10-27T02:00:00+01:00", "2024-10-27T02:00:00+02:00"]
    assert AMSTERDAM.hours(texts) == [hour("2024-10-27T01:00"), hour("2024-10-27T00:00")]


def test_a_time_that_the_clock_skips_is_unclear() -> None:
    (unclear,) = AMSTERDAM.hours(["2024-03-31T02:00:00"])
    assert isinstance(unclear, UnclearHour)
    assert unclear.interval is None
    assert "skips" in unclear.why


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-01-08", "0001-01-01T00:00:00Z", "9999-12-31T23:00:00Z"]
)
def test_what_names_no_hour_is_unclear(text: str) -> None:
    (unclear,) = Timestamps().hours([text])
    assert isinstance(unclear, UnclearHour)
    assert unclear.interval is None


def test_an_instant_within_an_hour_is_unclear() -> None:
    (unclear,) = Timestamps().hours(["2025-01-08T09:59:59Z"])
    assert isinstance(unclear, UnclearHour)
    assert unclear.interval is not None
    assert at("2025-01-08T10:30") in unclear.interval


def test_bounds_tell_both_instants_of_a_time_that_happens_twice() -> None:
    assert AMSTERDAM.bounds("2024-10-27T02:00:00") == (
        at("2024-10-27T00:00"),
        at("2024-10-27T01:00"),
    )
    assert AMSTERDAM.bounds("2024-10-27T03:00:00") == (at("2024-10-27T02:00"),) * 2
    assert AMSTERDAM.bounds("2024-03-31T02:00:00") is None
    assert AMSTERDAM.bounds("yesterday") is None


@pytest.mark.parametrize(
    "zone", ["Europe/Hoogkerk", "", "../etc/passwd", "/etc/localtime", "Europe"]
)
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="IANA"):
        Timestamps(zone=zone)


def test_a_label_is_the_start_or_the_end() -> None:
    assert Timestamps(labels="end").labels == HourLabel.END  # type: ignore[arg-type]  # as in TOML
    with pytest.raises(InputError, match="labels"):
        Timestamps(labels="middle")  # type: ignore[arg-type]  # that is what is tested


@settings(max_examples=60, deadline=None)
@given(first=st.integers(-40, 40), count=st.integers(0, 60), change=st.sampled_from(CLOCK_CHANGES))
def test_hours_in_a_row_are_read_rightly_or_not_at_all(
    first: int, count: int, change: datetime
) -> None:
    expected = [
        Interval(change + i * HOUR, change + (i + 1) * HOUR) for i in range(first, first + count)
    ]
    read = AMSTERDAM.hours([wall_time(one.start) for one in expected])
    for one, meant in zip(read, expected, strict=True):
        if isinstance(one, UnclearHour):
            assert one.interval is not None
            assert one.interval.covers(meant)
        else:
            assert one == meant
    assert sum(isinstance(one, UnclearHour) for one in read) <= 1, "one that is cut off its other"
