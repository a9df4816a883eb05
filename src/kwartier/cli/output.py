"""Tables for people, JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kwartier.settings import environment
from kwartier.vocabulary.local_time import BRUSSELS

Row = Mapping[str, Any]

WIDTH_OF_A_FILE: Final = 1000
NARROWEST_PROSE: Final = 14


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Rich would exit with 1; a reader who has seen enough (``| head``) is no failure."""
        raise BrokenPipeError


def console() -> Console:
    """Standard output; nothing is cut off where nobody looks at it, unless COLUMNS says how."""
    if sys.stdout.isatty() or environment().get("COLUMNS"):
        return _Output()
    return _Output(width=WIDTH_OF_A_FILE)


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


def day(at: datetime | None) -> str:
    """The local day of an instant."""
    return plain(at.astimezone(BRUSSELS).date() if at else None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the row's key, the header, and how a cell reads.

    ``is_prose`` is wrapped where the screen is narrow; identifiers, numbers and the like never are.
    Where even that does not fit, columns that say nothing go, then those with the lowest ``spare``;
    those without go last, from the right.
    """

    key: str
    header: str
    is_prose: bool = False
    is_number: bool = False
    spare: int | None = None
    show: Callable[[Any], str] = plain

    def width(self, rows: Sequence[Row]) -> int:
        """How many characters it needs."""
        widest = max(len(text) for text in (self.header, *self.cells(rows)))
        return min(widest, NARROWEST_PROSE) if self.is_prose else widest

    def cells(self, rows: Sequence[Row]) -> list[str]:
        """What it shows of each row."""
        return [self.show(row.get(self.key)) for row in rows]


def number(
    key: str, header: str, show: Callable[[Any], str] = plain, spare: int | None = None
) -> Column:
    """A column of numbers, set flush right."""
    return Column(key, header, is_number=True, show=show, spare=spare)


def prose(
    key: str, header: str, show: Callable[[Any], str] = plain, spare: int | None = None
) -> Column:
    """A column of words that may be wrapped."""
    return Column(key, header, is_prose=True, show=show, spare=spare)


def fitting(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[Column]:
    """The columns that ``width`` has room for, three characters between each two."""
    kept = list(columns)

    def is_too_wide() -> bool:
        return sum(column.width(rows) + 3 for column in kept) - 1 > width

    if is_too_wide():
        kept = [column for column in kept if any(column.cells(rows))] or kept
    while is_too_wide() and len(kept) > 1:
        spare = [column for column in kept if column.spare is not None]
        kept.remove(min(spare, key=lambda column: column.spare or 0) if spare else kept[-1])
    return kept


def build_table(columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    """A table of ``rows``; what the columns do not name is left out."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(
            column.header,
            justify="right" if column.is_number else "left",
            no_wrap=not column.is_prose,
            min_width=None if column.is_prose else column.width(rows),
        )
    for cells in zip(*(column.cells(rows) for column in columns), strict=True):
        table.add_row(*map(escape, cells))
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
    shown = fitting(columns, rows, out.width)
    out.print(build_table(shown, rows))
    dropped = [one for one in columns if one not in shown and any(one.cells(rows))]
    if dropped:
        left_out = ", ".join(column.header for column in dropped)
        out.print(f"Too narrow here for: {left_out}. Widen the window, or use --json.", style="dim")
    if note:
        out.print(note, highlight=False)


def print_json(value: object) -> None:
    """One JSON document on standard output; instants as ISO 8601 in UTC."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
