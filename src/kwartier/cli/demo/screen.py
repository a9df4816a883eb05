"""What the demo prints, part by part."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shutil import which
from typing import Any, Final

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from kwartier.cli import peaks
from kwartier.cli.demo.people import PEOPLE, eans
from kwartier.cli.demo.proof import Proof
from kwartier.cli.output import build_table, plain
from kwartier.cli.reading import Reading
from kwartier.cli.silence import silent_points
from kwartier.sync.report import SyncReport
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import Month, day_of

WIDTH_WITHOUT_MONTHS: Final = 60
WIDTH_OF_A_MONTH: Final = 10


def tell_that_it_is_emulated(out: Console, clock: datetime, address: str) -> None:
    """Say first that nothing of this is real."""
    out.print(
        "[bold]kwartier demo[/]  everything here is emulated: no real person, meter or value\n"
        f"  clock {plain(clock)}, service {address}",
        highlight=False,
    )


def tell_consent(
    out: Console, mandates: Sequence[dict[str, Any]], coverage: Sequence[dict[str, Any]]
) -> None:
    """How the requests for consent ended, and by name where something is to be known."""
    by_customer = {row["customer"]: row["status"] for row in mandates}
    counts = Counter(by_customer.values())
    points = len({row["metering_point"] for row in mandates if row["metering_point"]})
    part(
        out,
        "consent",
        f"Fluvius: {counts['Approved']} of {len(by_customer)} approved, "
        f"{counts['Requested']} waiting, {counts['Rejected']} refused; {points} metering points",
    )
    silent = silent_points(coverage)
    remarks: dict[str, str] = {}
    for row in mandates:
        remark = row["remark"] or silent.get(row["metering_point"] or "", "")
        if remark:
            remarks[row["customer"]] = remark
    grid = Table.grid(padding=(0, 2))
    for customer, remark in remarks.items():
        grid.add_row(f"  {escape(customer)}", escape(remark))
    if remarks:
        out.print(grid)


def tell_backfill(
    out: Console, first: SyncReport, second: SyncReport, coverage: Sequence[dict[str, Any]]
) -> None:
    """What the first sync brought, how complete that is, and what a second one cost."""
    silent = silent_points(coverage)
    rows = [row for row in coverage if row["present"] or row["metering_point"] not in silent]
    expected, present, estimated, missing = (
        sum(row[name] for row in rows) for name in ("expected", "present", "estimated", "missing")
    )
    gaps = sum(len(row["gaps"]) for row in rows)
    rate = plain(round(first.received / first.seconds))
    part(
        out,
        "backfill",
        f"13 months in {first.seconds:.1f} s: {first.fetches} requests, "
        f"{plain(first.received)} values, {rate}/s",
    )
    out.print(
        f"  {present / expected:.2%} complete where meters register; {plain(estimated)} slices "
        f"estimated,\n  {plain(missing)} missing in {plain(gaps)} gaps (see `kwartier coverage`)",
        highlight=False,
    )
    out.print(
        f"  once more: {second.fetches} requests, one a metering point, "
        f"{plain(second.inserted + second.revised)} new, in {second.seconds:.1f} s",
        highlight=False,
    )


def tell_peaks(out: Console, reading: Reading, by_month: pa.Table, figures: pa.Table) -> None:
    """Month peaks of the customers with a story."""
    this_month = Month.of(day_of(reading.now, ELECTRICITY))
    shown = max(2, min(5, (out.width - WIDTH_WITHOUT_MONTHS) // WIDTH_OF_A_MONTH))
    months = [str(this_month.plus(-back)) for back in range(shown - 1, -1, -1)]
    about = {eans(i, person)[0]: person.about for i, person in enumerate(PEOPLE)}
    rows = [
        {**row, "customer": f"{row['customer']} ({about[row['metering_point']]})"}
        for row in peaks.rows(reading, by_month, figures)
        if about[row["metering_point"]]
    ]
    part(out, "month peaks", "in kW, from the quarter-hours")
    columns = [column for column in peaks.columns(months) if column.key != "metering_point"]
    out.print(build_table(columns, rows))
    out.print(Padding(peaks.LEGEND, (0, 0, 0, 2), expand=False), style="dim", highlight=False)


def tell_proof(out: Console, fluvius: Proof, eneco: Proof) -> None:
    """Whether store and emulator agree, of both providers."""
    proof = fluvius + eneco
    verdict = "[green]equal[/]" if proof.holds else "[bold red]NOT equal[/]"
    part(out, "proof", f"the store against the emulator's own truth: {verdict}")
    out.print(
        f"  {plain(proof.compared)} values one by one, {plain(eneco.compared)} of them Eneco's:\n"
        f"  {proof.missing} missing, {proof.invented} invented, "
        f"{proof.beyond_consent} beyond consent",
        highlight=False,
    )


def tell_what_next(out: Console, folder: Path) -> None:
    """Commands to go on with, as they can be typed here."""
    part(out, "next", "")
    parquet = folder / "measurements.parquet"
    pandas = "" if _is_installed("pandas") else f"{_typed('pip')} install pandas && "
    lines = (
        f"{_typed('kwartier')} peaks --store {folder}/kwartier.duckdb --months 13",
        f"{pandas}{_typed('python')} -c \"import pandas; print(pandas.read_parquet('{parquet}'))\"",
        f"{_typed('kwartier')} emulator --env-file emulator.env  "
        "[dim]# to build against, before onboarding[/]",
    )
    for line in lines:
        out.print(f"  {line}", highlight=False, soft_wrap=True)


def _is_installed(name: str) -> bool:
    """Whether a package is here for others: a command itself finds no pandas."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _typed(program: str) -> str:
    """How to call a program of this environment: by its name where the shell finds it."""
    here = Path(sys.executable).parent / program
    found = which(program)
    if not here.exists() or (found is not None and Path(found) == here):
        return program
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)


def part(out: Console, name: str, text: str) -> None:
    """Begin a part of the screen."""
    out.print(f"\n[bold cyan]{name}[/]  {text}", highlight=False)
