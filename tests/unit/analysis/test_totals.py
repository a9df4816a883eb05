from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kwartier.analysis import TOTALS_SCHEMA, Period, totals
from kwartier.measurements import empty_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, parse_instant
from support.totals_oracle import expected_totals

NOW = parse_instant("2026-12-01", "now")
DAILY = {"granularity": "P1D"}
GAS = {"energy_type": "gas", "unit": "m3"}
CHANGES = ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-31", "2026-01-31"]


def found(table: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in table.to_pylist()]


def both(make: Any, *intervals: Interval, energy_type: str = "electricity") -> list[Any]:
    fine = Granularity.HOUR if energy_type == "gas" else Granularity.QUARTER_HOUR
    return [
        make.permit(*intervals, granularity=granularity, energy_type=energy_type)
        for granularity in (Granularity.DAY, fine)
    ]


@pytest.mark.parametrize(
    ("day", "energy_type", "slices"),
    [
        ("2026-03-29", "electricity", 92),
        ("2026-10-25", "electricity", 100),
        ("2026-03-28", "gas", 23),
        ("2026-10-24", "gas", 25),
        ("2026-10-25", "gas", 24),
    ],
)
def test_a_day_is_as_long_as_it_is(make: Any, day: str, energy_type: str, slices: int) -> None:
    interval = day_interval(date.fromisoformat(day), energy_type)
    fine = Granularity.HOUR if energy_type == "gas" else Granularity.QUARTER_HOUR
    rows = make.rows_of(interval, 0.5, granularity=str(fine), energy_type=energy_type)
    permission = make.permit(interval, granularity=fine, energy_type=energy_type)
    table = totals(make.table(rows), [permission], NOW, by=Period.DAY)
    [row] = table.to_pylist()
    assert table.schema == TOTALS_SCHEMA
    assert (row["period"], row["value"]) == (day, slices * 0.5)
    assert (row["start"], row["end"]) == (interval.start, interval.end)
    assert (row["expected"], row["present"], row["complete"]) == (slices, slices, True)


def test_a_year_begins_at_midnight_for_gas_at_six(make: Any) -> None:
    hour = timedelta(hours=1)
    rows, permissions = [], []
    for energy_type, point in (("electricity", make.POINT), ("gas", "541441010000000001")):
        edge = day_interval(date(2026, 1, 1), energy_type).start
        fine = Granularity.HOUR if energy_type == "gas" else Granularity.QUARTER_HOUR
        kind = {"granularity": str(fine), "energy_type": energy_type, "metering_point": point}
        rows += make.rows_of(Interval(edge - hour, edge + 2 * hour), 1.0, **kind)
        permissions.append(
            make.permit(Interval(edge - hour, edge + 2 * hour), **{**kind, "granularity": fine})
        )
    table = totals(make.table(rows), permissions, NOW, by=Period.YEAR)
    assert found(table, "energy_type", "period", "value") == [
        ("electricity", "2025", 4.0),
        ("electricity", "2026", 8.0),
        ("gas", "2025", 1.0),
        ("gas", "2026", 2.0),
    ]


def test_registers_stand_apart_and_the_total_is_their_sum(make: Any) -> None:
    days = make.between("2026-01-01", "2026-01-03")
    rows = [
        *make.rows_of(days, 2.0, register="day", **DAILY),
        *make.rows_of(days, 1.5, register="night", **DAILY),
        *make.rows_of(days, 4.0, direction="injection", register="total", **DAILY),
        *make.rows_of(days, 9.0, register="reactive", unit="kVArh", **DAILY),
    ]
    table = totals(make.table(rows), both(make, days), NOW, by=Period.MONTH)
    assert found(table, "direction", "register", "unit", "value") == [
        ("injection", "total", "kWh", 8.0),
        ("offtake", "reactive", "kVArh", 18.0),
        ("offtake", "day", "kWh", 4.0),
        ("offtake", "night", "kWh", 3.0),
        ("offtake", "total", "kWh", 7.0),
    ]


