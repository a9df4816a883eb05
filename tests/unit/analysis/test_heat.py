"""A data owner's channels: kinds of energy apart, Centigrade as declared, cooling in its season."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from kwartier.analysis import Period, load_curve, month_coverage, month_peaks, totals
from kwartier.analysis.declared import countable, in_centigrade
from kwartier.measurements import check_measurements, empty_measurements
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, parse_instant

NOW = parse_instant("2026-12-01", "now")
HOUR = timedelta(hours=1)
OWNER = "6f1b0d4e-52a1-4b0c-9c55-0a7f3b1e2d90"
CHANNELS = {
    "gas": "m3",
    "hot_water": "m3",
    "heat": "Centigrade",
    "cooling": "Centigrade",
    "electricity": "kWh",
}


def hours(make: Any, interval: Interval, energy_type: str, value: float | None = 1.0) -> Any:
    return make.rows_of(
        interval,
        value,
        provider="eneco",
        metering_point=OWNER,
        granularity="PT1H",
        energy_type=energy_type,
        unit=CHANNELS[energy_type],
        source="headpoint",
        meter_id=None,
        validation_state=None,
    )


def permitted(make: Any, interval: Interval, *energy_types: str) -> list[Any]:
    return [
        make.permit(interval, granularity=Granularity.HOUR, energy_type=one, metering_point=OWNER)
        for one in energy_types or CHANNELS
    ]


def added(
    make: Any, rows: Any, interval: Interval, centigrade: Centigrade, by: Period = Period.MONTH
) -> list[tuple[Any, ...]]:
    table = totals(make.table(rows), permitted(make, interval), NOW, by=by, centigrade=centigrade)
    return [
        (row["energy_type"], row["unit"], row["value"], row["complete"])
        for row in table.to_pylist()
    ]


def test_kinds_of_energy_stand_apart_even_in_the_same_unit(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "electricity")
    wide = make.between("2026-11-10", "2026-11-12")
    rows = [row for i, one in enumerate(CHANNELS, 1) for row in hours(make, day, one, float(i))]
    found = added(make, rows, wide, Centigrade.GJ)
    assert [(kind, unit, value) for kind, unit, value, _ in found] == [
        ("cooling", "GJ", 4 * 24.0),
        ("electricity", "kWh", 5 * 24.0),
        ("gas", "m3", 1 * 24.0),
        ("heat", "GJ", 3 * 24.0),
        ("hot_water", "m3", 2 * 24.0),
    ]


@pytest.mark.parametrize("declared", [Centigrade.UNKNOWN, Centigrade.DEGREES])
def test_centigrade_is_left_out_of_totals_unless_it_is_declared_energy(
    make: Any, declared: Centigrade
) -> None:
    day = day_interval(date(2026, 11, 10), "heat")
    rows = [row for one in CHANNELS for row in hours(make, day, one)]
    found = added(make, rows, day, declared)
    assert {kind for kind, *_ in found} == {"electricity", "gas", "hot_water"}


def test_by_default_it_is_left_out(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "heat")
    table = totals(
        make.table(hours(make, day, "heat")), permitted(make, day, "heat"), NOW, by=Period.DAY
    )
    assert table.num_rows == 0


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_hours_is_as_long_as_it_is(make: Any, day: str, length: int) -> None:
    interval = day_interval(date.fromisoformat(day), "heat")
    rows = hours(make, interval, "heat", 0.5)
    found = added(make, rows, interval, Centigrade.GJ, Period.DAY)
    assert found == [("heat", "GJ", length * 0.5, True)]
    coverage = month_coverage(make.table(rows), permitted(make, interval, "heat"), NOW)
    assert coverage["expected"].to_pylist() == [length]
    assert coverage["missing"].to_pylist() == [0]


def test_gigajoules_that_eneco_itself_wrote_join_those_that_were_declared(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "heat")
    half = Interval(day.start, day.start + 12 * HOUR)
    rest = Interval(half.end, day.end)
    later = [{**row, "unit": "GJ"} for row in hours(make, rest, "heat")]
    found = added(make, [*hours(make, half, "heat"), *later], day, Centigrade.GJ)
    assert found == [("heat", "GJ", 24.0, True)]


def test_declaring_changes_units_alone(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "heat")
    table = make.table([*hours(make, day, "heat"), *hours(make, day, "gas")])
    assert in_centigrade(table) == {"heat"}
    read = check_measurements(countable(table, Centigrade.GJ))
    assert set(read["unit"].to_pylist()) == {"GJ", "m3"}
    assert read.drop(["unit"]).equals(table.drop(["unit"]))
    assert in_centigrade(read) == frozenset()


def test_values_without_a_unit_are_nobody_elses(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "heat")
    rows = [*hours(make, day, "heat"), *({**r, "unit": None} for r in hours(make, day, "gas"))]
    table = pa.concat_tables([make.table(rows), empty_measurements()])
    assert countable(table, Centigrade.UNKNOWN)["unit"].to_pylist() == [None] * 24
    read = countable(table, Centigrade.GJ)["unit"].to_pylist()
    assert (read.count("GJ"), read.count(None)) == (24, 24)


def test_without_centigrade_the_table_is_the_same_object(make: Any) -> None:
    table = make.table([make.row(parse_instant("2026-11-10", "start"))])
    assert countable(table, Centigrade.UNKNOWN) is table
    assert in_centigrade(empty_measurements()) == frozenset()


def test_heat_that_is_absent_is_missing(make: Any) -> None:
    interval = make.between("2026-11-10", "2026-11-13")
    table = make.table(hours(make, make.between("2026-11-10", "2026-11-11"), "heat"))
    coverage = month_coverage(table, permitted(make, interval, "heat", "hot_water"), NOW)
    found = {row["energy_type"]: row for row in coverage.to_pylist()}
    assert (found["heat"]["expected"], found["heat"]["missing"]) == (72, 48)
    assert (found["hot_water"]["expected"], found["hot_water"]["missing"]) == (72, 72)


def test_cooling_is_expected_only_on_days_of_which_there_is_any(make: Any) -> None:
    interval = make.between("2026-04-01", "2026-11-01")
    summer = make.between("2026-07-01", "2026-07-04")
    hole = make.between("2026-07-02T10:00", "2026-07-02T13:00")
    rows = [row for row in hours(make, summer, "cooling") if row["start"] not in hole]
    [row] = month_coverage(make.table(rows), permitted(make, interval, "cooling"), NOW).to_pylist()
    assert (row["month"], row["expected"], row["missing"]) == ("2026-07", 72, 3)
    [gap] = row["gaps"]
    assert Interval(gap["start"], gap["end"]) == hole
    table = totals(
        make.table(rows),
        permitted(make, interval, "cooling"),
        NOW,
        by=Period.MONTH,
        centigrade=Centigrade.GJ,
    )
    assert [(r["period"], r["present"], r["expected"]) for r in table.to_pylist()] == [
        ("2026-07", 69, 72)
    ]


def test_one_data_owners_cooling_makes_none_expected_of_another(make: Any) -> None:
    day = day_interval(date(2026, 7, 1), "cooling")
    other = make.permit(
        day, granularity=Granularity.HOUR, energy_type="cooling", metering_point="b"
    )
    permissions = [*permitted(make, day, "cooling"), other]
    table = make.table(hours(make, day, "cooling"))
    coverage = month_coverage(table, permissions, NOW)
    assert coverage["metering_point"].to_pylist() == [OWNER]


def test_hours_of_electricity_have_a_load_curve_and_no_month_peak(make: Any) -> None:
    day = day_interval(date(2026, 11, 10), "electricity")
    table = make.table([*hours(make, day, "electricity", 2.0), *hours(make, day, "heat", 60.0)])
    permissions = permitted(make, day, "electricity", "heat")
    curve = load_curve(table, permissions, NOW, day)
    assert set(curve["kw"].to_pylist()) == {2.0}
    assert curve.num_rows == 24
    assert month_peaks(table, permissions, NOW).num_rows == 0
