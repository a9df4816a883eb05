"""``kwartier totals``: energy by local day, month and year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from cyclopts import Parameter

from kwartier.analysis import TOTALS_SCHEMA, Period
from kwartier.analysis import totals as add_up
from kwartier.analysis.declared import in_centigrade
from kwartier.cli.centigrade import CENTIGRADE, CentigradeOptions, about_centigrade
from kwartier.cli.options import POINTS, PointOptions
from kwartier.cli.output import (
    Column,
    error_console,
    name,
    number,
    plain,
    print_json,
    print_rows,
    prose,
)
from kwartier.cli.reading import Reading
from kwartier.cli.spreadsheets import SHEETS, SheetOptions, check_sheets, write_sheets
from kwartier.cli.wording import energy_column
from kwartier.errors import InputError
from kwartier.store import open_store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.local_time import parse_instant

LEGEND: Final = (
    "Day values where the mandate opens days, else the sum of quarter-hours (gas, heat: hours), "
    "never both. A total without a register of its own is day and night together. ~ with "
    "estimates, ≥ some slices are missing, - nothing there."
)
_COLUMNS: Final = [
    prose("customer", "customer", spare=3),
    name("metering_point", "metering point"),
    name("sub_headpoint", "behind it", spare=1),
    name("period", "period"),
    name("direction", "direction"),
    name("register", "register"),
    number("shown", "total", show=str),
    name("unit", "unit"),
    number("slices", "slices", show=str, spare=2),
    number("estimated_share", "estimated", show=lambda s: "" if not s else f"{s:.1%}", spare=4),
    Column("granularity", "made of", spare=0),
]
_ENERGY: Final = 4
"""Where among the columns the kind of energy stands."""


def totals(
    *,
    by: Annotated[Period, Parameter(help="day, month or year, in Brussels; gas by gas days")] = (
        Period.MONTH
    ),
    from_: Annotated[
        str | None, Parameter(name="--from", help="periods that begin at or after this date")
    ] = None,
    to: Annotated[str | None, Parameter(help="periods that begin before this date")] = None,
    sheets: SheetOptions = SHEETS,
    declaring: CentigradeOptions = CENTIGRADE,
    options: PointOptions = POINTS,
) -> int:
    """Add up the energy of each metering point by local day, month or year.

    Registers, directions, units and kinds of energy stand apart. Heat in Centigrade is no energy
    until you declare what it is. `complete` and the counts in --json say how many
    slices a total is made of, of how many; nothing there is null, never zero.

    Example: kwartier totals --by day --from 2026-01-01 --to 2026-02-01 --csv january.csv
    """
    check_sheets(sheets)
    first, last = _moment(from_, "--from"), _moment(to, "--to")
    if first is not None and last is not None and first >= last:
        raise InputError("--to", "must be later than --from", f"got {to!r}, --from is {from_!r}")
    centigrade = declaring.declared()
    with open_store(options.store).snapshot() as store:
        reading = Reading(store, options)
        measured = measure(reading, by, centigrade)
    table = between(measured.table, first, last)
    told = about_centigrade(measured.in_centigrade, centigrade)
    if sheets.are_given:
        write_sheets(sheets, {"totals": table}, quiet=options.json)
    if told and (options.json or sheets.are_given):
        error_console().print(told, markup=False, soft_wrap=True)
    if options.json:
        print_json(table.to_pylist())
    elif not sheets.are_given:
        rows = [_row(reading, row) for row in table.to_pylist()]
        print_rows(
            [*_COLUMNS[:_ENERGY], energy_column(rows), *_COLUMNS[_ENERGY:]],
            rows,
            json=False,
            empty="There is nothing to add up yet.",
            note=" ".join(filter(None, (LEGEND, told, f"As of {plain(reading.now)}."))),
        )
    return 0


@dataclass(frozen=True, slots=True)
class Measured:
    """Totals (``TOTALS_SCHEMA``), and the energy types that have values in Centigrade."""

    table: pa.Table
    in_centigrade: frozenset[str]


def measure(reading: Reading, by: Period, centigrade: Centigrade) -> Measured:
    """The totals of all chosen metering points."""
    tables, found = [TOTALS_SCHEMA.empty_table()], set[str]()
    for page in reading.pages():
        found |= in_centigrade(page.values)
        tables.append(
            add_up(page.values, page.permissions, reading.now, by=by, centigrade=centigrade)
        )
    return Measured(pa.concat_tables(tables), frozenset(found))


def between(table: pa.Table, first: datetime | None, last: datetime | None) -> pa.Table:
    """The periods that begin from ``first`` on and before ``last``."""
    kind = table["start"].type
    if first is not None:
        table = table.filter(pc.greater_equal(table["start"], pa.scalar(first, kind)))
    if last is not None:
        table = table.filter(pc.less(table["start"], pa.scalar(last, kind)))
    return table


def _moment(text: str | None, field: str) -> datetime | None:
    if text is None:
        return None
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise InputError(field, "must be a date such as 2026-01-31", f"got {text!r}") from error
    return parse_instant(text, field)


def _row(reading: Reading, row: dict[str, Any]) -> dict[str, Any]:
    missing, estimated = not row["complete"], bool(row["estimated"])
    mark = "≥" if missing else "~" if estimated else ""
    return row | {
        "customer": reading.customer_of(row["metering_point"]),
        "shown": "-" if row["value"] is None else f"{mark}{row['value']:.3f}",
        "slices": f"{row['present']}/{row['expected']}",
    }