def test_a_day_without_its_night_lacks_its_total(make: Any) -> None:
    days = make.between("2026-01-01", "2026-01-03")
    rows = [
        *make.rows_of(days, 2.0, register="day", **DAILY),
        *make.rows_of(make.between("2026-01-01", "2026-01-02"), 1.0, register="night", **DAILY),
    ]
    table = totals(make.table(rows), both(make, days), NOW, by=Period.DAY)
    assert found(table, "period", "register", "value", "present", "complete") == [
        ("2026-01-01", "day", 2.0, 1, True),
        ("2026-01-01", "night", 1.0, 1, True),
        ("2026-01-01", "total", 3.0, 1, True),
        ("2026-01-02", "day", 2.0, 1, True),
        ("2026-01-02", "night", None, 0, False),
        ("2026-01-02", "total", 2.0, 0, False),
    ]


def test_days_go_before_quarters_and_are_never_mixed_with_them(make: Any) -> None:
    month = make.between("2026-01-01", "2026-02-01")
    rows = [
        *make.rows_of(month, 0.01),
        *make.rows_of(make.between("2026-01-01", "2026-01-11"), 1.0, register="day", **DAILY),
    ]
    table = make.table(rows)
    [_, row] = totals(table, both(make, month), NOW, by=Period.MONTH).to_pylist()
    assert (row["register"], row["value"], row["granularity"]) == ("total", 10.0, "P1D")
    assert (row["expected"], row["present"]) == (31, 10)
    [row] = totals(table, [make.permit(month)], NOW, by=Period.MONTH).to_pylist()
    assert (row["value"], row["granularity"]) == (pytest.approx(29.76), "PT15M")


def test_quarters_serve_where_they_open_more_than_days_do(make: Any) -> None:
    year = make.between("2026-01-01", "2026-03-01")
    days = make.between("2026-02-01", "2026-03-01")
    rows = [*make.rows_of(year, 0.01), *make.rows_of(days, 1.0, **DAILY)]
    permissions = [make.permit(year), make.permit(days, granularity=Granularity.DAY)]
    by_year = totals(make.table(rows), permissions, NOW, by=Period.YEAR)
    assert found(by_year, "granularity", "value") == [("PT15M", pytest.approx(59 * 0.96))]
    by_month = totals(make.table(rows), permissions, NOW, by=Period.MONTH)
    assert found(by_month, "period", "granularity", "value") == [
        ("2026-01", "PT15M", pytest.approx(31 * 0.96)),
        ("2026-02", "P1D", 28.0),
    ]


def test_the_two_parts_of_an_exchange_make_the_day(make: Any) -> None:
    day = day_interval(date(2026, 1, 5), "electricity")
    noon = day.start + timedelta(hours=12)
    parts = [
        make.row(day.start, 1.5, meter_id="A", end=noon, **DAILY),
        make.row(noon, 2.5, meter_id="B", end=day.end, **DAILY),
    ]
    permissions = both(make, day)
    [row] = totals(make.table(parts), permissions, NOW, by=Period.DAY).to_pylist()
    assert (row["value"], row["expected"], row["present"], row["complete"]) == (4.0, 1, 1, True)
    [row] = totals(make.table(parts[1:]), permissions, NOW, by=Period.DAY).to_pylist()
    assert (row["value"], row["present"], row["complete"]) == (2.5, 0, False)


def test_a_headpoint_is_not_added_to_its_meters_and_sub_headpoints_stand_apart(make: Any) -> None:
    hour = make.between("2026-01-01T00:00", "2026-01-01T01:00")
    rows = [
        *make.rows_of(hour, 1.0, source="headpoint", meter_id=None),
        *make.rows_of(hour, 1.0),
        *make.rows_of(hour, 0.2, source="sub_headpoint", meter_id=None, sub_headpoint="001"),
        *make.rows_of(hour, 0.3, source="sub_headpoint", meter_id=None, sub_headpoint="002"),
    ]
    table = totals(make.table(rows), [make.permit(hour)], NOW, by=Period.DAY)
    values = {row["sub_headpoint"]: row["value"] for row in table.to_pylist()}
    assert values == {None: 4.0, "001": pytest.approx(0.8), "002": pytest.approx(1.2)}


def test_meters_beside_each_other_are_added_up_and_one_that_is_silent_is_missed(make: Any) -> None:
    hour = make.between("2026-01-01T00:00", "2026-01-01T01:00")
    rows = [*make.rows_of(hour, 1.0, meter_id="A"), *make.rows_of(hour, 0.5, meter_id="B")]
    [row] = totals(make.table(rows), [make.permit(hour)], NOW, by=Period.DAY).to_pylist()
    assert (row["value"], row["present"]) == (6.0, 4)
    rows[5]["value"] = None
    [row] = totals(make.table(rows), [make.permit(hour)], NOW, by=Period.DAY).to_pylist()
    assert (row["value"], row["present"], row["complete"]) == (5.5, 3, False)


