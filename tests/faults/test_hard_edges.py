"""What a store meets in years of service: full disks, damaged files, folders that refuse, upgrades
and clocks gone wrong. Each ends with a line that says what to do, and loses nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from kwartier.store import Store, StoreError, open_store
from support.cli import Cli
from support.emulators import FROZEN_AT, FreshEmulator
from support.measured import EAN, answer, quarters
from support.stores import empty_store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

UNDER_LIMITS = """
import os, resource, shutil, sys
from datetime import UTC, datetime
from pathlib import Path
from kwartier.store import StoreError, open_store
from support.measured import answer, quarters
store, limits = Path(sys.argv[1]), [int(text) for text in sys.argv[2:]]
values = [i * 0.001 + (i * i % 977) for i in range(8_000)]
batch = [answer(quarters(datetime(2024, 1, 1, tzinfo=UTC), values))]
for limit in limits:
    copy = store.with_name(f"{limit}.duckdb")
    shutil.copyfile(store, copy)
    if not os.fork():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        for path in (copy, copy.with_name(f"new-{limit}.duckdb")):
            try:
                open_store(path, create=True).commit(batch)
            except StoreError as error:
                print(f"refused: {error}", flush=True)
            else:
                print("committed", flush=True)
        os._exit(0)
    assert os.wait()[1] == 0
"""
AS_ANYONE = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from kwartier.store import StoreError, open_store
from kwartier.store.backups import back_up
from support.measured import answer, quarters
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
folder = Path(sys.argv[1])
store, new = open_store(folder / "store.duckdb"), open_store(folder / "new.duckdb")
now = datetime(2026, 1, 1, tzinfo=UTC)
for act in (
    lambda: store.commit([answer(quarters(now, [1.0]))]),
    lambda: open_store(folder / "new.duckdb", create=True),
    lambda: back_up(folder / "store.duckdb", folder / "backup.duckdb", now=now),
    lambda: print(f"{sum(batch.num_rows for batch in store.scan())} rows"),
):
    try:
        act()
    except StoreError as error:
        print(f"refused: {error}")
"""
KILLED_WITH_A_LOG = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kwartier.store.duckdb.connection import writing
from kwartier.store.duckdb.merge import merge_batch
from support.measured import answer, quarters
with writing(Path(sys.argv[1]), 5) as connection:
    merge_batch(connection, [answer(quarters(datetime(2026, 1, 2, tzinfo=UTC), [2.0] * 10))])
    connection.execute("COMMIT")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )


def rows(path: Path) -> int:
    return sum(batch.num_rows for batch in open_store(path).scan())


