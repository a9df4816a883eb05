"""A sync that is cut off, stopped, or that shares the store with others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from kwartier.cli.app import run
from kwartier.emulator.thread import EmulatorThread
from kwartier.measurements import SERIES_COLUMNS
from kwartier.store import open_store
from support.cli import Cli
from support.emulators import FROZEN_AT

SMALL_COMMITS = str(Path(__file__).parents[1] / "support" / "sync_in_small_commits.py")
START = "2026-09-20"
HOUSEHOLDS = [f"541440110000000{number}" for number in (110, 215, 320, 425)]
GAS = ["541441010000000110", "541441010000000215"]


@dataclass(frozen=True)
class World:
    """Six metering points shared for two months, the clock changing in between; in ``consented``
    nothing is fetched yet, ``undisturbed`` is what a sync makes of it, ``holding`` what it holds.
    """

    env: Mapping[str, str]
    consented: Path
    undisturbed: Path
    holding: Mapping[str, pa.Table]
    syncs: subprocess.Popen[str]

    def sync_in_small_commits(self, store: Path, step: str | None = None, times: int = 1) -> int:
        """The exit code of a sync that may be killed at a step (see the script)."""
        assert self.syncs.stdin is not None
        assert self.syncs.stdout is not None
        print(json.dumps([str(store), step, times]), file=self.syncs.stdin, flush=True)
        return int(self.syncs.stdout.readline())


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, running_emulators: list[EmulatorThread]
) -> Iterator[World]:
    home = tmp_path_factory.mktemp("interrupted")
    emulator = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(emulator)
    with subprocess.Popen(
        [sys.executable, SMALL_COMMITS],
        env={**os.environ, **emulator.env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as syncs:
        consented, undisturbed = home / "consented.duckdb", home / "undisturbed.duckdb"
        holding: dict[str, pa.Table] = {}
        made = World(emulator.env, consented, undisturbed, holding, syncs)
        with pytest.MonkeyPatch.context() as patched:
            for name, value in emulator.env.items():
                patched.setenv(name, value)
            consent(consented, HOUSEHOLDS + GAS)
        shutil.copyfile(consented, undisturbed)
        assert made.sync_in_small_commits(undisturbed) == 0
        holding |= everything(undisturbed)
        assert holding["values"].num_rows > 40_000
        yield made
        assert syncs.stdin is not None
        syncs.stdin.close()


@pytest.fixture
def consented(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    """The command line over a store of its own, in which nothing is fetched yet."""
    for name, value in world.env.items():
        monkeypatch.setenv(name, value)
    cli = Cli(tmp_path, world.env, capsys)
    shutil.copyfile(world.consented, cli.store)
    return cli


def consent(store: Path, eans: list[str]) -> None:
    for command in (["customers", "add", "c-1"], *(["mock-mandate", "c-1", ean] for ean in eans)):
        begin = ["--from", START] if command[0] == "mock-mandate" else []
        assert run([*command, *begin, "--store", str(store)]) == 0


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


def has_mandates(path: Path, more_than: int = 0) -> bool:
    """Whether a sync has begun: it records the mandates first."""
    return path.exists() and len(open_store(path).mandates()) > more_than


NOTHING, SOME = "nothing", "some"


@pytest.mark.parametrize(
    ("step", "times", "kept"),
    [
        ("mandates are recorded", 1, NOTHING),
        ("an answer is received", 10, SOME),
        ("a commit is asked for", 1, NOTHING),
        ("values are merged", 1, NOTHING),
        ("a commit is done", 1, SOME),
        ("values are merged", 3, SOME),
    ],
)
def test_killed_and_run_again_the_store_is_that_of_an_undisturbed_run(
    world: World, consented: Cli, step: str, times: int, kept: str
) -> None:
    assert world.sync_in_small_commits(consented.store, step, times) == -signal.SIGKILL
    assert has_mandates(consented.store)
    rows = sum(batch.num_rows for batch in open_store(consented.store).scan())
    assert (0 < rows < world.holding["values"].num_rows) == (kept == SOME)
    assert (rows == 0) == (kept == NOTHING)
    consented("sync")
    again = everything(consented.store)
    for name, table in world.holding.items():
        assert again[name].equals(table), f"{name} differ"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_sync_cleanly_and_the_next_goes_on(
    world: World, consented: Cli, number: signal.Signals
) -> None:
    process = consented.start("sync", "--json")
    while process.poll() is None and not has_mandates(consented.store):
        time.sleep(0.01)
    process.send_signal(number)
    out, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    report = json.loads(out)
    assert (process.returncode, report["stopped"]) in {(3, True), (0, False)}
    consented("sync")
    assert everything(consented.store)["values"].equals(world.holding["values"])
    assert consented.json("sync")["inserted"] == 0


def test_while_a_sync_runs_peaks_are_answered(cli: Cli) -> None:
    consent(cli.store, HOUSEHOLDS[:1])
    cli("sync")
    consent(cli.store, [f"5414401100000005{number:02d}" for number in range(6)])
    process = cli.start("sync")
    answered, lowest = 0, 0
    while process.poll() is None:
        lowest = max(lowest, os.getpriority(os.PRIO_PROCESS, process.pid))
        has_begun = has_mandates(cli.store, more_than=1)
        cli.json("peaks", "--point", HOUSEHOLDS[0])
        answered += has_begun and process.poll() is None
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert answered >= 1
    assert lowest > os.getpriority(os.PRIO_PROCESS, 0), "the sync lets others go first"


def test_two_syncs_at_once_end_with_the_same_store_as_one(world: World, consented: Cli) -> None:
    both = [consented.start("sync") for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert everything(consented.store)["values"].equals(world.holding["values"])
