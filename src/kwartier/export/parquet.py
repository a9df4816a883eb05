"""One Parquet file that pandas, Polars, DuckDB and Spark read alike."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from kwartier.errors import InputError, KwartierError
from kwartier.measurements import MEASUREMENTS_SCHEMA

ROW_GROUP_ROWS: Final = 1_000_000
_OTHER_FORMATS: Final = re.compile(
    r"\.(csv|tsv|txt|jsonl?|ndjson|xml|html?|pdf|xlsx?|ods|feather|arrow|ipc|orc|avro|hdf5|h5|pkl"
    r"|npz|duckdb|db|sqlite|gz|zip|zst|tar)",
    re.IGNORECASE,
)


class ExportError(KwartierError):
    """The file could not be written; what stood there before still stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written where: ``size`` in bytes, ``rows`` values."""

    path: Path
    rows: int
    size: int


def check_target(path: Path, field: str = "path") -> Path:
    """Return ``path`` unless its suffix is that of a format which is not Parquet."""
    if _OTHER_FORMATS.fullmatch(path.suffix):
        rule = f"only Parquet can be written for now, not {path.suffix}"
        raise InputError(field, rule, f"name it {path.with_suffix('.parquet').name}")
    return path


def _as_text(field: pa.Field) -> pa.Field:
    return field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field


EXPORT_SCHEMA: Final = pa.schema([_as_text(field) for field in MEASUREMENTS_SCHEMA])

_INSTANTS: Final = ("start", "end")
_REPEATED: Final = [name for name in EXPORT_SCHEMA.names if name not in _INSTANTS]
_AS_TEXT: Final = {"ARROW:schema": base64.b64encode(EXPORT_SCHEMA.serialize()).decode()}


@contextmanager
def measurements_file(path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Write measurements tables to a Parquet file, on the disk once the block ends.

    Dictionaries go in as they are and are read as text; instants are written as the steps between
    them. That is twice as fast as text and plain instants, and a quarter of the size.
    """
    with path.open("wb") as file:
        with pq.ParquetWriter(
            file,
            MEASUREMENTS_SCHEMA,
            compression="zstd",
            store_schema=False,
            use_dictionary=_REPEATED,
            column_encoding=dict.fromkeys(_INSTANTS, "DELTA_BINARY_PACKED"),
        ) as writer:
            writer.add_key_value_metadata(_AS_TEXT)
            yield lambda table: writer.write_table(
                table.unify_dictionaries(), row_group_size=ROW_GROUP_ROWS
            )
        file.flush()
        os.fsync(file.fileno())


def export_parquet(batches: Iterable[pa.RecordBatch], path: str | os.PathLike[str]) -> ExportReport:
    """Write measurements to one Parquet file at ``path``, replacing what is there in one move.

    ``batches`` come from a store's scan and are held a million rows at a time. Words are plain
    text (EANs too, so that no program takes them for numbers), instants UTC in microseconds; each
    column carries its description. Raises :class:`ExportError` if the disk refuses, and
    :class:`InputError` if the name promises another format (``values.csv``).
    """
    target = check_target(Path(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        rows = _write(batches, draft)
        size = draft.stat().st_size
        draft.replace(target)
    except OSError as error:
        why = error.strerror or str(error)
        raise ExportError(
            f"cannot write {target} ({why}): check that the folder exists, that you may write in "
            "it and that the disk has room"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return ExportReport(path=target, rows=rows, size=size)


def _write(batches: Iterable[pa.RecordBatch], draft: Path) -> int:
    """Write row groups of about a million rows, so that readers can skip; return the rows."""
    rows = 0
    with measurements_file(draft) as write:
        for table in _gathered(batches):
            write(table)
            rows += table.num_rows
    return rows


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.Table]:
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= ROW_GROUP_ROWS:
            yield pa.Table.from_batches(held, MEASUREMENTS_SCHEMA)
            held, count = [], 0
    if held:
        yield pa.Table.from_batches(held, MEASUREMENTS_SCHEMA)