@pytest.fixture(scope="module")
def ten_values(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a store of ten values."""
    path = tmp_path_factory.mktemp("ten") / "store.duckdb"
    empty_store(path).commit([answer(quarters(T0, [float(i) for i in range(10)]))])
    return path.read_bytes()


@pytest.fixture
def path(ten_values: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    path.write_bytes(ten_values)
    return path


def test_a_store_of_a_newer_kwartier_is_left_untouched(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET version = 99")
    cli = Cli(path.parent, {}, capsys)
    cli.store = path
    before = path.read_bytes()
    for command in (["peaks"], ["revisions"], ["customers", "add", "c-1"], ["migrate"]):
        assert "has store version 99, this kwartier knows" in cli(*command, code=1)
    assert path.read_bytes() == before


def test_whenever_the_disk_is_full_a_commit_is_there_or_not_at_all(path: Path) -> None:
    limits = [1_000, 100_000, 400_000, 20_000_000]
    before = rows(path)
    told = run(UNDER_LIMITS, path, *limits).stdout.splitlines()
    assert len(told) == 2 * len(limits)
    assert any("refused" in line for line in told)
    assert "committed" in told
    for limit, (again, anew) in zip(limits, zip(told[::2], told[1::2], strict=True), strict=True):
        copy, new = path.with_name(f"{limit}.duckdb"), path.with_name(f"new-{limit}.duckdb")
        assert again == "committed" or "nothing was half-written" in again
        assert rows(copy) == before + (8_000 if again == "committed" else 0)
        if new.exists():
            assert rows(new) == (8_000 if anew == "committed" else 0)
        else:
            assert anew.startswith("refused")
        assert not new.with_name(new.name + ".new").exists()
        assert open_store(copy).commit([answer(quarters(T0 + DAY, [1.0]))]).inserted == 1


@pytest.fixture
def refusing_folder() -> Iterator[Path]:
    """A folder with a store, both of which may be read and not written; where anyone may come."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty_store(folder / "store.duckdb").commit([answer(quarters(T0, [1.0] * 4))])
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_in_a_folder_that_may_not_be_written_reading_goes_on(refusing_folder: Path) -> None:
    before = {one.name: one.read_bytes() for one in refusing_folder.iterdir()}
    done = run(AS_ANYONE, refusing_folder)
    commit, create, backup, scan = done.stdout.splitlines()
    for said in (commit, create):
        assert "check that the folder exists and that you may write in it" in said
    assert "that you may write in it and that the disk has room" in backup
    assert scan == "4 rows"
    assert {one.name: one.read_bytes() for one in refusing_folder.iterdir()} == before


def everything(store: Store) -> list[object]:
    """All that the store holds, in some form that can be compared."""
    with store.snapshot() as seen:
        values = sorted(repr(row) for batch in seen.scan() for row in batch.to_pylist())
        tables = (seen.coverage(), seen.revisions(), seen.changes(), seen.fetches())
        return [values, *(table.to_pylist() for table in tables), seen.mandates(), seen.ledger()]


def test_a_damaged_file_is_noticed_or_tells_what_it_always_told(path: Path) -> None:
    content, whole = path.read_bytes(), everything(open_store(path))
    used = [place for place in range(0, len(content), 4096) if any(content[place : place + 4096])]
    noticed = 0
    for number, place in enumerate(used[:: max(1, len(used) // 10)]):
        damaged = bytearray(content)
        damaged[place + 16 + number] ^= 0x10
        noticed += is_noticed(path, bytes(damaged), whole)
    for share in (0.1, 0.5, 0.9):
        noticed += is_noticed(path, content[: used[int(share * len(used))]], whole)
    assert noticed >= 8


def is_noticed(path: Path, damaged: bytes, whole: list[object]) -> bool:
    """Whether reading the damaged file is refused; if not, it tells all that the whole one did."""
    path.write_bytes(damaged)
    try:
        assert everything(open_store(path)) == whole
    except StoreError as error:
        assert "is damaged" in str(error)
        assert "restore a backup (`kwartier restore`)" in str(error)
        return True
    finally:
        assert path.read_bytes() == damaged
    return False


@pytest.fixture(scope="module")
def left_by_a_kill(ten_values: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose last commit, of ten more rows, lies in the log only."""
    path = tmp_path_factory.mktemp("killed") / "store.duckdb"
    path.write_bytes(ten_values)
    assert run(KILLED_WITH_A_LOG, path).returncode == -signal.SIGKILL
    return path


@pytest.fixture
def killed(left_by_a_kill: Path, tmp_path: Path) -> Path:
    """A copy of it to do with as one likes."""
    path = tmp_path / "store.duckdb"
    shutil.copyfile(left_by_a_kill, path)
    shutil.copyfile(log_of(left_by_a_kill), log_of(path))
    return path


def log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def test_what_a_kill_left_in_the_log_is_read_and_then_worked_in(killed: Path) -> None:
    assert rows(killed) == 20
    open_store(killed).commit([answer(quarters(T0 + 2 * DAY, [1.0]))])
    assert not log_of(killed).exists()
    assert rows(killed) == 21


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_log_that_was_cut_off_gives_the_commits_before(killed: Path, share: float) -> None:
    log = log_of(killed)
    log.write_bytes(log.read_bytes()[: int(share * log.stat().st_size)])
    assert rows(killed) == 10
    open_store(killed).commit([answer(quarters(T0 + 2 * DAY, [1.0]))])
    assert rows(killed) == 11


def test_a_damaged_log_is_named_and_without_it_the_store_is_as_before(killed: Path) -> None:
    log = log_of(killed)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    writes: list[Callable[[Store], object]] = [
        lambda store: store.commit([answer(quarters(T0, [1.0]))]),
        lambda store: store.fetches(),
    ]
    for call in writes:
        with pytest.raises(StoreError, match=r"\.wal is damaged .*: move it elsewhere"):
            call(open_store(killed))
    log.rename(log.with_suffix(".aside"))
    assert rows(killed) == 10


def test_a_missing_folder_is_named_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(tmp_path, {}, capsys)
    cli.store = tmp_path / "nowhere" / "store.duckdb"
    assert "check that the folder exists" in cli("customers", "add", "c-1", code=1)
    for command in (["peaks"], ["revisions"], ["migrate"], ["backup", str(tmp_path)]):
        assert "there is no store at" in cli(*command, code=1)
    assert list(tmp_path.iterdir()) == []


def test_a_providers_clock_that_jumped_is_not_believed_and_then_the_sync_goes_on(
    fresh_emulator: FreshEmulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    emulator = fresh_emulator()
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    cli = Cli(tmp_path, emulator.env, capsys)
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", EAN, "--from", "2026-11-18")
    cli("sync")
    before = everything(open_store(cli.store))

    for back in (timedelta(minutes=10), timedelta(days=40)):
        emulator.world.clock.set(FROZEN_AT - back)
        said = cli("sync", code=1)
        assert "but the store holds answers of 2026-11-20 12:00 UTC" in said
        assert "run it again later" in said

    ahead = datetime.now(UTC) + timedelta(days=800)
    emulator.world.clock.set(ahead)
    with monkeypatch.context() as real:
        real.delenv("KWARTIER_CLOCK")
        for command in ("sync", "mandates"):
            said = cli(command, code=1)
            assert f"the provider says that it is {ahead:%Y-%m-%d %H:%M} UTC" in said
            assert "nothing of this was kept" in said

    assert everything(open_store(cli.store)) == before
    emulator.world.clock.set(FROZEN_AT - timedelta(minutes=9))
    cli("sync")
    emulator.world.clock.set(FROZEN_AT + DAY)
    assert cli.json("sync")["inserted"] > 90
