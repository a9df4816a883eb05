from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.analysis import COVERAGE_SCHEMA, month_coverage
from kwartier.measurements import empty_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, parse_instant

QUARTER = timedelta(minutes=15)


def at(text: str) -> datetime:
    return parse_instant(text, "at")


@pytest.mark.parametrize(
    ("day", "quarters"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-03-28", 96)]
)
def test_a_clock_change_day_has_its_own_number_of_quarters(
    make: Any, day: str, quarters: int
) -> None:
    interval = make.between(day, str(datetime.fromisoformat(day).date() + timedelta(days=1)))
    rows = make.table(make.rows_of(interval))
    [month] = month_coverage(rows, [make.permit(interval)], at("2026-12-01")).to_pylist()
    assert (month["expected"], month["present"], month["missing"]) == (quarters, quarters, 0)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 23), ("2026-03-29", 24), ("2026-10-24", 25), ("2026-10-25", 24)],
)
def test_the_short_and_long_gas_days_are_the_saturdays_before(
    make: Any, day: str, hours: int
) -> None:
    after = str(datetime.fromisoformat(day).date() + timedelta(days=1))
    interval = make.between(f"{day}T06:00", f"{after}T06:00")
    gas = {"energy_type": "gas"}
    permissions = [
        make.permit(interval, granularity=Granularity.HOUR, **gas),
        make.permit(interval, granularity=Granularity.DAY, **gas),
    ]
    found = month_coverage(empty_measurements(), permissions, at("2026-12-01")).to_pylist()
    assert [row["expected"] for row in found] == [hours, 1]
    assert [row["gaps"] for row in found] == [[{"start": interval.start, "end": interval.end}]] * 2


def test_a_whole_month_across_the_clock_change_has_2972_quarters(make: Any) -> None:
    march = Month(2026, 3).interval("electricity")
    [month] = month_coverage(
        empty_measurements(), [make.permit(march)], at("2026-04-02")
    ).to_pylist()
    assert month["month"] == "2026-03"
    assert month["expected"] == month["missing"] == 2972


def test_a_gap_over_a_month_edge_is_cut_there(make: Any) -> None:
    period = make.between("2026-01-30", "2026-02-03")
    gap = make.between("2026-01-31T22:00", "2026-02-01T03:00")
    rows = [r for r in make.rows_of(period) if r["start"] not in gap]
    january, february = month_coverage(
        make.table(rows), [make.permit(period)], at("2026-03-01")
    ).to_pylist()
    edge = at("2026-02-01")
    assert january["gaps"] == [{"start": gap.start, "end": edge}]
    assert february["gaps"] == [{"start": edge, "end": gap.end}]
    assert (january["missing"], february["missing"]) == (8, 12)


def test_what_cannot_have_arrived_yet_is_no_gap(make: Any) -> None:
    period = make.between("2026-01-01", "2026-02-01")
    permission = make.permit(period)
    before_noon, after_noon = (
        month_coverage(empty_measurements(), [permission], at(text)).to_pylist()
        for text in ("2026-01-03T11:59", "2026-01-03T12:00")
    )
    assert [row["expected"] for row in before_noon] == [96]
    assert [row["expected"] for row in after_noon] == [192]


def test_a_value_that_comes_early_counts_as_expected_and_present(make: Any) -> None:
    day = make.between("2026-01-01", "2026-01-02")
    [month] = month_coverage(
        make.table(make.rows_of(day)), [make.permit(day)], at("2026-01-02T06:00")
    ).to_pylist()
    assert (month["expected"], month["present"], month["gaps"]) == (96, 96, [])


def test_a_null_is_missing_and_an_absent_register_is_not_zero(make: Any) -> None:
    period = make.between("2026-01-01", "2026-01-04")
    first, second, _ = [r["start"] for r in make.rows_of(period, granularity="P1D")]
    rows = [
        make.row(first, 3.0, granularity="P1D", register="day"),
        make.row(first, None, granularity="P1D", register="night"),
        make.row(second, None, granularity="P1D", register="day"),
    ]
    permission = make.permit(period, granularity=Granularity.DAY)
    [month] = month_coverage(make.table(rows), [permission], at("2026-02-01")).to_pylist()
    assert (month["expected"], month["present"], month["missing"]) == (3, 1, 2)
    assert month["gaps"] == [{"start": second, "end": period.end}]


