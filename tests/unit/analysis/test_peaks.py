from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.analysis import PEAKS_SCHEMA, billing_peak, month_peaks
from kwartier.measurements import empty_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import Month, parse_instant


def at(text: str) -> datetime:
    return parse_instant(text, "at")


JANUARY = Month(2026, 1).interval("electricity")
FEBRUARY_2 = at("2026-02-02T12:00")


@pytest.mark.parametrize(("month", "quarters"), [("2026-03", 2972), ("2026-10", 2980)])
def test_a_whole_measured_month_is_final(make: Any, month: str, quarters: int) -> None:
    interval = Month.parse(month).interval("electricity")
    rows = make.rows_of(interval, 0.25)
    rows[1500]["value"] = 1.15
    [peak] = month_peaks(
        make.table(rows), [make.permit(interval)], at("2026-11-02T12:00")
    ).to_pylist()
    assert peak == {
        "metering_point": make.POINT,
        "month": month,
        "kw": 4.6,
        "status": "final",
        "expected": quarters,
        "present": quarters,
        "not_measured": 0,
        "at": rows[1500]["start"],
        "lower_bound": False,
    }


def test_the_first_of_equal_peaks_is_named(make: Any) -> None:
    rows = make.rows_of(JANUARY, 0.25)
    [peak] = month_peaks(make.table(rows), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert peak["at"] == JANUARY.start


@pytest.mark.parametrize("fault", ["absent", "null", "EST", "NVAL", "no state"])
def test_a_fault_makes_a_lower_bound_of_what_was_measured(make: Any, fault: str) -> None:
    rows = make.rows_of(JANUARY, 0.25)
    rows[7]["value"] = 2.0
    if fault == "absent":
        del rows[7]
    elif fault == "null":
        rows[7]["value"] = None
    else:
        rows[7]["validation_state"] = None if fault == "no state" else fault
    [peak] = month_peaks(make.table(rows), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"], peak["lower_bound"]) == (1.0, "incomplete", True)
    assert peak["expected"] - peak["present"] == (fault in ("absent", "null"))
    assert peak["not_measured"] == (fault not in ("absent", "null"))


def test_measured_states_are_a_setting(make: Any) -> None:
    rows = make.rows_of(JANUARY, validation_state="NVAL")
    [peak] = month_peaks(
        make.table(rows), [make.permit(JANUARY)], FEBRUARY_2, measured=frozenset({"NVAL"})
    ).to_pylist()
    assert peak["status"] == "final"


def test_an_open_month_without_faults_so_far_is_provisional(make: Any) -> None:
    rows = make.rows_of(make.between("2026-01-01", "2026-01-10"), 0.5)
    [peak] = month_peaks(
        make.table(rows), [make.permit(JANUARY)], at("2026-01-10T13:00")
    ).to_pylist()
    assert (peak["status"], peak["kw"], peak["lower_bound"]) == ("provisional", 2.0, False)
    assert peak["expected"] == peak["present"] == 9 * 96


def test_a_month_is_not_final_before_its_last_day_has_come(make: Any) -> None:
    rows = make.rows_of(make.between("2026-01-01", "2026-01-31"), 0.5)
    early, late = (
        month_peaks(make.table(rows), [make.permit(JANUARY)], at(text)).to_pylist()
        for text in ("2026-02-01T03:00", "2026-02-01T12:00")
    )
    assert [peak["status"] for peak in (*early, *late)] == ["provisional", "incomplete"]
    whole = make.table(make.rows_of(JANUARY, 0.5))
    [peak] = month_peaks(whole, [make.permit(JANUARY)], at("2026-02-01T03:00")).to_pylist()
    assert peak["status"] == "final"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-12", "2026-03-01"),
        ("2025-12-01", "2026-01-12"),
        ("2026-01-01T00:15", "2026-03-01"),
    ],
)
def test_a_month_cut_by_the_period_is_incomplete(make: Any, start: str, end: str) -> None:
    period = make.between(start, end)
    peaks = month_peaks(
        make.table(make.rows_of(period)), [make.permit(period)], at("2026-03-02T12:00")
    )
    status = {peak["month"]: peak["status"] for peak in peaks.to_pylist()}
    assert status.pop("2026-01") == "incomplete"
    assert set(status.values()) == {"final"}


