"""Building and checking measurements tables."""

from __future__ import annotations

import pyarrow as pa

from kwartier.errors import KwartierError
from kwartier.measurements.schema import MEASUREMENTS_SCHEMA


class MeasurementsError(KwartierError):
    """A table that is not of the measurements schema."""


def empty_measurements() -> pa.Table:
    """A measurements table without rows."""
    return MEASUREMENTS_SCHEMA.empty_table()


def check_measurements(table: pa.Table) -> pa.Table:
    """Return ``table`` if its columns, types and nulls obey the schema; raise otherwise."""
    for field in MEASUREMENTS_SCHEMA:
        if field.name not in table.column_names:
            raise MeasurementsError(f"column {field.name!r} is missing from the measurements")
        column = table.column(field.name)
        if column.type != field.type:
            raise MeasurementsError(
                f"column {field.name!r} must be {field.type}, not {column.type}"
            )
        if not field.nullable and column.null_count:
            raise MeasurementsError(f"column {field.name!r} has {column.null_count} nulls")
    return table.select(MEASUREMENTS_SCHEMA.names)
