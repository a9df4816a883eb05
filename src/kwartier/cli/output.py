"""Tables for people, JSON for programs.

On a narrow screen a table leaves out what can be spared, but nothing that tells its lines apart;
where that does not fit either, each line becomes a paragraph that says all.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import wrap
from typing import Any, Final

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kwartier.settings import environment
from kwartier.vocabulary.local_time import BRUSSELS

Row = Mapping[str, Any]
_Cells = Mapping[str, Sequence[str]]

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
    Where even that does not fit, columns that say nothing go, then those that say the same in each
    line (which is told once), then those with the lowest ``spare``. Those without stay, and so does
    what ``tells_apart`` lines that would be alike without.
    """

    key: str
    header: str
    is_prose: bool = False
    is_number: bool = False
    tells_apart: bool = False
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


def name(
    key: str,
    header: str,
    show: Callable[[Any], str] = plain,
    spare: int | None = None,
    *,
    is_prose: bool = False,
) -> Column:
    """A column that tells lines apart."""
    return Column(key, header, is_prose=is_prose, tells_apart=True, show=show, spare=spare)


def fitting(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[Column] | None:
    """The columns of a table that ``width`` has room for, three characters between each two; None
    where it has too little for those that cannot be spared.
    """
    kept = list(columns)
    cells = {column.key: column.cells(rows) for column in columns}
    widths = {column.key: column.width(rows) + 3 for column in columns}

    def fits() -> bool:
        return sum(widths[column.key] for column in kept) - 1 <= width

    if not fits():
        kept = [column for column in kept if any(cells[column.key])] or kept
    for may_go in (_says_the_same, _can_be_spared):
        while not fits():
            going = [one for one in kept if may_go(one, kept, cells)]
            if not going:
                break
            kept.remove(min(reversed(going), key=_when_it_goes))
    return kept if kept and fits() else None


def _says_the_same(one: Column, _kept: Sequence[Column], cells: _Cells) -> bool:
    """Whether it is better told once than in each line."""
    said = cells[one.key]
    return len(said) > 1 and said.count(said[0]) == len(said)


def _can_be_spared(one: Column, kept: Sequence[Column], cells: _Cells) -> bool:
    """Whether it may go: not if lines that it told apart would be alike then."""
    if one.spare is None or not one.tells_apart:
        return one.spare is not None
    names = [column for column in kept if column.tells_apart]
    return _different(names, cells) == _different([c for c in names if c is not one], cells)


def _different(columns: Sequence[Column], cells: _Cells) -> int:
    """How many lines differ in these columns."""
    return len(set(zip(*(cells[column.key] for column in columns), strict=True))) or 1


def _when_it_goes(one: Column) -> float:
    return float("inf") if one.spare is None else one.spare


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
    print_table(out, columns, rows)
    if note:
        out.print(note, highlight=False)


def print_table(out: Console, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Print ``rows`` as a table, or on a screen too narrow for one as paragraphs."""
    shown = fitting(columns, rows, out.width)
    if shown is None:
        for row in rows:
            out.print(_paragraph(columns, row, out.width), highlight=False, markup=False)
        return
    out.print(build_table(shown, rows))
    cells = {one.key: one.cells(rows) for one in columns if one not in shown}
    dropped = [one for one in columns if any(cells.get(one.key, []))]
    alike = [one for one in dropped if _says_the_same(one, shown, cells)]
    if alike:
        said = ", ".join(f"{one.header} {cells[one.key][0]}" for one in alike)
        out.print(f"In each line: {said}.", style="dim", highlight=False, markup=False)
    left_out = ", ".join(one.header for one in dropped if one not in alike)
    if left_out:
        out.print(f"Too narrow here for: {left_out}. Widen the window, or use --json.", style="dim")


def _paragraph(columns: Sequence[Column], row: Row, width: int) -> str:
    """All that the columns say of a row, each cell behind its header; as many as fit in a line."""
    lines: list[str] = []
    for column in columns:
        (cell,) = column.cells([row])
        if not cell:
            continue
        said = f"{column.header}: {cell}"
        if lines and len(lines[-1]) + 2 + len(said) <= width:
            lines[-1] += f"  {said}"
        else:
            indent = "  " if lines else ""
            lines += wrap(said, width, initial_indent=indent, subsequent_indent="  ")
    return "\n".join([*lines, ""])


def print_json(value: object) -> None:
    """One JSON document on standard output; instants as ISO 8601 in UTC."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
