"""Tables for people, JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kwartier.vocabulary.local_time import BRUSSELS

Row = Mapping[str, Any]


def console() -> Console:
    """Standard output; as wide as it takes when nobody looks at it."""
    return Console() if sys.stdout.isatty() else Console(width=160, soft_wrap=True)


def error_console() -> Console:
    """Standard error, for progress and complaints."""
    return Console(stderr=True, highlight=False)


def plain(value: object) -> str:
    """A value as people read it: nothing for null, local time for instants."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    return str(value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the row's key, the header, and how a cell reads.

    ``is_prose`` is wrapped where the screen is narrow; EANs, numbers and the like never are.
    """

    key: str
    header: str
    is_prose: bool = False
    is_number: bool = False
    show: Callable[[Any], str] = plain


def number(key: str, header: str, show: Callable[[Any], str] = plain) -> Column:
    """A column of numbers, set flush right."""
    return Column(key, header, is_number=True, show=show)


def prose(key: str, header: str, show: Callable[[Any], str] = plain) -> Column:
    """A column of words that may be wrapped."""
    return Column(key, header, is_prose=True, show=show)


def build_table(columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    """A table of ``rows``; what the columns do not name is left out."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        cells = [column.show(row.get(column.key)) for row in rows]
        table.add_column(
            column.header,
            justify="right" if column.is_number else "left",
            no_wrap=not column.is_prose,
            min_width=None if column.is_prose else max(map(len, [column.header, *cells])),
        )
    for row in rows:
        table.add_row(*(escape(column.show(row.get(column.key))) for column in columns))
    return table


def print_rows(
    columns: Sequence[Column], rows: Sequence[Row], *, json: bool, empty: str, note: str = ""
) -> None:
    """Print ``rows`` as a table with the given columns, or as a JSON array with all their keys."""
    if json:
        print_json([dict(row) for row in rows])
        return
    out = console()
    if not rows:
        out.print(empty, highlight=False)
        return
    out.print(build_table(columns, rows))
    if note:
        out.print(note, highlight=False)


def print_json(value: object) -> None:
    """One JSON document on standard output; instants as ISO 8601 in UTC."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
