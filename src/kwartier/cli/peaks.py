"""``kwartier peaks``: month peaks, and the twelve-month figure that is billed."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pyarrow as pa
from cyclopts import Parameter

from kwartier.analysis import BILLING_SCHEMA, PEAKS_SCHEMA, billing_peak
from kwartier.cli.options import POINTS, PointOptions
from kwartier.cli.output import Column, name, number, plain, print_json, print_rows, prose
from kwartier.cli.reading import Reading
from kwartier.cli.spreadsheets import SHEETS, SheetOptions, check_sheets, write_sheets
from kwartier.errors import InputError
from kwartier.store import open_store
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import Month, day_of

LEGEND: Final = (
    "kW. No mark: final, the month is closed and every quarter measured. ~ still open. "
    "≥ at least: gaps, estimates, or a month that the mandate cuts. 12 months: the mean "
    "of the closed ones, each raised to 2.5 kW first."
)


def peaks(
    *,
    months: Annotated[int, Parameter(help="how many of the last months to show")] = 4,
    sheets: SheetOptions = SHEETS,
    options: PointOptions = POINTS,
) -> int:
    """Show each metering point's month peaks and its twelve-month figure, in kW.

    Example: kwartier peaks --point 541440110000000001 --months 13
    """
    if months < 1:
        raise InputError("--months", "must be at least 1", f"got {months}")
    check_sheets(sheets)
    with open_store(options.store).snapshot() as store:
        reading = Reading(store, options)
        by_month, figures = measure(reading)
    if sheets.are_given:
        tables = {"month peaks": by_month, "twelve months": figures}
        write_sheets(sheets, tables, quiet=options.json)
        if not options.json:
            return 0
    if options.json:
        print_json(
            {"as_of": reading.now, "months": by_month.to_pylist(), "billing": figures.to_pylist()}
        )
        return 0
    this_month = Month.of(day_of(reading.now, ELECTRICITY))
    shown = [str(this_month.plus(-back)) for back in range(months - 1, -1, -1)]
    print_rows(
        columns(shown),
        rows(reading, by_month, figures),
        json=False,
        empty="No quarter-hours or days of electricity are shared, so there are no month peaks.",
        note=f"{LEGEND} As of {plain(reading.now)}.",
    )
    return 0


def measure(reading: Reading) -> tuple[pa.Table, pa.Table]:
    """Month peaks and billing figures of all chosen metering points."""
    by_month, figures = [PEAKS_SCHEMA.empty_table()], [BILLING_SCHEMA.empty_table()]
    for found in reading.peaks():
        by_month.append(found)
        figures.append(billing_peak(found, reading.now))
    return pa.concat_tables(by_month), pa.concat_tables(figures)


def columns(months: list[str]) -> list[Column]:
    """The table's columns for the given months (2026-01)."""
    return [
        prose("customer", "customer"),
        name("metering_point", "EAN", spare=len(months) - 1),
        *(number(m, m, show=peak_cell, spare=i) for i, m in enumerate(months, 1)),
        number("billing", "12 months", show=peak_cell),
        number("of", "of", spare=0),
        Column("status", "status"),
    ]


def rows(reading: Reading, by_month: pa.Table, figures: pa.Table) -> list[dict[str, Any]]:
    """One row a metering point: a cell a month, the billing figure and its status."""
    found: dict[str, dict[str, Any]] = {}
    for peak in by_month.to_pylist():
        point = peak["metering_point"]
        row = found.setdefault(
            point, {"metering_point": point, "customer": reading.customer_of(point)}
        )
        row[peak["month"]] = peak
        row["status"] = peak["status"]
    for figure in figures.to_pylist():
        row = found[figure["metering_point"]]
        row["billing"] = figure
        row["status"] = figure["status"]
        row["of"] = figure["months"]
    return sorted(found.values(), key=lambda row: (row["customer"], row["metering_point"]))


def peak_cell(peak: dict[str, Any] | None) -> str:
    """A peak in kW with the mark of its status: ~ provisional, ≥ a lower bound."""
    if peak is None or peak["kw"] is None:
        return "-"
    mark = {"final": "", "provisional": "~"}.get(peak["status"], "≥")
    return f"{mark}{peak['kw']:.2f}"
