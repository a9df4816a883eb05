"""Days and curves: the finer looks at what months and totals say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.analysis import Period, curves_of, day_coverage, month_coverage, totals
from kwartier.analysis.curves import ABSENT, AS_MEASURED, NOT_DEFINITIVE, NOT_MEASURED
from kwartier.measurements import empty_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant


def at(text: str) -> datetime:
    return parse_instant(text, "at")


@pytest.mark.parametrize(
    ("day", "quarters"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-03-28", 96)]
)
def test_a_clock_change_day_is_as_long_as_it_is(make: Any, day: str, quarters: int) -> None:
    end = str(date.fromisoformat(day) + timedelta(days=1))
    interval = make.between(day, end)
    permission, rows = make.permit(interval), make.rows_of(interval)
    [told] = day_coverage(make.table(rows), [permission], at("2026-12-01")).to_pylist()
    assert str(told["day"]) == day
    assert told["permitted"] == told["expected"] == told["present"] == quarters
    curves = curves_of(make.table(rows), permission, at("2026-12-01"))
    assert len(curves.starts) == len(curves.ends) == quarters
    assert not np.isnan(curves.curves[0].amounts).any()


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25)])
def test_the_short_and_long_gas_days_are_saturdays(make: Any, day: str, hours: int) -> None:
    end = str(date.fromisoformat(day) + timedelta(days=1))
    interval = make.between(f"{day}T06:00:00", f"{end}T06:00:00")
    gas = {"granularity": Granularity.HOUR, "energy_type": "gas"}
    rows = make.table(make.rows_of(interval, gas_conversion_factor="P", **gas))
    [told] = day_coverage(rows, [make.permit(interval, **gas)], at("2026-12-01")).to_pylist()
    assert (str(told["day"]), told["present"], told["provisional"]) == (day, hours, hours)
    curves = curves_of(rows, make.permit(interval, **gas), at("2026-12-01"))
    assert curves.curves[0].states.tolist() == [NOT_DEFINITIVE] * hours


def test_what_is_missing_is_no_number_and_what_is_estimated_says_so(make: Any) -> None:
    interval = make.between("2026-05-01", "2026-05-02")
    rows = make.rows_of(interval)
    rows[3]["validation_state"] = "EST"
    rows[4]["value"] = None
    del rows[5]
    permission = make.permit(interval)
    [told] = day_coverage(make.table(rows), [permission], at("2026-12-01")).to_pylist()
    assert (told["expected"], told["present"], told["estimated"]) == (96, 94, 1)
    [curve] = curves_of(make.table(rows), permission, at("2026-12-01")).curves
    assert curve.states[:7].tolist() == [AS_MEASURED] * 3 + [NOT_MEASURED] + [ABSENT] * 2 + [
        AS_MEASURED
    ]
    assert np.isnan(curve.amounts[[4, 5]]).all()
    assert np.isnan(curve.amounts).sum() == 2


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
@pytest.mark.parametrize(
    ("provider", "told", "is_measured"),
    [
        ("eneco", None, True),
        ("fluvius", None, False),
        ("fluvius", "VAL", True),
        ("eneco", "?", False),
    ],
)
def test_without_a_state_it_is_as_measured_where_the_provider_tells_none(
    make: Any, day: str, hours: int, provider: str, told: str | None, is_measured: bool
) -> None:
    interval = make.between(day, str(date.fromisoformat(day) + timedelta(days=1)))
    hourly = {"granularity": Granularity.HOUR, "energy_type": "heat"}
    rows = make.table(make.rows_of(interval, provider=provider, validation_state=told, **hourly))
    permission, now = make.permit(interval, **hourly), at("2026-12-01")
    odd = 0 if is_measured else hours
    for coverage in (month_coverage, day_coverage):
        [found] = coverage(rows, [permission], now).to_pylist()
        assert (found["present"], found["not_measured"]) == (hours, odd)
    [month] = month_coverage(rows, [permission], now).to_pylist()
    states = {} if told is None and provider == "eneco" else {told or "unknown": hours}
    assert dict(month["states"]) == states
    [curve] = curves_of(rows, permission, now).curves
    assert curve.states.tolist() == [AS_MEASURED if is_measured else NOT_MEASURED] * hours


def test_each_provider_is_judged_by_itself(make: Any) -> None:
    interval = make.between("2026-05-01", "2026-05-02")
    points = {"fluvius": make.POINT, "eneco": "0d9b1f7e-0000-4000-8000-000000000001"}
    rows = [
        row
        for provider, point in points.items()
        for row in make.rows_of(
            interval,
            provider=provider,
            metering_point=point,
            granularity="PT1H",
            validation_state=None,
        )
    ]
    permits = [
        make.permit(interval, granularity=Granularity.HOUR, metering_point=point)
        for point in points.values()
    ]
    found = month_coverage(make.table(rows), permits, at("2026-12-01")).to_pylist()
    assert [row["not_measured"] for row in found] == [24, 0]


def test_between_two_permitted_periods_the_axis_goes_on_and_nothing_is_there(make: Any) -> None:
    first, last = make.between("2026-05-01", "2026-05-02"), make.between("2026-05-03", "2026-05-04")
    rows = make.table(make.rows_of(make.between("2026-05-01", "2026-05-04")))
    permission = make.permit(first, last)
    days = day_coverage(rows, [permission], at("2026-12-01")).to_pylist()
    assert [row["day"].day for row in days] == [1, 3]
    [curve] = curves_of(rows, permission, at("2026-12-01")).curves
    assert np.isnan(curve.amounts).tolist() == [False] * 96 + [True] * 96 + [False] * 96


def test_without_values_or_permission_there_is_no_curve(make: Any) -> None:
    permission = make.permit(make.between("2026-05-01", "2026-05-02"))
    nothing = empty_measurements()
    assert list(curves_of(nothing, permission, at("2026-12-01")).curves) == []
    assert len(curves_of(nothing, None, at("2026-12-01")).starts) == 0
    assert day_coverage(nothing, [], at("2026-12-01")).num_rows == 0
    [day] = day_coverage(nothing, [permission], at("2026-12-01")).to_pylist()
    assert (day["expected"], day["present"]) == (96, 0)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_days_add_up_to_months_and_curves_to_totals(make: Any, data: st.DataObject) -> None:
    interval = make.between("2026-03-28", "2026-04-02")
    rows = make.rows_of(interval)
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=20))
    estimated = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=20))
    for number in estimated:
        rows[number]["validation_state"] = "EST"
    table = make.table([row for number, row in enumerate(rows) if number not in gone])
    permission, now = make.permit(interval), at("2026-04-01T11:00:00")
    days = day_coverage(table, [permission], now).to_pylist()
    for month in month_coverage(table, [permission], now).to_pylist():
        own = [row for row in days if str(row["day"]).startswith(month["month"])]
        for name in ("expected", "present", "estimated", "not_measured"):
            assert sum(row[name] for row in own) == month[name]
    curves = curves_of(table, permission, now).curves
    year = totals(table, [permission], now, by=Period.YEAR).to_pylist()
    assert sum(np.nansum(one.amounts) for one in curves) == pytest.approx(
        sum(row["value"] or 0.0 for row in year)
    )
