"""The exported Parquet file, as other programs read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwartier.errors import InputError
from kwartier.export import export_parquet
from kwartier.export.parquet import EXPORT_SCHEMA, ExportError
from kwartier.measurements import MEASUREMENTS_SCHEMA
from support.measured import EAN, measurements, quarters

START = datetime(2026, 3, 28, 22, tzinfo=UTC)
ROWS = quarters(START, [0.25, None, 0.0, 1.5])


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "export.parquet"
    report = export_parquet(measurements(ROWS).to_batches(max_chunksize=3), path)
    assert (report.path, report.rows, report.size) == (path, 4, path.stat().st_size)
    return path


def test_the_values_are_those_of_the_batches(exported: Path) -> None:
    assert pq.read_table(exported).to_pylist() == measurements(ROWS).to_pylist()


def test_columns_carry_their_descriptions_and_words_are_text(exported: Path) -> None:
    schema = pq.read_schema(exported)
    assert schema.names == MEASUREMENTS_SCHEMA.names
    for field, declared in zip(schema, MEASUREMENTS_SCHEMA, strict=True):
        assert field.metadata[b"description"] == declared.metadata[b"description"]
        assert not pa.types.is_dictionary(field.type)


def test_pandas_reads_text_eans_and_utc_instants(exported: Path) -> None:
    frame = pd.read_parquet(exported)
    assert list(frame["metering_point"]) == [EAN] * 4
    assert str(frame["start"].dt.tz) == "UTC"
    assert frame["start"].iloc[0] == pd.Timestamp(START)
    assert list(frame["value"].isna()) == [False, True, False, False]


def test_polars_reads_text_eans_and_utc_instants(exported: Path) -> None:
    frame = pl.read_parquet(exported)
    assert frame["metering_point"].to_list() == [EAN] * 4
    assert frame.schema["metering_point"] == pl.String
    assert frame["start"][0] == START
    assert frame["value"].to_list() == [0.25, None, 0.0, 1.5]


def test_duckdb_reads_text_eans_and_utc_instants(exported: Path) -> None:
    with duckdb.connect() as connection:
        types = connection.execute(
            'SELECT typeof(metering_point), typeof("start"), epoch_us("start")::BIGINT '
            "FROM read_parquet($path) LIMIT 1",
            {"path": str(exported)},
        ).fetchall()
    microseconds = int(START.timestamp()) * 1_000_000
    assert types == [("VARCHAR", "TIMESTAMP WITH TIME ZONE", microseconds)]


def test_no_batches_make_an_empty_file_of_the_same_schema(tmp_path: Path) -> None:
    report = export_parquet([], tmp_path / "empty.parquet")
    assert report.rows == 0
    assert pq.read_schema(report.path).equals(EXPORT_SCHEMA)


def test_a_failure_halfway_leaves_the_file_before_it_and_nothing_else(exported: Path) -> None:
    before = exported.read_bytes()

    def failing() -> Iterator[pa.RecordBatch]:
        yield from measurements(ROWS).to_batches()
        raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        export_parquet(failing(), exported)
    assert exported.read_bytes() == before
    assert list(exported.parent.iterdir()) == [exported]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"no-such-folder.*check that the folder exists"):
        export_parquet([], tmp_path / "no-such-folder" / "export.parquet")


@pytest.mark.parametrize("name", ["values.csv", "values.CSV", "values.json", "values.xlsx", "a.db"])
def test_a_name_that_promises_another_format_is_refused_and_the_file_left_alone(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    target.write_text("mine")
    with pytest.raises(InputError, match=r"only Parquet.*name it (values|a)\.parquet"):
        export_parquet(measurements(ROWS).to_batches(), target)
    assert target.read_text() == "mine"


@pytest.mark.parametrize("name", ["values", "values.pq", "values.parquet", "2026.01", "a.csv.parq"])
def test_any_other_name_will_do(tmp_path: Path, name: str) -> None:
    assert pq.read_metadata(export_parquet([], tmp_path / name).path).num_rows == 0
