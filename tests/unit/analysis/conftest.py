"""Small measurements tables, and permissions for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_of, parse_instant
from kwartier.vocabulary.mandate import Permission

POINT = "541440010000000001"


def between(start: str, end: str) -> Interval:
    return Interval(parse_instant(start, "start"), parse_instant(end, "end"))


def permit(
    *intervals: Interval,
    granularity: Granularity = Granularity.QUARTER_HOUR,
    energy_type: str = "electricity",
    metering_point: str = POINT,
) -> Permission:
    return Permission(
        metering_point=metering_point,
        energy_type=energy_type,
        granularity=granularity,
        intervals=intervals,
    )


def row(start: datetime, value: float | None = 0.1, **columns: Any) -> dict[str, Any]:
    """One value; what is not given is a quarter-hour of offtake read on a meter."""
    granularity = Granularity(columns.get("granularity", "PT15M"))
    energy_type = columns.get("energy_type", "electricity")
    if granularity.step is None:
        end = day_interval(day_of(start, energy_type), energy_type).end
    else:
        end = start + granularity.step
    defaults = {
        "provider": "fluvius",
        "metering_point": POINT,
        "energy_type": energy_type,
        "source": "meter",
        "meter_id": "1SAG0000000001",
        "granularity": str(granularity),
        "direction": "offtake",
        "register": "total",
        "unit": "kWh",
        "start": start,
        "end": end,
        "value": value,
        "validation_state": "READ",
        "fetched_at": end + timedelta(days=1),
    }
    return {**defaults, **columns}


def rows_of(interval: Interval, value: float | None = 0.1, **columns: Any) -> list[dict[str, Any]]:
    """A value for each slice inside ``interval``."""
    granularity = Granularity(columns.get("granularity", "PT15M"))
    starts = slice_starts(interval, granularity, columns.get("energy_type", "electricity"))
    return [row(start, value, **columns) for start in starts]


def table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    full = [{name: one.get(name) for name in MEASUREMENTS_SCHEMA.names} for one in rows]
    return pa.Table.from_pylist(full, schema=MEASUREMENTS_SCHEMA)


@pytest.fixture
def make() -> Callable[..., Any] | SimpleNamespace:
    """Builders: between, permit, row, rows_of, table; and POINT."""
    return SimpleNamespace(
        between=between, permit=permit, row=row, rows_of=rows_of, table=table, POINT=POINT
    )
