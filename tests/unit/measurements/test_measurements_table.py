from __future__ import annotations

import pyarrow as pa
import pytest

from kwartier.measurements import (
    DESCRIPTIVE_COLUMNS,
    MEASUREMENTS_SCHEMA,
    SERIES_COLUMNS,
    VALUE_COLUMNS,
    check_measurements,
    empty_measurements,
)
from kwartier.measurements.table import MeasurementsError


def test_the_columns_are_identifying_values_and_descriptive() -> None:
    assert MEASUREMENTS_SCHEMA.names == [*SERIES_COLUMNS, *VALUE_COLUMNS, *DESCRIPTIVE_COLUMNS]
    assert all(field.metadata[b"description"] for field in MEASUREMENTS_SCHEMA)


def test_an_empty_table_obeys_the_schema() -> None:
    assert check_measurements(empty_measurements()).num_rows == 0


def test_foreign_columns_are_left_out_and_the_order_restored() -> None:
    table = empty_measurements().append_column("extra", pa.array([], pa.int64()))
    turned = table.select(table.column_names[::-1])
    assert check_measurements(turned).schema.names == MEASUREMENTS_SCHEMA.names


def test_a_missing_column_a_wrong_type_and_a_null_are_named() -> None:
    table = empty_measurements()
    with pytest.raises(MeasurementsError, match="'unit' is missing"):
        check_measurements(table.drop_columns(["unit"]))
    position = table.column_names.index("value")
    wrong = table.set_column(position, "value", pa.array([], pa.string()))
    with pytest.raises(MeasurementsError, match="'value' must be double, not string"):
        check_measurements(wrong)
    null_row = pa.Table.from_arrays(
        [pa.nulls(1, field.type) for field in MEASUREMENTS_SCHEMA], names=MEASUREMENTS_SCHEMA.names
    )
    with pytest.raises(MeasurementsError, match="'provider' has 1 nulls"):
        check_measurements(null_row)
