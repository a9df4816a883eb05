"""A sync that is cut off, stopped, or that shares the store with others."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from kwartier.measurements import SERIES_COLUMNS
from kwartier.store import open_store
from support.cli import Cli

SMALL_COMMITS = str(Path(__file__).parents[1] / "support" / "sync_in_small_commits.py")
START = "2026-05-01"
HOUSEHOLDS = [f"541440110000000{number}" for number in (110, 215, 320, 425)]
GAS = ["541441010000000110", "541441010000000215"]


@pytest.fixture
def consented(cli: Cli) -> Cli:
    """Six metering points shared for half a year, nothing fetched yet; a frozen clock."""
    cli("customers", "add", "c-1")
    for ean in HOUSEHOLDS + GAS:
        cli("mock-mandate", "c-1", ean, "--from", START)
    return cli


def everything(path: Path) -> dict[str, pa.Table]:
    """All that a store holds of the metering points, in an order of its own."""
    store = open_store(path)
    by_key = [(name, "ascending") for name in (*SERIES_COLUMNS, "start")]
    by_day = [(name, "ascending") for name in (*SERIES_COLUMNS, "day")]
    values = pa.Table.from_batches(list(store.scan()))
    return {
        "values": _plain(values).sort_by(by_key),
        "coverage": _plain(store.coverage()).sort_by(by_day),
        "revisions": _plain(store.revisions()),
    }


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries, whose order is a store's own affair."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def has_mandates(path: Path) -> bool:
    """Whether a sync has begun: it records the mandates first."""
    return path.exists() and bool(open_store(path).mandates())


def run_to_the_end(cli: Cli) -> None:
    _, said = (process := cli.start("sync")).communicate(timeout=120)
    assert process.returncode == 0, said


def sync_in_small_commits(cli: Cli) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SMALL_COMMITS, str(cli.store)],
        env={**os.environ, **cli.env},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_at_random_instants_and_run_again_the_store_is_that_of_an_undisturbed_run(
    consented: Cli,
) -> None:
    began = time.monotonic()
    _, said = (process := sync_in_small_commits(consented)).communicate(timeout=120)
    seconds = time.monotonic() - began
    assert process.returncode == 0, said
    undisturbed = everything(consented.store)
    assert undisturbed["values"].num_rows > 150_000
    chance = random.Random(20261120)
    for attempt in range(5):
        consented.store = consented.folder / f"killed-{attempt}.duckdb"
        process = sync_in_small_commits(consented)
        time.sleep(seconds * chance.uniform(0.3, 1.0))
        process.kill()
        process.communicate()
        run_to_the_end(consented)
        again = everything(consented.store)
        for name, table in undisturbed.items():
            assert again[name].equals(table), f"{name} differ after kill {attempt}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_sync_cleanly_and_the_next_goes_on(
    consented: Cli, number: signal.Signals
) -> None:
    process = consented.start("sync", "--json")
    while process.poll() is None and not has_mandates(consented.store):
        time.sleep(0.01)
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    report = json.loads(out)
    assert (process.returncode, report["stopped"]) in {(3, True), (0, False)}
    run_to_the_end(consented)
    assert consented.json("sync")["inserted"] == 0


def test_while_a_sync_runs_peaks_are_answered(consented: Cli) -> None:
    run_to_the_end(consented)
    for number in range(8):
        consented("mock-mandate", "c-1", f"5414401100000005{number:02d}", "--from", START)
    process = consented.start("sync")
    answered, lowest = 0, 0
    while process.poll() is None:
        lowest = max(lowest, os.getpriority(os.PRIO_PROCESS, process.pid))
        consented.json("peaks", "--point", HOUSEHOLDS[0])
        answered += process.poll() is None
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert answered >= 1
    assert lowest > os.getpriority(os.PRIO_PROCESS, 0), "the sync lets others go first"


def test_two_syncs_at_once_end_with_the_same_store_as_one(consented: Cli) -> None:
    run_to_the_end(consented)
    alone = everything(consented.store)
    consented.store = consented.folder / "shared.duckdb"
    both = [consented.start("sync") for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert everything(consented.store)["values"].equals(alone["values"])
