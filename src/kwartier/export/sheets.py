"""Small tables for spreadsheets: CSV and XLSX, with local times, and EANs that stay text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TextIO

import pyarrow as pa

from kwartier.errors import InputError
from kwartier.export.parquet import ExportError
from kwartier.vocabulary.local_time import BRUSSELS

TEXT_COLUMNS: Final = ("metering_point", "sub_headpoint")
"""Columns of digits that a spreadsheet must not take for numbers."""

_ZONE_COLUMN: Final = "time_zone"
_ZONE: Final = "Europe/Brussels"


def write_csv(table: pa.Table, path: Path, *, for_excel: bool = False) -> None:
    """Write ``table`` as CSV in UTF-8 with a byte order mark, whole or not at all.

    Instants are local times with their offset (``2026-01-31T12:00:00+01:00``), missing values are
    empty. ``for_excel`` writes what Excel takes on a double click where the comma is the decimal
    sign, as in Belgium: semicolons between columns, decimal commas, instants without offset, and
    EANs as ``="541..."``, since it shows them as 5.41E+17 otherwise.
    """
    with (
        _whole(path) as draft,
        draft.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        put_csv(table, file, for_excel=for_excel)


def put_csv(table: pa.Table, file: TextIO, *, for_excel: bool = False) -> None:
    """Write ``table`` as CSV into an open ``file``, as :func:`write_csv` does."""
    show = _for_excel if for_excel else _for_programs
    writer = csv.writer(file, delimiter=";" if for_excel else ",", lineterminator="\r\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([show(name, value) for name, value in row.items()])


def _for_programs(_name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BRUSSELS).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _for_excel(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if name in TEXT_COLUMNS and value is not None:
        return f'="{value}"'
    return _for_programs(name, value)


def write_xlsx(sheets: Mapping[str, pa.Table], path: Path) -> None:
    """Write a workbook, one sheet a table, whole or not at all.

    Numbers are numbers, EANs text. Instants are Excel's dates, which know no zone: local times,
    with a last column that says so. Raises :class:`~kwartier.errors.InputError` where XlsxWriter
    is not installed.
    """
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        raise InputError(
            "--xlsx", "needs the package XlsxWriter", "pip install 'kwartier[excel]'"
        ) from error
    with _whole(path) as draft, _book(xlsxwriter, draft) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        formats: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            _fill(sheet, table, heading, formats)


@contextmanager
def _book(xlsxwriter: ModuleType, draft: Path) -> Iterator[Any]:
    """A workbook, of which XlsxWriter tells in its own words that the disk refuses it."""
    try:
        with xlsxwriter.Workbook(str(draft)) as book:
            yield book
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.__context__
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error


def _fill(sheet: Any, table: pa.Table, heading: Any, formats: Mapping[type, Any]) -> None:
    has_instants = any(pa.types.is_timestamp(field.type) for field in table.schema)
    names = [*table.column_names, *([_ZONE_COLUMN] if has_instants else [])]
    widths = [len(name) for name in names]
    sheet.write_row(0, 0, names, heading)
    for number, row in enumerate(table.to_pylist(), 1):
        values = [*row.values(), *([_ZONE] if has_instants else [])]
        for column, value in enumerate(values):
            cell = _cell(value)
            _writer(sheet, cell)(number, column, cell, formats.get(type(cell)))
            widths[column] = max(widths[column], min(24, len(str(cell or ""))))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width + 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.num_rows, len(names) - 1)


def _writer(sheet: Any, cell: Any) -> Callable[..., Any]:
    """The method that writes this kind of cell and no other."""
    if cell is None:
        return lambda *_cell: None
    if isinstance(cell, bool):
        write: Callable[..., Any] = sheet.write_boolean
    elif isinstance(cell, int | float):
        write = sheet.write_number
    elif isinstance(cell, date):
        write = sheet.write_datetime
    else:
        write = sheet.write_string
    return write


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BRUSSELS).replace(tzinfo=None)
    return value


def check_sheet(path: Path, field: str, suffixes: Sequence[str]) -> Path:
    """Return ``path`` unless its suffix is that of another format."""
    if path.suffix.lower() not in suffixes:
        raise InputError(field, f"must end in {suffixes[0]}", f"got {path.name!r}")
    return path


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A draft beside ``path`` that takes its place once the block ends well."""
    draft = path.with_name(f".{path.name}.part")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        raise ExportError(
            f"cannot write {path} ({error.strerror or error}): check that the folder exists, that "
            "you may write in it and that the disk has room"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
