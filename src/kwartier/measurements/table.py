"""Building and checking measurements tables."""

from __future__ import annotations

import pyarrow as pa

from kwartier.errors import KwartierError
from kwartier.measurements.schema import MEASUREMENTS_SCHEMA


class MeasurementsError(KwartierError):
    """A table that is not of the measurements schema."""


def empty_measurements() -> pa.Table:
    """A measurements table without rows."""
    # Not Schema.empty_table(): that loads pandas, where it is installed, for half a second.
    return pa.Table.from_batches([], MEASUREMENTS_SCHEMA)


def check_measurements(table: pa.Table) -> pa.Table:
    """Return ``table`` if its columns, types and nulls obey the schema; raise otherwise."""
    present = set(table.column_names)
    for name, type_, nullable in _COLUMNS:
        if name not in present:
            raise MeasurementsError(f"column {name!r} is missing from the measurements")
        column = table.column(name)
        if column.type != type_:
            raise MeasurementsError(f"column {name!r} must be {type_}, not {column.type}")
        if not nullable and column.null_count:
            raise MeasurementsError(f"column {name!r} has {column.null_count} nulls")
    return table.select(_NAMES)


_NAMES = MEASUREMENTS_SCHEMA.names
_COLUMNS = [(field.name, field.type, field.nullable) for field in MEASUREMENTS_SCHEMA]
