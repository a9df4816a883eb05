"""Values summed up by stretch of time: what is asked, and what a store answers."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from kwartier.measurements.schema import MEASUREMENTS_SCHEMA, SERIES_COLUMNS

_INSTANT = pa.timestamp("us", "UTC")


def _column(name: str, type_: pa.DataType, says: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, type_, nullable=nullable, metadata={"description": says})


STRETCHES_SCHEMA: Final = pa.schema(
    [
        _column("metering_point", pa.string(), "whose values"),
        _column("energy_type", pa.string(), "electricity, gas, heat, ..."),
        _column("start", _INSTANT, "slices that begin here or later"),
        _column("end", _INSTANT, "slices that begin before"),
    ]
)

SUMMARIES_SCHEMA: Final = pa.schema(
    [
        _column("stretch", pa.int64(), "the row of what was asked, from 0"),
        _column("series_id", pa.int32(), "alike for rows of the same series"),
        *(MEASUREMENTS_SCHEMA.field(name) for name in SERIES_COLUMNS),
        MEASUREMENTS_SCHEMA.field("validation_state"),
        _column("present", pa.int64(), "how many slices have a value"),
        _column("greatest", pa.float64(), "of these values; null without any", nullable=True),
        _column("greatest_at", _INSTANT, "begin of the first slice that has it", nullable=True),
        _column("off_grid", pa.bool_(), "some slice begins at no multiple of its length"),
    ]
)
