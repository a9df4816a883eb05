"""Customers as a CSV file: one row a customer, columns by name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Generic, TypeVar

from kwartier.errors import InputError
from kwartier.registry.customers import CustomerChange
from kwartier.vocabulary.local_time import parse_instant

T = TypeVar("T")

COLUMNS: Final = tuple(field.name for field in fields(CustomerChange))
_REQUIRED: Final = "customer_id"
_PROBLEMS_SHOWN: Final = 10
_BAD_QUOTES: Final = "a quotation mark is not closed, or not doubled inside a quoted cell"
_WORKBOOK: Final = b"PK\x03\x04"
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([,;\t|])"?[ ,;\t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def read_customers(path: Path) -> list[CustomerChange]:
    """Read what a CSV file with a header row says of customers, one change a customer.

    ``customer_id`` is required, the other columns (``label``, ``flow``, ``enterprise_number``,
    ``language``, ``contact``, ``data_owner``, ``since``) are optional; names in any casing. A
    column that is not there and an empty cell say nothing: a known customer keeps what it has.
    Comma, semicolon or tab separates, or what Excel's first line ``sep=;`` tells; rows without
    content are passed over.
    All rows are read or, with :class:`InputError` naming the lines that are wrong, none.
    """
    return [row.change for row in read_rows(path, (), lambda _: None)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow(Generic[T]):
    """A row: the cells that are not empty, by their column's name, the customer's ``change``, and
    what other columns say.
    """

    said: Mapping[str, str]
    change: CustomerChange
    more: T


def read_rows(
    path: Path, columns: Collection[str], read: Callable[[Mapping[str, str]], T]
) -> list[CustomerRow[T]]:
    """The same from a file that may have other ``columns`` as well: ``read`` makes of a row's cells
    what these say, or raises :class:`InputError`.
    """
    known = (*COLUMNS, *columns)
    rows = _rows(_text(path))
    names = _header(rows, path, known)
    found: list[CustomerRow[T]] = []
    lines: dict[str, int] = {}
    problems = []
    for line, cells in rows:
        try:
            said = _said(names, cells, lines)
            found.append(CustomerRow(said=said, change=_change(said), more=read(said)))
        except InputError as error:
            problems.append(f"line {line}, {error}")
        else:
            lines[said[_REQUIRED]] = line
    if problems:
        raise InputError(str(path), _told(problems))
    if not found:
        raise InputError(str(path), "there are no customers in it, only the names of columns")
    return found


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from error
    if content.startswith(_WORKBOOK):
        raise InputError(str(path), "is a workbook: save the sheet as 'CSV UTF-8' first")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = "is not UTF-8 text: in Excel choose 'CSV UTF-8' when saving"
        raise InputError(str(path), rule) from error


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """The rows with content and the lines they begin on; None, the last, where quotes go wrong."""
    told = _SEPARATOR_LINE.match(text)
    passed = 1 if told else 0
    rest = text[told.end() :] if told else text
    first_line = rest.lstrip().partition("\n")[0]
    separator = told[1] if told else max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True)
    while True:
        line = passed + reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            return
        if any(cells):
            yield line, cells


def _header(
    rows: Iterator[tuple[int, list[str] | None]], path: Path, columns: Sequence[str]
) -> list[str]:
    line, header = next(rows, (0, []))
    if header is None:
        raise InputError(str(path), f"line {line}: {_BAD_QUOTES}")
    if not header:
        rule = f"is empty; its first line names the columns: {', '.join(columns)}"
        raise InputError(str(path), rule)
    names = [name.lower() for name in header]
    given = [name for name in names if name]
    unknown = [name for name in given if name not in columns]
    twice = sorted({name for name in given if given.count(name) > 1})
    if unknown:
        what = f"unknown: {', '.join(unknown)}"
    elif twice:
        what = f"there twice: {', '.join(twice)}"
    elif _REQUIRED not in given:
        what = f"{_REQUIRED} is missing"
    else:
        return names
    raise InputError(f"{path}, header", f"the columns are {', '.join(columns)}", what)


def _said(
    names: Sequence[str], cells: Sequence[str] | None, lines: Mapping[str, int]
) -> dict[str, str]:
    """What a row's cells say, by name; ``lines`` says where each earlier customer stands."""
    if cells is None:
        raise InputError("row", _BAD_QUOTES)
    said = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
    if len(said) < sum(1 for cell in cells if cell):
        raise InputError("row", "has more cells than the header")
    if _REQUIRED not in said:
        raise InputError(_REQUIRED, "must not be empty")
    if said[_REQUIRED] in lines:
        rule = f"{said[_REQUIRED]!r} stands on line {lines[said[_REQUIRED]]} already"
        raise InputError(_REQUIRED, rule)
    return said


def _change(said: Mapping[str, str]) -> CustomerChange:
    """The row's change, its values judged."""
    values = {name: said[name] for name in COLUMNS if name in said}
    since = values.pop("since", None)
    change = CustomerChange(**values, since=parse_instant(since, "since") if since else None)
    change.applied_to(None)
    change.shared()
    return change


def _told(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    shown = [f"\n  {problem}" for problem in problems[:_PROBLEMS_SHOWN]]
    more = len(problems) - len(shown)
    rest = f"\n  and {more} more" if more else ""
    return f"{len(problems)} lines are wrong, so nothing is read" + "".join(shown) + rest
