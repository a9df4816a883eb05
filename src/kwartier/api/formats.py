"""The forms in which tables are handed out: JSON page by page, the others whole."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

JSON: Final = "application/json"
ARROW: Final = "application/vnd.apache.arrow.stream"
PARQUET: Final = "application/vnd.apache.parquet"
CSV: Final = "text/csv"

_ROWS_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Form:
    """A form other than JSON: how its file's name ends, and how tables are written in it."""

    ending: str
    write: Callable[[IO[bytes], pa.Schema, Iterator[pa.Table]], None]


def plain(schema: pa.Schema) -> pa.Schema:
    """The schema with words as plain text, EANs too, so that no program takes them for numbers."""
    return pa.schema(
        [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in schema]
    )


def as_json(table: pa.Table) -> list[dict[str, Any]]:
    """The rows as JSON has them; a map becomes an object."""
    rows: list[dict[str, Any]] = table.to_pylist()
    maps = [field.name for field in table.schema if pa.types.is_map(field.type)]
    for row in rows:
        for name in maps:
            row[name] = dict(row[name])
    return rows


def _write_arrow(file: IO[bytes], schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    told = plain(schema)
    with pa.ipc.new_stream(file, told) as writer:
        for table in tables:
            writer.write_table(table.cast(told), max_chunksize=_ROWS_AT_ONCE)


def _write_parquet(file: IO[bytes], schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    told = plain(schema)
    # Readers take plain text for what they find, whatever we wrote it from.
    metadata = {"ARROW:schema": base64.b64encode(told.serialize()).decode()}
    with pq.ParquetWriter(file, schema, compression="zstd", store_schema=False) as writer:
        writer.add_key_value_metadata(metadata)
        for table in tables:
            writer.write_table(table.unify_dictionaries())


def _write_csv(file: IO[bytes], schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    told = pa.schema([_csv_field(field) for field in schema])
    file.write((",".join(told.names) + "\r\n").encode())
    options = pcsv.WriteOptions(include_header=False, eol="\r\n", quoting_style="needed")
    for table in tables:
        columns = [_csv_column(table[name]) for name in told.names]
        pcsv.write_csv(pa.table(columns, schema=told), file, options)


FORMS: Final = {
    ARROW: Form("arrows", _write_arrow),
    PARQUET: Form("parquet", _write_parquet),
    CSV: Form("csv", _write_csv),
}


def _csv_field(field: pa.Field) -> pa.Field:
    is_number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
    return pa.field(field.name, field.type if is_number else pa.string())


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants as ISO 8601 in UTC; what a cell cannot hold as JSON."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        seconds = pc.floor_temporal(column, unit="second")
        whole = bool(pc.all(pc.equal(column, seconds), min_count=0).as_py())
        shown = column.cast(pa.timestamp("s", "UTC")) if whole else column
        return pc.strftime(shown, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_nested(kind):
        cells = as_json(pa.table({"cell": column}))
        texts = [msgspec.json.encode(row["cell"]).decode() for row in cells]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column
    return column.cast(pa.string())
