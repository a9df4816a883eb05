"""``kwartier plot``: a load curve, or months side by side."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Annotated, Final

import pyarrow as pa
import pyarrow.compute as pc
from cyclopts import Parameter

from kwartier.analysis import Period, load_curve, month_peaks, totals
from kwartier.analysis.declared import in_centigrade
from kwartier.cli.centigrade import CENTIGRADE, CentigradeOptions, about_centigrade
from kwartier.cli.options import POINTS, PointOptions
from kwartier.cli.output import console, error_console, plain, print_json
from kwartier.cli.plotting.chart import Bar, BarChart, Chart, Curve, LoadChart, Step
from kwartier.cli.reading import Page, Reading
from kwartier.cli.targets import check_file_target, writing_into
from kwartier.cli.wording import energy_words
from kwartier.errors import InputError
from kwartier.store import open_store
from kwartier.vocabulary.centigrade import GIGAJOULE, Centigrade
from kwartier.vocabulary.energy import ELECTRICITY, INJECTION, OFFTAKE, PRODUCTION
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_of, day_start
from kwartier.vocabulary.mandate import Permission

_DIRECTIONS: Final = (OFFTAKE, INJECTION, PRODUCTION)
_UNITS: Final = ("kWh", "m3", GIGAJOULE)
_MARKS: Final = {"final": "", "provisional": "~"}


def plot(
    *,
    day: Annotated[str | None, Parameter(help="the load curve of this day: 2026-01-31")] = None,
    week: Annotated[str | None, Parameter(help="of the seven days from this one on")] = None,
    month: Annotated[str | None, Parameter(help="of this month: 2026-01")] = None,
    months: Annotated[int, Parameter(help="else so many of the last months as bars")] = 13,
    png: Annotated[
        Path | None, Parameter(help="draw into this PNG file (pip install 'kwartier[plot]')")
    ] = None,
    html: Annotated[Path | None, Parameter(help="draw into this HTML file, of one piece")] = None,
    declaring: CentigradeOptions = CENTIGRADE,
    options: PointOptions = POINTS,
) -> int:
    """Draw a metering point's load curve, or its months: energy, and peaks of electricity.

    Times are Brussels' times. Gaps stay gaps; estimates are marked.

    Example: kwartier plot --point 541440110000000001 --day 2026-01-15 --html day.html
    """
    chosen = _interval(day, week, month)
    if months < 1:
        raise InputError("--months", "must be at least 1", f"got {months}")
    for path, field, suffix in ((png, "--png", ".png"), (html, "--html", ".html")):
        if path is not None and path.suffix.lower() != suffix:
            raise InputError(field, f"must end in {suffix}", f"got {path.name!r}")
        check_file_target(path, field)
    centigrade = declaring.declared()
    with open_store(options.store).snapshot() as store:
        reading = Reading(store, options)
        page = _one_point(reading)
        if chosen is None:
            charts: list[Chart] = _month_charts(reading, page, months, centigrade)
        else:
            charts = [_load_chart(reading, page, *chosen)]
    _show(charts, png, html, options)
    return 0


def _show(charts: list[Chart], png: Path | None, html: Path | None, options: PointOptions) -> None:
    if png is not None:
        from kwartier.cli.plotting.png import write_png

        with writing_into(png, "--png"):
            write_png(charts, png)
    if html is not None:
        from kwartier.cli.plotting.html import write_html

        with writing_into(html, "--html"):
            write_html(charts, html)
    if options.json:
        print_json(charts)
        return
    out = console()
    for path in filter(None, (png, html)):
        out.print(f"Drawn in {path}", highlight=False, markup=False)
    if png is None and html is None:
        from kwartier.cli.plotting.terminal import draw

        for chart in charts:
            for line in draw(chart, min(out.width, 120)):
                out.print(line, highlight=False, soft_wrap=True)


def _interval(day: str | None, week: str | None, month: str | None) -> tuple[date, date] | None:
    """The first day and the one after the last; None for bars by month."""
    given = [name for name, said in (("--day", day), ("--week", week), ("--month", month)) if said]
    if len(given) > 1:
        raise InputError(given[1], f"cannot stand beside {given[0]}", "give one of them")
    if month is not None:
        first = Month.parse(month, "--month")
        return first.first_day, first.plus(1).first_day
    for said, field, length in ((day, "--day", 1), (week, "--week", 7)):
        if said is not None:
            try:
                begin = date.fromisoformat(said)
            except ValueError as error:
                raise InputError(
                    field, "must be a date such as 2026-01-31", f"got {said!r}"
                ) from error
            return begin, begin + timedelta(days=length)
    return None


def _one_point(reading: Reading) -> Page:
    """The values of the one metering point that the options choose."""
    points = reading.metering_points
    if len(points) != 1:
        raise InputError(
            "--point",
            "must choose one metering point",
            f"{len(points)} fit; `kwartier mandates --known` lists them",
        )
    [page] = reading.pages()
    return page


def _load_chart(reading: Reading, page: Page, first: date, last: date) -> LoadChart:
    point, flows = page.permissions[0].metering_point, _flows(page)
    energy_type = flows[0] if len(flows) == 1 else ELECTRICITY
    interval = Interval(day_start(first, energy_type), day_start(last, energy_type))
    rows = load_curve(page.values, page.permissions, reading.now, interval).to_pylist()
    if not rows and page.values.num_rows:
        raise InputError(
            "--point",
            f"{point} has nothing in kWh, of which load curves are drawn",
            "without a day, week or month `kwartier plot` draws its months",
        )
    curves = [
        Curve(
            direction,
            [
                Step(row["start"], row["end"], row["kw"], row["estimated"])
                for row in rows
                if row["direction"] == direction
            ],
        )
        for direction in _DIRECTIONS
        if any(row["direction"] == direction for row in rows)
    ]
    last_day = last - timedelta(days=1)
    title = f"{_named(reading, point)}, {first}" + ("" if last_day == first else f" to {last_day}")
    slices = {"PT15M": "quarter-hours", "PT1H": "hours", "P1D": "days"}
    sorts = sorted({slices[row["granularity"]] for row in rows})
    note = f"mean power of {' and '.join(sorts) or 'nothing yet'}, Brussels' time"
    if any(row["kw"] is None for row in rows):
        note += "; gaps are missing values (x below)"
    if any(row["estimated"] for row in rows):
        note += "; ~ and orange: estimated"
    return LoadChart(title, note, "kW", interval, curves)


def _month_charts(reading: Reading, page: Page, months: int, centigrade: Centigrade) -> list[Chart]:
    point, flows = page.permissions[0].metering_point, _flows(page)
    this = Month.of(day_of(reading.now, flows[0]))
    shown = [str(this.plus(-back)) for back in range(months - 1, -1, -1)]
    now = reading.now
    table = totals(page.values, page.permissions, now, by=Period.MONTH, centigrade=centigrade)
    shown = _since_first(table, shown)
    named = _named(reading, point)
    charts: list[Chart] = []
    for flow, unit in product(flows, _UNITS):
        rows = [(name, _bars(table, shown, flow, name, unit)) for name in _DIRECTIONS]
        rows = [(name, bars) for name, bars in rows if any(bar.value is not None for bar in bars)]
        if rows:
            note = "≥ some slices are missing, ~ with estimates. Still open: the last month."
            title = f"{named}, by month" if len(flows) == 1 else f"{named}, {energy_words(flow)}"
            charts.append(BarChart(title, note, unit, shown, rows))
    told = about_centigrade(in_centigrade(page.values), centigrade)
    if told:
        error_console().print(told, markup=False, soft_wrap=True)
    if any(_has_peaks(one) for one in page.permissions):
        peaks = month_peaks(page.values, page.permissions, reading.now)
        found = {row["month"]: row for row in peaks.to_pylist()}
        bars = [_peak(found.get(name)) for name in shown]
        note = f"~ still open, ≥ at least. As of {plain(reading.now)}."
        charts.append(BarChart(f"{named}, month peaks", note, "kW", shown, [("month peak", bars)]))
    if not charts:
        raise InputError("--point", "has no values yet", "`kwartier coverage` shows what is there")
    return charts


def _named(reading: Reading, point: str) -> str:
    """The metering point, and whose it is if that is known."""
    customer = reading.customer_of(point)
    return f"{point} ({customer})" if customer else point


def _since_first(table: pa.Table, months: list[str]) -> list[str]:
    """The months from the first that has a value; all where none has."""
    valued = table.filter(pc.is_valid(table["value"]))["period"]
    first = min(valued.to_pylist(), default=months[0])
    return [month for month in months if month >= first] or months


def _flows(page: Page) -> list[str]:
    """The energy types of the metering point."""
    return sorted({one.energy_type for one in page.permissions})


def _has_peaks(permission: Permission) -> bool:
    """Month peaks are of quarter-hours, or bounded by days."""
    is_electric = permission.energy_type == ELECTRICITY
    return is_electric and permission.granularity is not Granularity.HOUR


def _bars(
    table: pa.Table, months: list[str], energy_type: str, direction: str, unit: str
) -> list[Bar]:
    found = {
        row["period"]: row
        for row in table.to_pylist()
        if (row["energy_type"], row["direction"], row["unit"], row["register"])
        == (energy_type, direction, unit, "total")
        and row["sub_headpoint"] is None
    }
    bars = []
    for month in months:
        row = found.get(month)
        if row is None or row["value"] is None:
            bars.append(Bar(None))
        else:
            mark = "≥" if not row["complete"] else "~" if row["estimated"] else ""
            bars.append(Bar(row["value"], mark))
    return bars


def _peak(row: dict[str, float | str | None] | None) -> Bar:
    if row is None or not isinstance(row["kw"], float):
        return Bar(None)
    return Bar(row["kw"], _MARKS.get(str(row["status"]), "≥"))
