"""Tables written twice: as Parquet for programs, and as JSON lines that any program reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwartier.analysis import PEAKS_SCHEMA, TOTALS_SCHEMA
from kwartier.export.parquet import measurements_file
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.rights.held import REQUESTS_SCHEMA, REVISIONS_SCHEMA

SCHEMAS: Final = {
    "measurements": MEASUREMENTS_SCHEMA,
    "revisions": REVISIONS_SCHEMA,
    "totals": TOTALS_SCHEMA,
    "peaks": PEAKS_SCHEMA,
    "requests": REQUESTS_SCHEMA,
}
_LINES_AT_ONCE: Final = 10_000
_encoder = msgspec.json.Encoder()


class Tables:
    """The tables of a disclosure, each added to piece by piece."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        self.rows = dict.fromkeys(SCHEMAS, 0)
        self._lines: dict[str, IO[bytes]] = {}
        for name in SCHEMAS:
            for path in (folder / f"{name}.parquet", folder / f"{name}.jsonl"):
                path.touch(mode=0o600)
            opened = (folder / f"{name}.jsonl").open("wb")
            self._lines[name] = closing.enter_context(opened)
        values = closing.enter_context(measurements_file(folder / "measurements.parquet"))
        self._writers = {"measurements": values}
        for name, schema in SCHEMAS.items():
            if name != "measurements":
                writer = pq.ParquetWriter(
                    folder / f"{name}.parquet", _plain(schema), compression="zstd"
                )
                self._writers[name] = closing.enter_context(writer).write_table

    def add(self, name: str, table: pa.Table) -> None:
        """Add rows to the table of this name."""
        if not table.num_rows:
            return
        self.rows[name] += table.num_rows
        plain = table.cast(_plain(SCHEMAS[name]))
        self._writers[name](table if name == "measurements" else plain)
        for batch in plain.to_batches(max_chunksize=_LINES_AT_ONCE):
            self._lines[name].write(_encoder.encode_lines(_as_text(batch).to_pylist()))


@contextmanager
def tables_in(folder: Path) -> Iterator[Tables]:
    """Tables to be filled, on the disk once the block ends."""
    with ExitStack() as closing:
        yield Tables(folder, closing)


def _as_text(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with instants as ISO 8601 in UTC: far sooner written than a million datetimes."""
    columns = [_instants(c) if pa.types.is_timestamp(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _instants(column: pa.Array) -> pa.Array:
    with suppress(pa.ArrowInvalid):  # a part of a second would be lost
        column = column.cast(pa.timestamp("s", "UTC"))
    return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with words as plain text."""
    return pa.schema(
        [f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in schema]
    )
