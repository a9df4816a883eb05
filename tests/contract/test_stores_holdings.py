"""How much a store says it holds of some local days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kwartier.store import Store
from kwartier.store.wanted_days import HOLDINGS_SCHEMA, WantedDays
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import day_interval, day_start
from support.measured import EAN, QUARTER, Row, answer, quarters

DAY = timedelta(days=1)
FIRST = date(2026, 11, 10)


def start_of(day: date) -> datetime:
    return day_start(day, "electricity")


def days_of(first: date, last: date, due: date | None = None) -> WantedDays:
    return WantedDays(
        metering_point=EAN,
        granularity=Granularity.QUARTER_HOUR,
        first_day=first,
        last_day=last,
        due_day=due or last,
    )


def holdings(store: Store, *wanted: WantedDays) -> dict[str, Any]:
    found = store.holdings(wanted)
    assert found.schema == HOLDINGS_SCHEMA
    [row] = found.to_pylist()
    assert isinstance(row, dict)
    return row


def test_a_store_without_values_holds_nothing(store: Store) -> None:
    assert store.holdings([]).num_rows == 0
    assert store.holdings([days_of(FIRST, FIRST)]).num_rows == 0


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), FIRST])
def test_the_slices_of_wanted_days_are_counted_whatever_the_clock_does(
    store: Store, day: date
) -> None:
    interval = day_interval(day, "electricity")
    number = (interval.end - interval.start) // QUARTER
    store.commit([answer(quarters(interval.start - QUARTER, [1.0] * (number + 2)))])
    row = holdings(store, days_of(day, day))
    assert (row["present"], row["newest_day"], row["newest_present"]) == (number, day, number)


def test_present_counts_up_to_the_day_that_is_due_and_the_newest_beyond(store: Store) -> None:
    store.commit([answer(quarters(start_of(FIRST), [1.0] * 200, validation_state="EST"))])
    row = holdings(store, days_of(FIRST, FIRST + 30 * DAY, FIRST))
    assert (row["present"], row["estimated"]) == (96, 200)
    assert (row["newest_day"], row["newest_present"]) == (FIRST + 2 * DAY, 8)


def test_stretches_of_days_are_added_up_and_what_lies_between_them_is_not(store: Store) -> None:
    store.commit([answer(quarters(start_of(FIRST), [1.0] * 96 * 3))])
    last = FIRST + 2 * DAY
    assert holdings(store, days_of(FIRST, FIRST), days_of(last, last))["present"] == 2 * 96


def both(rows: list[Row], **changed: Any) -> list[Row]:
    return [*rows, *(replace(row, **changed) for row in rows)]


@pytest.mark.parametrize(
    "changed",
    [{"direction": "injection"}, {"register": "day"}, {"source": "headpoint", "meter_id": None}],
    ids=["directions", "registers", "headpoint and meter"],
)
def test_a_slice_that_is_held_twice_counts_once(store: Store, changed: dict[str, Any]) -> None:
    store.commit([answer(both(quarters(start_of(FIRST), [1.0] * 96), **changed))])
    assert holdings(store, days_of(FIRST, FIRST))["present"] == 96


def test_two_meters_of_one_day_are_added_up(store: Store) -> None:
    start = start_of(FIRST)
    rows = quarters(start, [1.0] * 40)
    rows += quarters(start + 40 * QUARTER, [1.0] * 56, meter_id="after")
    store.commit([answer(rows)])
    assert holdings(store, days_of(FIRST, FIRST))["present"] == 96


def test_what_lies_behind_a_sub_headpoint_is_not_counted(store: Store) -> None:
    rows = quarters(
        start_of(FIRST), [1.0] * 96, source="sub_headpoint", sub_headpoint="S", meter_id=None
    )
    store.commit([answer(rows)])
    assert store.holdings([days_of(FIRST, FIRST)]).num_rows == 0
