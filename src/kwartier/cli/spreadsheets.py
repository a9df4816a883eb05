"""Options that write what a command shows to a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pyarrow as pa
from cyclopts import Parameter

from kwartier.cli.output import console
from kwartier.cli.targets import check_file_target
from kwartier.errors import InputError


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """Where to write a table."""

    csv: Annotated[
        Path | None, Parameter(help="write a CSV file, for programs; see --for-excel")
    ] = None
    for_excel: Annotated[
        bool,
        Parameter(
            negative="",
            help="make the CSV one that Excel takes on a double click: semicolons, decimal commas",
        ),
    ] = False
    xlsx: Annotated[
        Path | None, Parameter(help="write an Excel file (pip install 'kwartier[excel]')")
    ] = None

    @property
    def are_given(self) -> bool:
        """Whether anything is to be written."""
        return self.csv is not None or self.xlsx is not None


SHEETS = SheetOptions()


def check_sheets(options: SheetOptions) -> None:
    """Refuse names of other formats before anything is read."""
    from kwartier.export.sheets import check_sheet

    if options.for_excel and options.csv is None:
        raise InputError("--for-excel", "says how to write --csv", "give --csv FILE too")
    if options.csv is not None:
        check_sheet(options.csv, "--csv", [".csv"])
        check_file_target(options.csv, "--csv")
    if options.xlsx is not None:
        check_sheet(options.xlsx, "--xlsx", [".xlsx"])
        check_file_target(options.xlsx, "--xlsx")


def write_sheets(options: SheetOptions, sheets: Mapping[str, pa.Table], *, quiet: bool) -> None:
    """Write what is asked for: an Excel file has all tables, a CSV file the first."""
    from kwartier.export.sheets import write_csv, write_xlsx

    first = next(iter(sheets.values()))
    if options.csv is not None:
        write_csv(first, options.csv, for_excel=options.for_excel)
    if options.xlsx is not None:
        write_xlsx(sheets, options.xlsx)
    if not quiet:
        for path in filter(None, (options.csv, options.xlsx)):
            console().print(f"{first.num_rows} rows in {path}", highlight=False, markup=False)
