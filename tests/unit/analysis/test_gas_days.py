from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kwartier.analysis import GAS_DAYS_SCHEMA, gas_days
from kwartier.measurements import empty_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import day_interval, parse_instant

NOW = parse_instant("2026-12-01", "now")
GAS_HOURS = {"granularity": "PT1H", "energy_type": "gas"}
GAS_DAYS = {"granularity": "P1D", "energy_type": "gas"}


def permits(make: Any, *intervals: Any) -> list[Any]:
    return [
        make.permit(*intervals, granularity=g, energy_type="gas")
        for g in (Granularity.HOUR, Granularity.DAY)
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 23), ("2026-03-29", 24), ("2026-10-24", 25), ("2026-10-25", 24)],
)
def test_hours_are_summed_over_the_gas_day(make: Any, day: str, hours: int) -> None:
    interval = day_interval(date.fromisoformat(day), "gas")
    rows = [
        *make.rows_of(interval, 0.5, unit="m3", **GAS_HOURS),
        *make.rows_of(interval, 5.5, unit="kWh", gas_conversion_factor="D", **GAS_HOURS),
    ]
    [found] = gas_days(make.table(rows), permits(make, interval), NOW).to_pylist()
    assert found == {
        "metering_point": make.POINT,
        "gas_day": date.fromisoformat(day),
        "m3": hours * 0.5,
        "kwh": hours * 5.5,
        "gas_conversion_factor": "D",
        "granularity": "PT1H",
        "complete": True,
    }


def test_the_day_value_goes_before_the_hours(make: Any) -> None:
    interval = day_interval(date(2026, 1, 5), "gas")
    rows = [
        *make.rows_of(interval, 1.0, unit="m3", **GAS_HOURS),
        *make.rows_of(interval, 23.9, unit="m3", **GAS_DAYS),
    ]
    [found] = gas_days(make.table(rows), permits(make, interval), NOW).to_pylist()
    assert (found["m3"], found["kwh"], found["granularity"]) == (23.9, None, "P1D")
    assert found["gas_conversion_factor"] is None


def test_a_missing_hour_is_flagged_and_a_missing_unit_is_null(make: Any) -> None:
    interval = day_interval(date(2026, 1, 5), "gas")
    rows = make.rows_of(interval, 11.0, unit="kWh", gas_conversion_factor="C", **GAS_HOURS)
    rows[3]["value"] = None
    rows[4]["gas_conversion_factor"] = "P"
    [found] = gas_days(make.table(rows), permits(make, interval), NOW).to_pylist()
    assert (found["m3"], found["kwh"], found["complete"]) == (None, 23 * 11.0, False)
    assert found["gas_conversion_factor"] == "P"


def test_the_meters_of_an_exchange_share_their_day(make: Any) -> None:
    interval = day_interval(date(2026, 1, 5), "gas")
    noon = interval.start + timedelta(hours=6)
    rows = [
        make.row(interval.start, 1.5, unit="m3", meter_id="A", end=noon, **GAS_DAYS),
        make.row(noon, 2.5, unit="m3", meter_id="B", end=interval.end, **GAS_DAYS),
    ]
    [found] = gas_days(make.table(rows), permits(make, interval), NOW).to_pylist()
    assert (found["gas_day"], found["m3"]) == (date(2026, 1, 5), 4.0)


def test_a_day_that_the_period_cuts_or_that_is_not_over_is_left_out(make: Any) -> None:
    period = make.between("2026-01-01", "2026-01-04")
    rows = make.rows_of(period, 1.0, unit="m3", **GAS_HOURS)
    permitted = permits(make, period)
    found = gas_days(make.table(rows), permitted, NOW).to_pylist()
    assert [row["gas_day"] for row in found] == [date(2026, 1, 1), date(2026, 1, 2)]
    now = parse_instant("2026-01-03T05:59", "now")
    found = gas_days(make.table(rows), permitted, now).to_pylist()
    assert [row["gas_day"] for row in found] == [date(2026, 1, 1)]


def test_electricity_and_injection_are_no_gas(make: Any) -> None:
    period = make.between("2026-01-01", "2026-01-04")
    rows = make.rows_of(period) + make.rows_of(
        period, unit="m3", direction="injection", **GAS_HOURS
    )
    for table in (make.table(rows), empty_measurements()):
        for permissions in ([], [make.permit(period)], permits(make, period)):
            found = gas_days(table, permissions, NOW)
            assert found.num_rows == 0
            assert found.schema == GAS_DAYS_SCHEMA


def test_gas_days_are_named_after_the_date_on_which_they_begin(make: Any) -> None:
    last = day_interval(date(2026, 1, 31), "gas")
    rows = make.rows_of(last, 1.0, unit="m3", **GAS_HOURS)
    [found] = gas_days(make.table(rows), permits(make, last), NOW).to_pylist()
    assert found["gas_day"] == datetime(2026, 1, 31).date()  # noqa: DTZ001
