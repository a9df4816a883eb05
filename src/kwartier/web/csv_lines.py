"""Lines of CSV for a spreadsheet, which takes none of them for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

_SUSPECT: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-][0-9][0-9 ./-]*")


def csv_line(cells: Iterable[str]) -> str:
    """One line: what a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerow(map(inert, cells))
    return written.getvalue()


def inert(cell: str) -> str:
    """``cell`` as nothing but text. A telephone number stays one: digits alone do no harm."""
    is_formula = cell.startswith(_SUSPECT) and _NUMBER.fullmatch(cell) is None
    return f"'{cell}" if is_formula else cell
