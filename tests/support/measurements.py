"""Measurements tables for tests that need some rows, whichever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.energy import ELECTRICITY, METER, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import day_interval, day_of


def rows_at(
    metering_point: str,
    starts: Sequence[datetime],
    *,
    granularity: Granularity = Granularity.QUARTER_HOUR,
    energy_type: str = ELECTRICITY,
    value: float = 0.25,
    fetched_at: datetime | None = None,
) -> pa.Table:
    """One offtake value for each start."""
    rows = [
        {
            "provider": "fluvius",
            "metering_point": metering_point,
            "energy_type": energy_type,
            "source": METER,
            "meter_id": "1SAG0000000001",
            "granularity": str(granularity),
            "direction": OFFTAKE,
            "register": "total",
            "unit": "kWh",
            "start": start,
            "end": _end(start, granularity, energy_type),
            "value": value,
            "validation_state": "READ",
            "fetched_at": fetched_at or start,
        }
        for start in starts
    ]
    plain = pa.schema(
        [
            (f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
            for f in MEASUREMENTS_SCHEMA
        ]
    )
    return pa.Table.from_pylist(rows, plain).cast(MEASUREMENTS_SCHEMA)


def _end(start: datetime, granularity: Granularity, energy_type: str) -> datetime:
    if granularity.step is not None:
        return start + granularity.step
    return day_interval(day_of(start, energy_type), energy_type).end
