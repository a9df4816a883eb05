"""How long does a whole sync take, beside reading the same with the packages on PyPI?

    make bench, or: python bench/peers.py [--points N] [--their-points N] [--rounds N]

A hundred metering points with injection, 185 days of quarter-hours, from an emulator in a process
of its own that has served none of it before. Ours: ``kwartier sync`` into a fresh DuckDB store,
from the start of the process to its end. Theirs: fluvius-energy-api asks for the same windows, one
after the other, polars-fluvius makes DataFrames of the replies, each is written to Parquet; their
imports are not counted. They take their time, so they read a tenth of the points, and that time
is multiplied.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from figures import Figure, print_figures
from kwartier.cli.demo.people import CLOCK
from kwartier.cli.provider import connect_async, credentials_for
from kwartier.fluvius import Environment
from kwartier.sync import FetchPolicy, FluviusSource, plan
from sync import emulated, share, sync

DAYS: Final = 185


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--points", type=int, default=100)
    arguments.add_argument("--their-points", type=int, default=10)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--read-theirs", nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.read_theirs:
        print(their_seconds(*chosen.read_theirs))
        return
    ours, theirs, reports = [], [], []
    for _ in range(chosen.rounds):
        with emulated() as folder:
            share(chosen.points, since=f"{CLOCK - timedelta(days=DAYS):%Y-%m-%d}")
            windows = asyncio.run(planned())
            began = perf_counter()
            report, _ = sync(folder / "kwartier.duckdb")
            ours.append(perf_counter() - began)
            reports.append(report)
            few = sorted({ean for ean, _, _ in windows})[: chosen.their_points]
            read = [window for window in windows if window[0] in few]
            theirs.append(in_a_process(read, folder) * len(windows) / len(read))
    tell(chosen.points, chosen.their_points, len(windows), ours, theirs, reports)


def tell(
    points: int,
    their_points: int,
    windows: int,
    ours: Sequence[float],
    theirs: Sequence[float],
    reports: Sequence[dict[str, Any]],
) -> None:
    report = reports[-1]
    print(
        f"{points} metering points x {DAYS} days, {windows} requests, "
        f"{report['received']:,} values; {len(ours)} rounds, "
        f"theirs read {their_points} points, times {points / their_points:g}"
    )
    figure = Figure(
        what="sync into DuckDB",
        ours=statistics.median(ours),
        peer="fluvius-energy-api + polars-fluvius, Parquet",
        theirs=statistics.median(theirs),
        aim=20,
    )
    print_figures([figure])
    print(
        f"  of ours: requests {report['requesting_seconds']:.1f} s (several at once), "
        f"decode {report['decoding_seconds']:.1f} s, commit {report['committing_seconds']:.1f} s, "
        f"all at the same time in {report['seconds']:.1f} s"
    )


async def planned() -> list[tuple[str, str, str]]:
    """EAN, begin and end of every window that a first sync asks for."""
    async with connect_async(Environment.SANDBOX, credentials_for(Environment.SANDBOX)) as client:
        listing = await FluviusSource(client, "").mandates()
    fetches = plan(listing.mandates, [], listing.stated_at, FetchPolicy())
    return [
        (f.metering_point, f.window.start.isoformat(), f.window.end.isoformat()) for f in fetches
    ]


def in_a_process(windows: Sequence[tuple[str, str, str]], folder: Path) -> float:
    """Seconds that their packages take for these windows."""
    listed = folder / "windows.json"
    listed.write_text(json.dumps(windows))
    command = [sys.executable, __file__, "--read-theirs", str(listed), str(folder)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def their_seconds(listed: Path, folder: Path) -> float:
    """Read the windows with their packages, one Parquet file each."""
    api, polars = import_module("fluvius_energy_api"), import_module("polars")
    schema = import_module("polars_fluvius").ENERGY_SCHEMA
    convert = import_module("polars_fluvius.converters.energy_converter").convert_energy_response
    auth: Any = import_module("fluvius_energy_api.auth")
    auth.AZURE_AD_TOKEN_URL = os.environ["FLUVIUS_TOKEN_URL"]
    windows = json.loads(listed.read_text())
    began = perf_counter()
    credentials = api.FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX")
    with api.FluviusEnergyClient(credentials=credentials) as client:
        client._http._base_url = os.environ["FLUVIUS_SANDBOX_BASE_URL"]
        for number, (ean, start, end) in enumerate(windows):
            begin, until = datetime.fromisoformat(start), datetime.fromisoformat(end)
            reply = client.get_energy(ean, "readTime", from_date=begin, to_date=until)
            frame = polars.DataFrame(convert(reply), schema=schema, orient="row")
            frame.write_parquet(folder / f"{number}.parquet")
    return perf_counter() - began


if __name__ == "__main__":
    main()
