"""Backups while others use the store, backups that are cut off, and the folder that they lie in."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from kwartier.store import StoreError, open_store
from kwartier.store.backups import back_up, restore_store
from support.backups import T0, rows, visible
from support.cli import Cli
from support.measured import NOW, answer, quarters
from support.retention import list_mandate, order, until

DAY = timedelta(days=1)

COMMIT_DAYS = """
import sys
from datetime import UTC, datetime, timedelta
from kwartier.store import open_store
from support.measured import answer, quarters
for number in range(1, 1000):
    start = datetime(2026, 1, 1, tzinfo=UTC) + number * timedelta(days=1)
    open_store(sys.argv[1]).commit([answer(quarters(start, [float(number)] * 96))])
    print(number, flush=True)
"""
KILLED_AT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kwartier.store.backups import back_up, restore_store
from kwartier.store.duckdb import backup, restore

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after_half_the_copy(source, target=None):
    target.write(source.read(100_000))
    target.flush()
    kill()

store, folder = Path(sys.argv[1]), Path(sys.argv[2])
made, now = folder / "whole-20260101T000000Z.duckdb", datetime(2026, 1, 2, tzinfo=UTC)
back_up(store, made, now=now)
moments = {
    "half-20260101T000000Z.duckdb": (backup, "copy_and_digest", after_half_the_copy),
    "checked-20260101T000000Z.duckdb": (backup, "_appear", kill),
    "told-20260101T000000Z.duckdb": (backup.Path, "replace", None),
}
replace = backup.Path.replace

def replace_manifest_only(self, target):
    replace(self, target) if str(target).endswith(".json") else kill()

for name, (module, word, instead) in moments.items():
    if not os.fork():
        setattr(module, word, instead or replace_manifest_only)
        back_up(store, folder / name, now=now)
    assert os.wait()[1] == signal.SIGKILL
for instead in (after_half_the_copy, None):
    if not os.fork():
        if instead:
            restore.copy_and_digest = instead
        else:
            restore.settle = kill
        restore_store(made, store, force=True, now=now)
    assert os.wait()[1] == signal.SIGKILL
"""


def run(script: str, *arguments: Path) -> subprocess.Popen[str]:
    support = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": support},
    )


def test_a_backup_made_while_a_sync_commits_holds_whole_commits_and_stops_nobody(
    path: Path, folder: Path
) -> None:
    child = run(COMMIT_DAYS, path)
    assert child.stdout is not None
    try:
        for number in range(2):
            child.stdout.readline()
            backup = folder / f"{number}.duckdb"
            manifest = back_up(path, backup, now=NOW)
            assert (rows(backup) - 3) % 96 == 0
            assert rows(backup) == manifest.rows["values"] > number * 96
            assert child.poll() is None
        assert int(child.stdout.readline()) >= 2, "the commits go on"
    finally:
        child.kill()
        child.communicate()
    assert rows(path) >= rows(backup)


def test_a_manifest_tells_what_the_backup_is(path: Path, folder: Path) -> None:
    backup = folder / "b.duckdb"
    back_up(path, backup, now=NOW)
    manifest = json.loads((folder / "b.duckdb.json").read_bytes())
    content = backup.read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert (manifest["bytes"], manifest["file"]) == (len(content), "b.duckdb")
    assert datetime.fromisoformat(manifest["created_at"]) == NOW
    assert manifest["rows"]["values"] == 3
    assert backup.stat().st_mode & 0o077 == 0
    with duckdb.connect(str(backup), read_only=True) as connection:
        then = "SELECT count(*) FROM measurements_as_of('2026-11-20 12:00:00+00')"
        assert connection.execute(then).fetchall() == [(3,)]