def test_a_period_that_ended_within_the_open_month_leaves_it_incomplete(make: Any) -> None:
    period = make.between("2026-01-01", "2026-01-05")
    [peak] = month_peaks(
        make.table(make.rows_of(period)), [make.permit(period)], at("2026-01-10")
    ).to_pylist()
    assert peak["status"] == "incomplete"


def test_old_and_new_meter_of_an_exchange_follow_each_other(make: Any) -> None:
    old, new = make.between("2026-01-01", "2026-01-12"), make.between("2026-01-12", "2026-02-01")
    rows = [
        *make.rows_of(old, 0.5, meter_id="A"),
        *make.rows_of(new, 0.75, meter_id="B"),
        make.row(new.start, 0.25, meter_id="A"),
    ]
    [peak] = month_peaks(make.table(rows), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"], peak["at"]) == (4.0, "final", new.start)


def test_meters_side_by_side_are_added_up_before_the_maximum_is_taken(make: Any) -> None:
    main, night = make.rows_of(JANUARY, 0.25), make.rows_of(JANUARY, 0.0, meter_id="NIGHT")
    main[10]["value"], night[20]["value"] = 1.0, 2.0
    [peak] = month_peaks(make.table(main + night), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"]) == (9.0, "final")
    del night[10]
    [peak] = month_peaks(make.table(main + night), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"]) == (9.0, "incomplete")
    assert peak["expected"] - peak["present"] == 1


def test_headpoint_and_meters_are_not_counted_twice(make: Any) -> None:
    rows = [
        *make.rows_of(JANUARY, 0.5, source="headpoint", meter_id=None, validation_state="VAL"),
        *make.rows_of(JANUARY, 0.3),
        *make.rows_of(JANUARY, 0.3, meter_id="B"),
    ]
    [peak] = month_peaks(make.table(rows), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"]) == (2.0, "final")


def test_injection_other_units_and_registers_stay_out(make: Any) -> None:
    rows = [
        *make.rows_of(JANUARY, 0.5),
        *make.rows_of(JANUARY, 5.0, direction="injection"),
        *make.rows_of(JANUARY, 5.0, register="reactive", unit="kVArh"),
        *make.rows_of(JANUARY, 5.0, register="reactive"),
        *make.rows_of(JANUARY, 5.0, unit="kW"),
        *make.rows_of(JANUARY, 5.0, register="day"),
        *make.rows_of(JANUARY, 5.0, source="sub_headpoint", sub_headpoint="001"),
    ]
    [peak] = month_peaks(make.table(rows), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"]) == (2.0, "final")


def test_day_values_alone_give_a_lower_bound_and_no_estimate(make: Any) -> None:
    march = Month(2026, 3).interval("electricity")
    days = make.rows_of(march, 11.5, granularity="P1D", register="day")
    nights = make.rows_of(march, 11.5, granularity="P1D", register="night")
    [peak] = month_peaks(
        make.table(days + nights),
        [make.permit(march, granularity=Granularity.DAY)],
        at("2026-04-02"),
    ).to_pylist()
    assert peak["kw"] == 1.0
    assert (peak["status"], peak["lower_bound"], peak["at"]) == ("unavailable", True, None)


def test_quarters_go_before_days(make: Any) -> None:
    rows = make.rows_of(JANUARY, 0.5) + make.rows_of(JANUARY, 240.0, granularity="P1D")
    period = make.between("2025-12-01", "2026-02-01")
    december, january = month_peaks(
        make.table(rows),
        [make.permit(period, granularity=Granularity.DAY), make.permit(JANUARY)],
        FEBRUARY_2,
    ).to_pylist()
    assert (december["status"], december["kw"]) == ("unavailable", None)
    assert (january["status"], january["kw"]) == ("final", 2.0)


def test_quarters_that_were_never_switched_on_have_no_peak(make: Any) -> None:
    [peak] = month_peaks(empty_measurements(), [make.permit(JANUARY)], FEBRUARY_2).to_pylist()
    assert (peak["kw"], peak["status"], peak["present"]) == (None, "incomplete", 0)
    assert (peak["at"], peak["expected"]) == (None, 2976)


def test_no_permissions_no_peaks(make: Any) -> None:
    gas = make.permit(JANUARY, granularity=Granularity.HOUR, energy_type="gas")
    for permissions in ([], [gas]):
        peaks = month_peaks(make.table(make.rows_of(JANUARY)), permissions, FEBRUARY_2)
        assert peaks.num_rows == 0
        assert peaks.schema == PEAKS_SCHEMA
        assert billing_peak(peaks, FEBRUARY_2).num_rows == 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kwh=st.lists(st.integers(0, 2000), min_size=1, max_size=60),
    place=st.integers(0, 90),
    more=st.integers(0, 3000),
    meter=st.sampled_from(["A", "B"]),
)
def test_one_more_measured_quarter_never_lowers_a_lower_bound(
    make: Any, kwh: list[int], place: int, more: int, meter: str
) -> None:
    day = make.between("2026-10-25", "2026-10-26")
    rows = [
        r | {"value": v / 1000, "meter_id": "A"}
        for r, v in zip(make.rows_of(day), kwh, strict=False)
    ]
    start = day.start + timedelta(minutes=15 * place)
    taken = {(r["start"], r["meter_id"]) for r in rows}
    added = [] if (start, meter) in taken else [make.row(start, more / 1000, meter_id=meter)]
    before, after = (
        month_peaks(make.table(some), [make.permit(day)], at("2026-12-01")).to_pylist()[0]
        for some in (rows, rows + added)
    )
    assert before["lower_bound"]
    assert after["kw"] >= before["kw"]


def peaks_of(months: list[tuple[str, float | None, str]], point: str = "a") -> pa.Table:
    rows = [
        {"metering_point": point, "month": month, "kw": kw, "status": status}
        for month, kw, status in months
    ]
    return pa.Table.from_pylist(rows, schema=PEAKS_SCHEMA)


def test_each_month_is_raised_to_the_floor_before_the_mean() -> None:
    kw = [0.632, 4.6, 0, 1.028, 3.444, 4.164, 4.564, 6, 9.2, 5, 4.12, 4.88]
    peaks = peaks_of([(f"2025-{i:02d}", value, "final") for i, value in enumerate(kw, 1)])
    [figure] = billing_peak(peaks, at("2026-01-01")).to_pylist()
    assert round(figure["kw"], 3) == 4.456
    assert (figure["status"], figure["months"]) == ("final", 12)
    assert (figure["first_month"], figure["last_month"]) == ("2025-01", "2025-12")


def test_only_the_last_closed_months_count_and_fewer_are_averaged() -> None:
    peaks = peaks_of(
        [
            ("2024-12", 99.0, "unavailable"),
            ("2025-11", 4.0, "final"),
            ("2025-12", 6.0, "incomplete"),
            ("2026-01", 99.0, "provisional"),
        ]
    )
    [figure] = billing_peak(peaks, at("2026-01-31T23:59")).to_pylist()
    assert (figure["kw"], figure["months"], figure["status"]) == (5.0, 2, "incomplete")


def test_a_month_without_a_peak_is_not_averaged_but_shows_in_the_status() -> None:
    peaks = peaks_of([("2025-11", 4.0, "final"), ("2025-12", None, "incomplete")])
    [figure] = billing_peak(peaks, at("2026-01-05")).to_pylist()
    assert (figure["kw"], figure["months"], figure["status"]) == (4.0, 1, "incomplete")
    assert figure["last_month"] == "2025-11"


def test_a_point_with_only_an_open_month_has_no_figure() -> None:
    peaks = peaks_of([("2026-01", 4.0, "provisional")])
    assert billing_peak(peaks, at("2026-01-05")).num_rows == 0
