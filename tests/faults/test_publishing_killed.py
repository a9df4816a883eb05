"""Publishing that is killed at each of its steps: what is published stays whole, old or new."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwartier.export import publish
from kwartier.store import Store
from support.measured import answer, quarter
from support.stores import empty_store

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
STARTS = [datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 3)]
NO_GRACE = timedelta(0)

PUBLISHERS = """
import os, signal, sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from kwartier.export import publish
from kwartier.export.published import generations
from kwartier.export.published.draft import Draft
from kwartier.export.published.generations import Generations
from kwartier.store import open_store

publishing = import_module(publish.__module__)  # the package's name is the function's

def dies(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def does_and_dies(step):
    def stepped(*args, **more):
        step(*args, **more)
        dies()
    return stepped

class Trash:
    def rmtree(folder):
        next(folder.rglob("*.parquet")).unlink()
        dies()

STEPS = {
    "a draft is begun": (Generations, "begin", does_and_dies(Generations.begin)),
    "a month is written": (Draft, "write", does_and_dies(Draft.write)),
    "all months are written": (publishing, "write_table", dies),
    "the manifest is written": (Generations, "finish", dies),
    "the draft has its place": (Path, "symlink_to", dies),
    "the link is made": (Path, "replace", dies),
    "the link is moved": (Generations, "retire", dies),
    "the old one is out of sight": (generations, "shutil", Trash),
}

store, folder, wall = open_store(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
for line in sys.stdin:
    if not os.fork():
        setattr(*STEPS[line.strip()])
        publish(store, folder, wall=datetime.fromisoformat(wall), grace=timedelta(0))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""
"""Publishes, in a process of its own, for each step that it reads, and is killed there."""

OLD, NEW = "old", "new"
WHAT_IS_LEFT = {
    "a draft is begun": (OLD, {".draft", OLD}),
    "a month is written": (OLD, {".draft", OLD}),
    "all months are written": (OLD, {".draft", OLD}),
    "the manifest is written": (OLD, {".draft", OLD}),
    "the draft has its place": (OLD, {OLD, NEW}),
    "the link is made": (OLD, {OLD, NEW}),
    "the link is moved": (NEW, {OLD, NEW}),
    "the old one is out of sight": (NEW, {".trash", NEW}),
}
"""By step: which generation the world reads after the kill, and what lies beside it."""


@dataclass(frozen=True)
class Published:
    """A store of which a generation is published, and a publisher that can be killed."""

    store: Store
    folder: Path
    publisher: subprocess.Popen[str]

    def killed_when(self, step: str) -> None:
        assert self.publisher.stdin is not None
        assert self.publisher.stdout is not None
        print(step, file=self.publisher.stdin, flush=True)
        assert int(self.publisher.stdout.readline()) == -signal.SIGKILL, step

    def values(self) -> list[float]:
        """What a reader finds."""
        folder = (self.folder / "current").resolve() / "measurements"
        found: list[float] = pq.read_table(folder)["value"].to_pylist()
        return found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    home = tmp_path_factory.mktemp("killed")
    store, folder = empty_store(home / "store.duckdb"), home / "published"
    keep(store, 0)
    publish(store, folder, wall=WALL)
    with subprocess.Popen(
        [sys.executable, "-c", PUBLISHERS, home / "store.duckdb", folder, WALL.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as publisher:
        yield Published(store, folder, publisher)
        assert publisher.stdin is not None
        publisher.stdin.close()


def keep(store: Store, value: float) -> None:
    """Let each of three months hold ``value``, later than what it held before."""
    fetched_at = WALL + timedelta(minutes=value)
    store.commit([answer([quarter(start, value) for start in STARTS], fetched_at=fetched_at)])


@pytest.mark.parametrize("step", WHAT_IS_LEFT)
def test_a_kill_leaves_a_whole_dataset_and_the_next_one_clears_up(
    published: Published, step: str
) -> None:
    [before, *_] = published.values()
    number = int((published.folder / "current").resolve().name)
    keep(published.store, before + 1)
    published.killed_when(step)
    stands, left = WHAT_IS_LEFT[step]
    assert published.values() == [before + (stands == NEW)] * len(STARTS)
    names = {f"{number:08d}": OLD, f"{number + 1:08d}": NEW, f".trash-{number:08d}": ".trash"}
    there = {path.name for path in (published.folder / "generations").iterdir()}
    assert {names.get(name, name) for name in there} == left
    report = publish(published.store, published.folder, wall=WALL, grace=NO_GRACE)
    assert published.values() == [before + 1] * len(STARTS)
    assert {path.name for path in (published.folder / "generations").iterdir()} == {
        report.folder.name
    }
    assert {path.name for path in published.folder.iterdir()} == {
        ".publishing",
        "current",
        "generations",
    }
