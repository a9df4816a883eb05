"""What the demo prints of Eneco: who shares, what came of it, and what heat looks like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from kwartier.analysis import Period
from kwartier.cli import totals
from kwartier.cli.coverage import coverage_rows
from kwartier.cli.demo.homes import HOMES, SHARED_FROM, Home, customer_id
from kwartier.cli.demo.netherlands import Shared
from kwartier.cli.demo.screen import part
from kwartier.cli.options import PointOptions
from kwartier.cli.output import Column, build_table, number, plain, prose
from kwartier.cli.reading import Reading
from kwartier.cli.retention import details_text
from kwartier.cli.wording import counted
from kwartier.store.port import Store
from kwartier.vocabulary.centigrade import CENTIGRADE, Centigrade
from kwartier.vocabulary.energy import (
    ELECTRICITY,
    HEAT,
    HOT_WATER,
    INJECTION,
    OFFTAKE,
    PRODUCTION,
)
from kwartier.vocabulary.local_time import BRUSSELS

LEGEND: Final = (
    "Heat as it comes, in Centigrade, the mean of an hour: no energy, and in no total, until you "
    "declare what it is. Hot water in m3; electricity taken, injected and produced in kWh."
)
_CHANNELS: Final = {
    (HOT_WATER, OFFTAKE): "hot water",
    (ELECTRICITY, OFFTAKE): "taken",
    (ELECTRICITY, INJECTION): "injected",
    (ELECTRICITY, PRODUCTION): "produced",
}
_COLUMNS: Final = [
    prose("customer", "customer"),
    Column("month", "month"),
    number("heat", "heat"),
    *(number(name, name) for name in _CHANNELS.values()),
]


def tell_heat(out: Console, store: Store, options: PointOptions, shared: Shared) -> None:
    """The Dutch part of the screen; ``options`` name the store."""
    sharing = [home for home in HOMES if home.consents and not home.withdraws]
    readings = {
        home: Reading(store, PointOptions(store=options.store, customer=customer_id(home)))
        for home in sharing
    }
    part(
        out,
        "Eneco",
        f"the Netherlands: {len(sharing)} of {len(HOMES)} share their heat, "
        f"{sum(home.withdraws for home in HOMES)} withdrew, "
        f"{sum(not home.consents for home in HOMES)} has not consented",
    )
    _tell_owners(out, store, readings, shared)
    _tell_syncs(out, shared)
    rows = [row for home, reading in readings.items() for row in monthly(home, reading)]
    out.print(build_table(_COLUMNS, rows))
    out.print(Padding(LEGEND, (0, 0, 0, 2), expand=False), style="dim", highlight=False)


def _tell_owners(out: Console, store: Store, readings: dict[Home, Reading], shared: Shared) -> None:
    addresses = {one.data_owner: one.address for one in store.data_owners()}
    grid = Table.grid(padding=(0, 2))
    for home in HOMES:
        address = addresses[shared.owners[home.name]]
        if home in readings:
            said = f"{address.text() if address else ''}: {_hours(readings[home])}"
        elif home.withdraws:
            enforced = shared.second.enforced
            details = details_text(enforced.details)
            said = f"withdrew: {plain(enforced.values)} values and {details} erased"
        else:
            said = "has not consented, so nothing is asked"
        grid.add_row(f"  {escape(home.name)}", escape(said))
    out.print(grid)


def _hours(reading: Reading) -> str:
    rows = [row for row in coverage_rows(reading) if row["energy_type"] == HEAT]
    present, expected = (sum(row[name] for row in rows) for name in ("present", "expected"))
    return f"{plain(present)} of {plain(expected)} hours"


def _tell_syncs(out: Console, shared: Shared) -> None:
    first, second = shared.first, shared.second
    out.print(
        f"  since {SHARED_FROM}: {plain(first.received)} hourly values in {first.seconds:.1f} s, "
        "a page for each 24 hours;\n"
        f"  once more, the last days again: {plain(second.inserted + second.revised)} new, "
        f"{counted(len(second.enforced.receipts), 'receipt')} of what was erased, "
        f"in {second.seconds:.1f} s",
        highlight=False,
    )


def monthly(home: Home, reading: Reading) -> Iterator[dict[str, Any]]:
    """A row a month: the mean of an hour of heat, and the totals of the other channels."""
    cells: dict[str, dict[str, str]] = {}
    for page in reading.pages(HEAT):
        for month, mean in _means(page.values):
            cells.setdefault(month, {})["heat"] = f"{mean:.4f}"
    measured = totals.measure(reading, Period.MONTH, Centigrade.UNKNOWN)
    for row in measured.table.to_pylist():
        name = _CHANNELS.get((row["energy_type"], row["direction"]))
        if name is not None and row["value"] is not None:
            mark = "" if row["complete"] else "≥"
            cells.setdefault(row["period"], {})[name] = f"{mark}{row['value']:.1f}"
    for month, shown in sorted(cells.items()):
        dashes = dict.fromkeys(("heat", *_CHANNELS.values()), "-")
        yield dashes | shown | {"customer": home.name, "month": month}


def _means(values: pa.Table) -> list[tuple[str, float]]:
    """Of each local month the mean of the values in Centigrade."""
    chosen = values.filter(pc.equal(values["unit"].cast(pa.string()), CENTIGRADE))
    starts = chosen["start"].cast(pa.timestamp("us", BRUSSELS.key))
    table = pa.table({"month": pc.strftime(starts, "%Y-%m"), "value": chosen["value"]})
    means = table.group_by("month").aggregate([("value", "mean")])
    return list(zip(means["month"].to_pylist(), means["value_mean"].to_pylist(), strict=True))