def test_a_slice_is_as_bad_as_its_worst_value(make: Any) -> None:
    hour = make.between("2026-01-01T00:00", "2026-01-01T01:15")
    starts = [r["start"] for r in make.rows_of(hour)]
    states = [("READ", "VAL"), ("READ", "EST"), ("EST", "NVAL"), ("READ", None), ("NVAL", "WHAT")]
    rows = [
        make.row(start, 0.1, direction=direction, validation_state=state)
        for start, pair in zip(starts, states, strict=True)
        for direction, state in zip(("offtake", "injection"), pair, strict=True)
    ]
    [month] = month_coverage(make.table(rows), [make.permit(hour)], at("2026-02-01")).to_pylist()
    assert dict(month["states"]) == {"READ": 1, "EST": 1, "NVAL": 1, "unknown": 1, "WHAT": 1}
    assert (month["present"], month["estimated"], month["not_measured"]) == (5, 1, 4)


def test_provisional_gas_is_counted_on_its_kwh(make: Any) -> None:
    period = make.between("2026-01-01T06:00", "2026-01-03T06:00")
    days = {"granularity": "P1D", "energy_type": "gas"}
    rows = [
        *make.rows_of(period, 2.0, unit="m3", **days),
        *make.rows_of(period, 23.0, unit="kWh", gas_conversion_factor="P", **days),
    ]
    permission = make.permit(period, granularity=Granularity.DAY, energy_type="gas")
    [month] = month_coverage(make.table(rows), [permission], at("2026-02-01")).to_pylist()
    assert (month["present"], month["provisional"]) == (2, 2)


def test_what_no_mandate_permits_is_not_counted(make: Any) -> None:
    stored = make.between("2026-01-01", "2026-01-05")
    first, last = make.between("2026-01-01", "2026-01-02"), make.between("2026-01-03", "2026-01-04")
    rows = [
        *make.rows_of(stored),
        *make.rows_of(stored, metering_point="541448800000004312"),
        *make.rows_of(stored, source="sub_headpoint", sub_headpoint="001"),
        *make.rows_of(stored, granularity="P1D"),
    ]
    [month] = month_coverage(
        make.table(rows), [make.permit(first, last)], at("2026-02-01")
    ).to_pylist()
    assert (month["expected"], month["present"], month["gaps"]) == (192, 192, [])


def test_a_day_cut_by_the_period_is_not_expected(make: Any) -> None:
    period = make.between("2026-01-01T10:00", "2026-01-04T10:00")
    for energy_type, days in (("electricity", 2), ("gas", 2)):
        permission = make.permit(period, granularity=Granularity.DAY, energy_type=energy_type)
        [month] = month_coverage(empty_measurements(), [permission], at("2026-02-01")).to_pylist()
        assert month["expected"] == days


def test_nothing_in_nothing_out(make: Any) -> None:
    later = make.permit(make.between("2027-01-01", "2027-02-01"))
    for permissions in ([], [later]):
        found = month_coverage(empty_measurements(), permissions, at("2026-02-01"))
        assert found.num_rows == 0
        assert found.schema == COVERAGE_SCHEMA


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    dropped=st.sets(st.integers(0, 96 * 4), max_size=40),
    hours=st.integers(0, 96),
    later=st.integers(0, 40),
)
def test_gaps_cover_exactly_the_missing_slices(
    make: Any, dropped: set[int], hours: int, later: int
) -> None:
    start = datetime(2026, 3, 27, 23, tzinfo=UTC) + timedelta(hours=hours // 4)
    period = Interval(start, start + timedelta(hours=max(1, hours)))
    other = Interval(period.end + timedelta(hours=later), period.end + timedelta(hours=later + 30))
    permission = make.permit(*([period, other] if later else [period]))
    rows = [r for i, r in enumerate(make.rows_of(period)) if i not in dropped]
    months = month_coverage(make.table(rows), [permission], at("2026-05-01")).to_pylist()
    there = {r["start"] for r in rows}
    absent = {
        r["start"] for i in permission.intervals for r in make.rows_of(i) if r["start"] not in there
    }
    covered: list[datetime] = []
    for month in months:
        inside = Month.parse(month["month"]).interval("electricity")
        assert month["present"] + month["missing"] == month["expected"]
        for gap in month["gaps"]:
            assert inside.covers(Interval(gap["start"], gap["end"]))
            instant = gap["start"]
            while instant < gap["end"]:
                covered.append(instant)
                instant += QUARTER
    assert sorted(absent) == covered
    assert sum(month["missing"] for month in months) == len(absent)