def test_what_a_kill_left_in_the_log_is_in_the_backup(path: Path, folder: Path) -> None:
    script = (
        "import duckdb, os, signal, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute(\"INSERT INTO customers VALUES ('c-9', 'Zoe', 'B2C', NULL, 'nl', NULL)\");"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    run(script, path).communicate()
    assert path.with_name("kwartier.duckdb.wal").exists()
    back_up(path, folder / "b.duckdb", now=NOW)
    [customer] = open_store(folder / "b.duckdb").customers()
    assert customer.customer_id == "c-9"


def test_killed_at_any_moment_neither_backup_nor_restore_leaves_anything_half(
    path: Path, folder: Path
) -> None:
    before = path.read_bytes()
    killing = run(KILLED_AT, path, folder)
    killing.communicate()
    assert killing.returncode == 0
    whole = "whole-20260101T000000Z.duckdb"
    data = {name for name in visible(folder) if name.endswith(".duckdb")}
    assert {name for name in data if not name.startswith(".")} == {whole}
    assert path.read_bytes() == before
    assert rows(path) == 3
    back_up(path, folder / "next.duckdb", now=NOW)
    assert visible(folder) == {whole, f"{whole}.json", "next.duckdb", "next.duckdb.json"}
    restore_store(folder / whole, path, force=True, now=NOW)
    assert rows(path) == 3


def test_a_full_disk_leaves_no_backup_and_the_store_as_it_was(path: Path, folder: Path) -> None:
    script = (
        "import resource, sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from kwartier.store import StoreError;"
        "from kwartier.store.backups import back_up, restore_store;"
        "now = datetime(2026, 1, 1, tzinfo=UTC); store, folder = map(Path, sys.argv[1:]);"
        "back_up(store, folder / 'whole.duckdb', now=now);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "for act in (lambda: back_up(store, folder / 'b.duckdb', now=now),"
        " lambda: restore_store(folder / 'whole.duckdb', store, force=True, now=now)):\n"
        "    try: act()\n"
        "    except StoreError as error: print(error)\n"
    )
    before = path.read_bytes()
    said, _ = run(script, path, folder).communicate()
    assert said.count("that the disk has room") == 2
    assert visible(folder) == {"whole.duckdb", "whole.duckdb.json"}
    assert path.read_bytes() == before
    assert rows(path) == 3


def test_a_backup_folder_serves_one_store(path: Path, folder: Path) -> None:
    open_store(path).commit([answer(quarters(T0 + DAY, [5.0]))])
    list_mandate(open_store(path))
    open_store(path).retract([order(until(T0 + DAY))], at=NOW)
    back_up(path, folder / "a.duckdb", now=NOW)
    (folder / f"{path.name}.receipts.jsonl").write_text("{}\n")
    with pytest.raises(StoreError, match="are not of one store"):
        back_up(path, folder / "b.duckdb", now=NOW)
    assert not (folder / "b.duckdb").exists()


def test_one_backup_at_a_time_is_made_in_a_folder(path: Path, folder: Path) -> None:
    holding = (
        "import portalocker, sys; file = open(sys.argv[1], 'a');"
        "portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE); print('held', flush=True);"
        "sys.stdin.read()"
    )
    child = run(holding, folder / ".kwartier-backup.lock")
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match="another backup is being made"):
        back_up(path, folder / "b.duckdb", now=NOW)
    child.kill()
    child.communicate()
    back_up(path, folder / "b.duckdb", now=NOW)
    with pytest.raises(StoreError, match="is there already"):
        back_up(path, folder / "b.duckdb", now=NOW)


def test_the_commands_back_up_with_the_time_in_the_name_keep_a_few_and_restore(
    path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(path.parent, {}, capsys)
    for day in (1, 2, 3):
        for ending in ("", ".json"):
            (folder / f"kwartier-2026010{day}T000000Z.duckdb{ending}").write_text("old")
    (folder / "other-20260101T000000Z.duckdb").write_text("not ours")
    made = cli.json("backup", str(folder), "--keep", "2")
    assert [Path(one).name for one in made["removed"]] == [
        "kwartier-20260101T000000Z.duckdb",
        "kwartier-20260102T000000Z.duckdb",
    ]
    assert {name for name in visible(folder) if not name.endswith(".json")} == {
        "kwartier-20260103T000000Z.duckdb",
        "other-20260101T000000Z.duckdb",
        Path(made["file"]).name,
    }
    assert "3 values in" in cli("backup", str(folder / "own.duckdb"))
    assert "--force: is needed" in cli("restore", made["file"], code=2)
    said = cli("restore", made["file"], "--force")
    assert "The former store is kept as" in said
    assert rows(path) == 3
    assert "is a folder" in cli("restore", str(folder), code=2)
    assert "make it first" in cli("backup", str(folder / "nowhere" / "x.duckdb"), code=1)
    assert "needs a folder" in cli("backup", str(folder / "x.duckdb"), "--keep", "2", code=2)
    assert "must be at least 1" in cli("backup", str(folder), "--keep", "0", code=2)