def test_a_period_in_which_nothing_came_is_null_and_not_zero(make: Any) -> None:
    days = make.between("2026-01-01", "2026-01-05")
    rows = [
        *make.rows_of(make.between("2026-01-02", "2026-01-03"), 0.0, **DAILY),
        *make.rows_of(
            make.between("2026-01-04", "2026-01-05"), 1.0, validation_state="EST", **DAILY
        ),
    ]
    table = totals(make.table(rows), both(make, days), NOW, by=Period.DAY)
    assert found(table, "period", "value", "expected", "present", "estimated_share") == [
        ("2026-01-02", 0.0, 1, 1, 0.0),
        ("2026-01-03", None, 1, 0, None),
        ("2026-01-04", 1.0, 1, 1, 1.0),
    ]


def test_without_values_or_permissions_there_is_nothing(make: Any) -> None:
    day = make.between("2026-01-01", "2026-01-02")
    for table in (make.table(make.rows_of(day)), empty_measurements()):
        assert totals(table, [], NOW, by=Period.DAY).equals(TOTALS_SCHEMA.empty_table())
    nothing = totals(empty_measurements(), both(make, day), NOW, by=Period.YEAR)
    assert nothing.num_rows == 0


@st.composite
def worlds(draw: st.DrawFn) -> tuple[str, Interval, datetime, list[dict[str, Any]]]:
    """A stretch of three days around an edge of the calendar, and what came of its slices."""
    energy_type = draw(st.sampled_from(["electricity", "gas"]))
    first = date.fromisoformat(draw(st.sampled_from(CHANGES))) - timedelta(days=1)
    begin = day_interval(first, energy_type).start + draw(st.integers(0, 20)) * timedelta(hours=1)
    end = day_interval(first + timedelta(days=3), energy_type).start
    period = Interval(begin, end - draw(st.integers(0, 20)) * timedelta(hours=1))
    now = draw(st.sampled_from([NOW, end, end + timedelta(hours=13), end + timedelta(days=4)]))
    series = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "granularity": st.sampled_from(
                        ["P1D", "PT1H" if energy_type == "gas" else "PT15M"]
                    ),
                    "source": st.sampled_from(["headpoint", "meter", "sub_headpoint"]),
                    "direction": st.sampled_from(["offtake", "injection"]),
                    "register": st.sampled_from(["total", "day", "night"]),
                    "unit": st.sampled_from(["kWh", "m3"]),
                }
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda one: tuple(sorted(one.items())),
        )
    )
    absent = draw(st.sets(st.integers(0, 99), max_size=30))
    return energy_type, period, now, [one | {"absent": absent} for one in series]


@settings(
    phases=[Phase.generate],
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds(), by=st.sampled_from(list(Period)), daily=st.booleans())
def test_totals_are_the_sums_that_anyone_can_check(
    make: Any, world: tuple[str, Interval, datetime, list[dict[str, Any]]], by: Period, daily: bool
) -> None:
    energy_type, period, now, series = world
    rows = []
    for number, one in enumerate(series):
        columns = {name: said for name, said in one.items() if name != "absent"}
        columns["sub_headpoint"] = "001" if one["source"] == "sub_headpoint" else None
        columns["meter_id"] = "A" if one["source"] == "meter" else None
        made = make.rows_of(period, 0.25, energy_type=energy_type, **columns)
        for place, row in enumerate(made):
            row["value"] = None if (7 * number + place) % 100 in one["absent"] else place / 8
            row["validation_state"] = "EST" if place % 5 == number else "READ"
        rows += made
    permissions = both(make, period, energy_type=energy_type)[0 if daily else 1 :]
    table = totals(make.table(rows), permissions, now, by=by)
    said = [
        {
            name: row[name]
            for name in (
                "metering_point",
                "sub_headpoint",
                "period",
                "direction",
                "unit",
                "register",
                "value",
                "granularity",
                "expected",
                "present",
                "estimated",
            )
        }
        for row in table.to_pylist()
        if row["value"] is not None
    ]
    assert sorted(map(repr, said)) == sorted(map(repr, expected_totals(rows, permissions, now, by)))
    for row in table.to_pylist():
        assert row["complete"] is (row["present"] == row["expected"])
        assert row["value"] is not None or row["present"] == 0
