"""What does a sync cost? The demo's 25 households and 13 months, over HTTP, from the emulator.

    python bench/sync.py [--backfill]

First sync and second sync (nothing new), the shares of request, decode and commit, the time that
merely downloading the same replies takes (the limit for any client of this service), and the peak
memory of a sync for a growing number of metering points. The emulator shares the machine.

With ``--backfill`` instead: the peak memory of three years of 200 metering points, which takes
some minutes. Aim: under 600 MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from figures import says
from kwartier.cli.demo.command import ask_for_consent
from kwartier.cli.demo.people import CLOCK, FIRST_DAY
from kwartier.cli.demo.running_emulator import running_emulator
from kwartier.cli.provider import connect, connect_async, credentials_for
from kwartier.fluvius import DataServiceType, Environment, MandateStatus
from kwartier.settings import load_env_file
from kwartier.store import open_store
from kwartier.sync import FetchPolicy, FluviusSource, RunPolicy, plan

CONCURRENCY: Final = RunPolicy().concurrency
POINTS: Final = (10, 20, 40, 80)
THREE_YEARS_AGO: Final = "2023-11-21"
MOST_MEBIBYTES: Final = 600


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--backfill", action="store_true")
    if arguments.parse_args().backfill:
        backfill(points=200)
        return
    with emulated() as folder:
        households(folder / "kwartier.duckdb")
    print("\npeak memory of a first sync, 13 months of quarter-hours with injection")
    for points in POINTS:
        with emulated() as folder:
            share(points)
            report, megabytes = sync(folder / "kwartier.duckdb")
        print(f"  {points:4} metering points  {megabytes:6.0f} MB  {report['received']:,} values")


def backfill(points: int) -> None:
    """As much as a first sync may ever ask of so many metering points."""
    with emulated() as folder:
        share(points, since=THREE_YEARS_AGO)
        report, megabytes = sync(folder / "kwartier.duckdb")
    mebibytes = megabytes * 1e6 / 2**20
    print(
        f"three years of {points} metering points: {report['received']:,} values in "
        f"{report['requests']} requests, {report['commits']} commits, {report['seconds']:.0f} s; "
        f"peak memory {mebibytes:.0f} MiB of {MOST_MEBIBYTES}: {says(mebibytes < MOST_MEBIBYTES)}"
    )


@contextmanager
def emulated() -> Iterator[Path]:
    """A folder, with an emulator running that the environment leads to."""
    with tempfile.TemporaryDirectory() as name, running_emulator(Path(name), CLOCK) as env_file:
        load_env_file(env_file)
        yield Path(name)


def households(store: Path) -> None:
    """The demo's sync, twice, and the bare download beside it."""
    ask_for_consent(open_store(store, create=True))
    first, _ = sync(store)
    second, _ = sync(store)
    download = asyncio.run(bare_download())
    seconds = first["seconds"]
    print("25 households, 13 months")
    print(
        f"  first sync     {seconds:6.2f} s  {first['requests']} requests, "
        f"{first['received']:,} values ({first['received'] / seconds:,.0f} a second), "
        f"{first['commits']} commits"
    )
    print(
        f"  second sync    {second['seconds']:6.2f} s  {second['requests']} requests for "
        f"{second['points']} metering points, {second['commits']} commit; "
        f"{second['seconds'] / seconds:.1%} of the first"
    )
    print(
        f"  bare download  {download:6.2f} s  of the same replies: the limit; "
        f"the sync takes {seconds / download:.2f} times as long"
    )
    print(
        f"  of the first sync: request {first['requesting_seconds'] / CONCURRENCY:.2f} s "
        f"({CONCURRENCY} at once), decode {first['decoding_seconds']:.2f} s, "
        f"commit {first['committing_seconds']:.2f} s (beside the others)"
    )


def share(points: int, *, since: str = FIRST_DAY) -> None:
    """Quarter-hour mandates for so many metering points with injection."""
    with connect(Environment.SANDBOX, credentials_for(Environment.SANDBOX)) as client:
        for number in range(points):
            client.create_mock_mandate(
                reference_number=f"BENCH-{number}",
                ean=f"541440110000000{number:03d}",
                data_service_type=DataServiceType.VH_KWARTIER_UUR,
                data_period_from=since,
                status=MandateStatus.APPROVED,
            )


def sync(store: Path) -> tuple[dict[str, Any], float]:
    """Run ``kwartier sync`` in a process of its own; its report, and its peak memory in MB."""
    command = [sys.executable, "-m", "kwartier", "sync", "--sandbox", "--json"]
    process = subprocess.Popen([*command, "--store", str(store)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return report, usage.ru_maxrss * unit / 1e6


async def bare_download() -> float:
    """Seconds for the first sync's requests alone, as many at once, replies thrown away."""
    credentials = credentials_for(Environment.SANDBOX)
    async with connect_async(Environment.SANDBOX, credentials) as client:
        source = FluviusSource(client, "")
        listing = await source.mandates()
        fetches = plan(listing.mandates, [], listing.stated_at, FetchPolicy())

        async def work() -> None:
            for fetch in fetches:
                await source.request(fetch)

        began = perf_counter()
        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
        return perf_counter() - began


if __name__ == "__main__":
    main()
