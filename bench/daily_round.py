"""What does a daily round of many metering points cost, from the emulator to the store?

    python bench/daily_round.py [--points N]

Every metering point was read the day before; the round asks each for what was stored since: the 96
quarters of a day, of offtake and injection. The sync runs in a process of its own, with as many
requests a second as come through (the command keeps to 50, which alone takes 200 s for 10,000);
the emulator shares the machine. Told are the time, its parts, the processor time of both sides,
which tells what a machine with nothing else to do would take, and the peak memory of the sync.
Aims for 10,000 metering points: under 4 minutes on 2 cores, under 700 MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from urllib.request import Request, urlopen

from figures import says
from kwartier.cli.demo.running_emulator import running_emulator
from kwartier.cli.provider import connect_async, contract_number, credentials_for
from kwartier.fluvius import Environment
from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched
from kwartier.retention import RetentionPolicy
from kwartier.settings import load_env_file
from kwartier.store import Store, open_store
from kwartier.sync import FluviusSource, Planning, RunPolicy, plan_only, sync
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

READ_AT: Final = datetime(2026, 11, 18, 12, tzinfo=UTC)
ROUND_AT: Final = READ_AT + timedelta(days=1)
SINCE: Final = READ_AT - timedelta(days=7)
MOST_SECONDS, MOST_MEBIBYTES, MEANT_POINTS = 240.0, 700.0, 10_000
HOMES: Final = [f"5414401{g}{s}000000" for g, s in product("012", "012")]
OTHERS: Final = [f"5414501{g}{s}000000" for g, s in product("012", "012")]
UNHURRIED: Final = 2_000


def main(points: int) -> None:
    """Carry out one round, and print what it took."""
    eans = [f"{block}{xxx:03d}" for block in HOMES + OTHERS for xxx in range(900)][:points]
    began = perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_emulator(folder, ROUND_AT, keeps_state=False) as env_file:
            load_env_file(env_file)
            share(eans)
            path = folder / "kwartier.duckdb"
            store = open_store(path, create=True)
            for first in range(0, len(eans), 1_000):
                store.commit([read(ean) for ean in eans[first : first + 1_000]])
            listing, planning = asyncio.run(planned(store))
            prepared = perf_counter() - began
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            told, mebibytes, processor = in_a_process(path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    emulating = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - processor
    say(points, told, mebibytes, processor, emulating, (listing, planning, prepared))


def share(eans: list[str]) -> None:
    """A quarter-hour mandate for each of them."""
    origin = os.environ["FLUVIUS_SANDBOX_BASE_URL"].split("/esco")[0]
    for number, ean in enumerate(eans):
        mandate = {
            "environment": "sandbox",
            "referenceNumber": f"ROUND-{number}",
            "ean": ean,
            "dataServiceType": "VH_kwartier_uur",
            "dataPeriodFrom": f"{SINCE:%Y-%m-%dT%H:%M:%SZ}",
            "status": "Approved",
        }
        kind = {"content-type": "application/json"}
        request = Request(  # noqa: S310
            f"{origin}/_emulator/mandates", json.dumps(mandate).encode(), kind
        )
        urlopen(request).close()  # noqa: S310


def read(ean: str) -> Fetched:
    """What makes everything later come by insert time: it was read once, and nothing was there."""
    scopes = (Scope(Granularity.QUARTER_HOUR, Interval(SINCE, READ_AT)),)
    fetch = Fetch(
        provider="fluvius",
        metering_point=ean,
        energy_type=ELECTRICITY,
        reason=Reason.BACKFILL,
        kind=WindowKind.READ_TIME,
        window=Interval(SINCE, READ_AT),
        granularities=(Granularity.QUARTER_HOUR,),
        scopes=scopes,
        permitted=scopes,
        planned_at=READ_AT,
    )
    table = MEASUREMENTS_SCHEMA.empty_table()
    return Fetched(fetch=fetch, fetched_at=READ_AT, outcome=Outcome.OK, table=table)


async def planned(store: Store) -> tuple[float, float]:
    """Seconds for listing the mandates, and for planning the round."""
    credentials = credentials_for(Environment.SANDBOX)
    async with connect_async(Environment.SANDBOX, credentials) as client:
        source = FluviusSource(client, contract_number(credentials))
        began = perf_counter()
        await source.mandates()
        listed = perf_counter()
        await plan_only(store, source, Planning(), RetentionPolicy())
        ended = perf_counter()
    return listed - began, max(0.0, ended - listed - (listed - began))


def in_a_process(path: Path) -> tuple[dict[str, Any], float, float]:
    """Sync in a process of its own: its report, peak memory in MiB, and processor time."""
    command = [sys.executable, __file__, "--sync", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return told, used.ru_maxrss / unit, used.ru_utime + used.ru_stime


async def round_of(path: Path) -> dict[str, Any]:
    """The round itself."""
    credentials = credentials_for(Environment.SANDBOX)
    pace = {"requests_per_second": UNHURRIED}
    async with connect_async(Environment.SANDBOX, credentials, **pace) as client:
        source = FluviusSource(client, contract_number(credentials))
        report = await sync(open_store(path), source)
    return {
        "fetches": report.fetches,
        "failed": report.failed,
        "inserted": report.inserted,
        "commits": report.commits,
        "seconds": report.seconds,
        "requesting": report.requesting / RunPolicy().concurrency,
        "decoding": report.decoding,
        "committing": report.committing,
    }


def say(
    points: int,
    told: dict[str, Any],
    mebibytes: float,
    processor: float,
    emulating: float,
    before: tuple[float, float, float],
) -> None:
    """Print it."""
    share_of_points = points / MEANT_POINTS
    seconds = told["seconds"]
    listing, planning, prepared = before
    print(
        f"a daily round of {points:,} metering points: {told['fetches']:,} requests, "
        f"{told['failed']} failed, {told['inserted']:,} values, {told['commits']} commits "
        f"(made ready in {prepared:.0f} s; load of the machine {os.getloadavg()[0]:.1f})"
    )
    most = MOST_SECONDS * share_of_points
    print(f"  time        {seconds:7.1f} s    of {most:.0f}: {says(seconds < most)}")
    print(
        f"  processor   {processor:7.1f} s    of the sync, {emulating:.1f} s of the emulator: "
        f"on two idle cores {max(processor, emulating):.0f} to {processor + emulating:.0f} s"
    )
    print(
        f"  its parts: request {told['requesting']:.1f} s ({RunPolicy().concurrency} at once), "
        f"decode {told['decoding']:.1f} s, commit {told['committing']:.1f} s (beside the others), "
        f"list mandates {listing:.1f} s, plan {planning:.1f} s"
    )
    print(f"  peak memory {mebibytes:7.0f} MiB  of 700: {says(mebibytes < MOST_MEBIBYTES)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=500)
    parser.add_argument("--sync", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.sync is None:
        main(given.points)
    else:
        print(json.dumps(asyncio.run(round_of(given.sync))))
