"""``kwartier coverage``: what is there, what is estimated, what is missing."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.analysis import meter_exchanges, month_coverage
from kwartier.cli.options import POINTS, PointOptions
from kwartier.cli.output import console, name, number, plain, print_rows, prose
from kwartier.cli.reading import Reading
from kwartier.cli.wording import energy_column
from kwartier.store import open_store
from kwartier.vocabulary.local_time import Month

_COLUMNS = [
    prose("customer", "customer", spare=4),
    name("metering_point", "metering point"),
    name("granularity", "slices"),
    name("month", "month"),
    number("expected", "expected", spare=2),
    number("share", "complete", show=lambda share: f"{share:.2%}"),
    number("estimated", "estimated"),
    number("provisional", "provisional gas", spare=1),
    number("missing", "missing", spare=3),
    prose("gaps", "gaps", show=lambda gaps: _gaps(gaps)),
]
_GAPS_SHOWN = 2
_ENERGY = 2
"""Where among the columns the kind of energy stands."""


def coverage(
    *,
    month: Annotated[str | None, Parameter(help="only this month, such as 2026-01")] = None,
    incomplete: Annotated[
        bool, Parameter(negative="", help="only months that lack values or hold estimates")
    ] = False,
    options: PointOptions = POINTS,
) -> int:
    """Show per metering point and month how complete the data is, where the gaps are, and which
    meters were exchanged.

    Of a data owner of Eneco it is every channel of which anything is held; cooling is expected on
    days of which there is any.

    Example: kwartier coverage --incomplete
    """
    wanted = None if month is None else str(Month.parse(month, "--month"))
    with open_store(options.store).snapshot() as store:
        reading = Reading(store, options)
        rows = [row for row in coverage_rows(reading) if wanted in (None, row["month"])]
    if incomplete:
        rows = [row for row in rows if row["missing"] or row["estimated"]]
    print_rows(
        [*_COLUMNS[:_ENERGY], energy_column(rows), *_COLUMNS[_ENERGY:]],
        rows,
        json=options.json,
        empty="Nothing is missing." if incomplete else f"No data is expected {wanted or 'yet'}.",
        note=f"local time, as of {plain(reading.now)}",
    )
    if not options.json:
        _tell_exchanges(rows)
    return 0


def _tell_exchanges(rows: list[dict[str, Any]]) -> None:
    """A line for each meter that took the place of another."""
    told = {
        f"{exchange['day']}: meter {exchange['old_meter']} gave way to {exchange['new_meter']} "
        f"at {row['metering_point']}."
        for row in rows
        for exchange in row["exchanges"]
    }
    for line in sorted(told):
        console().print(line, highlight=False, markup=False, soft_wrap=True)


def coverage_rows(reading: Reading) -> list[dict[str, Any]]:
    """One row a metering point, energy type, granularity and month."""
    rows: list[dict[str, Any]] = []
    exchanges: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for page in reading.pages():
        rows.extend(month_coverage(page.values, page.permissions, reading.now).to_pylist())
        for one in meter_exchanges(page.values, page.permissions).to_pylist():
            exchanges[one["metering_point"], str(Month.of(one["day"]))].append(one)
    for row in rows:
        row["exchanges"] = [
            {name: one[name] for name in ("old_meter", "new_meter", "at", "day")}
            for one in exchanges[row["metering_point"], row["month"]]
        ]
        row["customer"] = reading.customer_of(row["metering_point"])
        row["share"] = row["present"] / row["expected"]
        row["states"] = dict(row["states"])
    return sorted(
        rows,
        key=lambda r: (
            r["customer"],
            r["metering_point"],
            r["energy_type"],
            r["granularity"],
            r["month"],
        ),
    )


def _gaps(gaps: list[dict[str, Any]]) -> str:
    shown = [_stretch(plain(gap["start"]), plain(gap["end"])) for gap in gaps[:_GAPS_SHOWN]]
    more = len(gaps) - len(shown)
    return ", ".join(shown) + (f", {more} more" if more > 0 else "")


def _stretch(start: str, end: str) -> str:
    """Both ends, the second without its date where that is the same."""
    day, at = end.split()
    return f"{start} to {at if start.startswith(day) else end}"
