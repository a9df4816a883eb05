"""Lines of CSV for a spreadsheet, which takes none of them for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_line(cells: Iterable[str]) -> str:
    """One line: what a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerow(
        f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells
    )
    return written.getvalue()
