"""Changes summed up by month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from kwartier.analysis.changes import CHANGES_BY_MONTH_SCHEMA, changes_by_month

AT = datetime(2026, 12, 1, tzinfo=UTC)
FIELDS = {"value": pa.float64(), "new_value": pa.float64(), "sub_headpoint": pa.string()}


def change(start: datetime, was: float | None, became: float | None, **said: Any) -> dict[str, Any]:
    return {
        "metering_point": "541440110000000000",
        "energy_type": "electricity",
        "sub_headpoint": None,
        "granularity": "PT15M",
        "direction": "offtake",
        "register": "total",
        "unit": "kWh",
        "start": start,
        "change": "revised",
        "superseded_at": AT,
        "value": was,
        "new_value": became,
    } | said


def by_month(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist(list(changes))
    for name, kind in FIELDS.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(kind))
    found = changes_by_month(table)
    assert found.schema == CHANGES_BY_MONTH_SCHEMA
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def test_the_difference_is_that_of_the_months_sum() -> None:
    start = datetime(2026, 10, 10, tzinfo=UTC)
    removed = change(start, 4.0, None, change="removed", superseded_at=AT + timedelta(days=1))
    [row] = by_month(change(start, 0.1, 0.3), change(start, None, 0.7), removed)
    assert (row["month"], row["revised"], row["removed"]) == ("2026-10", 2, 1)
    assert row["difference"] == -3.1
    assert (row["first_at"], row["last_at"]) == (AT, AT + timedelta(days=1))


def test_months_are_local_and_those_of_gas_begin_at_six() -> None:
    winter, summer = datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)
    for start, electricity, gas in (
        (summer.replace(hour=21, minute=45), "2026-09", "2026-09"),
        (summer.replace(hour=22), "2026-10", "2026-09"),
        (datetime(2026, 10, 1, 4, tzinfo=UTC), "2026-10", "2026-10"),
        (winter.replace(hour=22), "2026-10", "2026-10"),
        (winter.replace(hour=23), "2026-11", "2026-10"),
        (datetime(2026, 11, 1, 5, tzinfo=UTC), "2026-11", "2026-11"),
    ):
        burnt = change(start, 1.0, 2.0, energy_type="gas", unit="m3")
        found = by_month(change(start, 1.0, 2.0), burnt)
        assert {row["unit"]: row["month"] for row in found} == {"kWh": electricity, "m3": gas}


def test_what_is_not_one_quantity_stays_apart() -> None:
    start = datetime(2026, 10, 10, tzinfo=UTC)
    found = by_month(
        change(start, 1.0, 2.0),
        change(start, 1.0, 2.0, direction="injection"),
        change(start, 1.0, 2.0, granularity="P1D"),
        change(start, 1.0, 2.0, unit=None),
        change(start, 1.0, 2.0, register="night"),
        change(start, 1.0, 2.0, sub_headpoint="production"),
        change(start, 1.0, 2.0, energy_type="hot_water"),
    )
    assert [row["difference"] for row in found] == [1.0] * 7


def test_nothing_changed_is_no_month() -> None:
    empty = pa.Table.from_pylist([change(AT, 1.0, 2.0)]).slice(0, 0)
    assert changes_by_month(empty).num_rows == 0
