"""Several processes at one store, and processes that die: real ones, with real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import portalocker
import pytest
from portalocker import LockFlags

from kwartier.measurements import Fetched
from kwartier.store import StoreBusyError, open_store
from kwartier.store.duckdb.store import DuckDBStore
from support.measured import EAN, answer, quarters

T0 = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OTHER_EAN = "541440110000000001"

COMMIT_DAYS = """
import sys
from test_store_processes import day_batch
from kwartier.store import open_store
store = open_store(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    store.commit(day_batch(number))
    print(number, flush=True)
"""
HOLD_FOR_WRITING = """
import sys
from pathlib import Path
from kwartier.store.duckdb.connection import writing
sys.argv[0:2] = ["/opt/secret-place/kwartier", "sync", sys.argv[1]]
with writing(Path(sys.argv[-1]), 30):
    print("held", flush=True)
    sys.stdin.read()
"""
HOLD_AS_A_NOTEBOOK_WOULD = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True):
    print("held", flush=True)
    sys.stdin.read()
"""
HOLD_FOR_READING = """
import sys
from pathlib import Path
from kwartier.store.duckdb.connection import reading
with reading(Path(sys.argv[1]), 30):
    print("held", flush=True)
    sys.stdin.read()
"""


def day_batch(number: int) -> list[Fetched]:
    """The answers for two metering points, 96 quarters of one day each."""
    start = T0 + number * DAY
    return [
        answer(quarters(start, [float(number)] * 96, metering_point=ean), metering_point=ean)
        for ean in (EAN, OTHER_EAN)
    ]


Child = subprocess.Popen[str]
Start = Callable[..., Child]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python with a script; what still runs at the end of the test is killed."""
    children: list[Child] = []
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])

    def run(script: str, *arguments: object) -> Child:
        child = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        children.append(child)
        return child

    yield run
    for child in children:
        child.kill()
        child.communicate()


def output(child: Child) -> IO[str]:
    assert child.stdout is not None
    return child.stdout


@contextmanager
def held_by(child: Child) -> Iterator[None]:
    assert output(child).readline() == "held\n"
    yield
    child.communicate("")
    assert child.returncode == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    open_store(path, create=True).commit([answer(quarters(T0 - DAY, [7.0]))])
    return path


def assert_whole(path: Path, at_least: int) -> int:
    """The store holds whole commits only; return how many."""
    store = open_store(path)
    commits = (store.fetches().num_rows - 1) / 2
    rows = sum(batch.num_rows for batch in store.scan()) - 1
    counted = sum(store.coverage()["present"].to_pylist()) - 1
    settled = sum((i.duration for a in store.asked([EAN]) for i in a.settled), timedelta())
    assert commits == int(commits)
    assert commits >= at_least
    assert rows == counted == commits * 192
    assert settled == commits * DAY + timedelta(minutes=15)
    return int(commits)


def test_a_process_killed_in_a_commit_leaves_whole_commits_only(path: Path, start: Start) -> None:
    done = 0
    for more in (1, 2, 3, 1, 2):
        child = start(COMMIT_DAYS, path, done, done + 1000)
        for _ in range(more):
            done = int(output(child).readline()) + 1
        child.send_signal(signal.SIGKILL)
        child.communicate()
        done = assert_whole(path, at_least=done)
    open_store(path).commit(day_batch(done))
    assert_whole(path, at_least=done + 1)


def test_a_reader_beside_a_writer_sees_whole_commits_only(path: Path, start: Start) -> None:
    child = start(COMMIT_DAYS, path, 0, 12)
    seen = 0
    while child.poll() is None:
        rows = sum(batch.num_rows for batch in open_store(path).scan()) - 1
        assert rows % 192 == 0
        assert rows >= seen
        seen = rows
    assert child.returncode == 0
    assert_whole(path, at_least=12)


def write_to(store: DuckDBStore) -> None:
    store.change_customers([], provider="fluvius", now=datetime.now(UTC))


def test_who_waits_in_vain_is_told_who_writes_and_since_when(path: Path, start: Start) -> None:
    child = start(HOLD_FOR_WRITING, "--ean=541440110000000000", path)
    with held_by(child):
        impatient = DuckDBStore(path, wait_seconds=0.05)
        for call in (impatient.customers, lambda: write_to(impatient)):
            with pytest.raises(StoreBusyError) as caught:
                call()
            said = str(caught.value)
            assert f"process {child.pid} (kwartier sync) is writing to it since 20" in said
            assert "secret-place" not in said
            assert EAN not in said


def test_a_writer_is_told_of_readers(path: Path, start: Start) -> None:
    with held_by(start(HOLD_FOR_READING, path)):
        impatient = DuckDBStore(path, wait_seconds=0.05)
        assert impatient.customers() == []
        with pytest.raises(StoreBusyError, match="another process is reading it"):
            write_to(impatient)


def test_a_foreign_program_that_has_the_file_open_is_named(path: Path, start: Start) -> None:
    child = start(HOLD_AS_A_NOTEBOOK_WOULD, path)
    with held_by(child):
        impatient = DuckDBStore(path, wait_seconds=0.05)
        assert impatient.customers() == []
        with pytest.raises(StoreBusyError, match=f"process {child.pid} has the file itself open"):
            write_to(impatient)


def test_who_waits_gets_its_turn(path: Path, start: Start) -> None:
    child = start(HOLD_FOR_WRITING, "", path)
    with held_by(child):
        rows: list[int] = []
        waiting = threading.Thread(target=lambda: rows.append(open_store(path).fetches().num_rows))
        waiting.start()
        assert rows == []
    waiting.join()
    assert rows == [1]


def test_no_reader_comes_in_past_a_waiting_writer(path: Path, start: Start) -> None:
    impatient = DuckDBStore(path, wait_seconds=0)
    with held_by(start(HOLD_FOR_READING, path)):
        writer = start(HOLD_FOR_WRITING, "", path)
        assert "another process is reading it" in refused_at_last(impatient.customers)
    with held_by(writer):
        assert f"process {writer.pid}" in refused_at_last(impatient.customers)
    assert impatient.customers() == []


def test_no_second_writer_comes_in_past_a_waiting_reader(path: Path, start: Start) -> None:
    with held_by(start(HOLD_FOR_WRITING, "", path)):
        reader = start(HOLD_FOR_READING, path)
        until_somebody_stands_in(path.with_name(path.name + ".turn"))
        second = start(HOLD_FOR_WRITING, "", path)
    with held_by(reader):
        assert second.poll() is None
    with held_by(second):
        pass


def refused_at_last(call: Callable[[], object]) -> str:
    """Call until the store is refused; what is said then."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            call()
        except StoreBusyError as error:
            return str(error)
    raise AssertionError("nobody came to wait for the store")


def until_somebody_stands_in(turn: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with turn.open("rb") as file:
            try:
                portalocker.lock(file, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
            except portalocker.LockException:
                return
    raise AssertionError("nobody came to wait for the store")


def test_threads_of_one_process_take_turns(path: Path) -> None:
    store = open_store(path)
    threads = [
        threading.Thread(target=store.commit, args=[day_batch(number)]) for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert assert_whole(path, at_least=6) == 6


@pytest.mark.parametrize(
    ("holder", "says"),
    [
        (HOLD_FOR_WRITING, "(kwartier sync) is writing to it since"),
        (HOLD_AS_A_NOTEBOOK_WOULD, "has the file itself open"),
    ],
)
def test_a_long_wait_is_announced_once_with_who_is_waited_for(
    path: Path, start: Start, caplog: pytest.LogCaptureFixture, holder: str, says: str
) -> None:
    arguments = ("", path) if holder is HOLD_FOR_WRITING else (path,)
    with held_by(start(holder, *arguments)), pytest.raises(StoreBusyError):
        write_to(DuckDBStore(path, wait_seconds=2))
    (record,) = caplog.records
    assert record.getMessage().startswith("waiting for the store: process")
    assert says in record.getMessage()
