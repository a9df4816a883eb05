"""Backups while others use the store, backups that are cut off, and restoring what is damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kwartier.errors import InputError
from kwartier.retention import Decision, DecisionKind, RetentionPolicy, verify_chain
from kwartier.store import StoreError, StoreVersionError, open_store
from kwartier.store.backups import back_up, restore_store
from kwartier.sync import enforce
from kwartier.vocabulary.granularity import Granularity
from support.cli import Cli
from support.measured import NOW, answer, quarters
from support.retention import found_in, list_mandate, order, until
from support.stores import empty_store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
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


@pytest.fixture(scope="module")
def three_values(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a store of three values."""
    path = tmp_path_factory.mktemp("three") / "kwartier.duckdb"
    empty_store(path).commit([answer(quarters(T0, [1.0, None, 3.0]))])
    return path.read_bytes()


@pytest.fixture
def path(three_values: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "kwartier.duckdb"
    path.write_bytes(three_values)
    path.chmod(0o600)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def run(script: str, *arguments: Path) -> subprocess.Popen[str]:
    support = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": support},
    )


def rows(path: Path) -> int:
    return sum(batch.num_rows for batch in open_store(path).scan())


def visible(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if one.name != ".kwartier-backup.lock"}


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


def test_a_restored_store_is_the_one_that_was_backed_up(path: Path, folder: Path) -> None:
    backup = folder / "b.duckdb"
    back_up(path, backup, now=NOW)
    open_store(path).commit([answer(quarters(T0 + DAY, [5.0] * 4))])
    with pytest.raises(InputError, match="--force: is needed"):
        restore_store(backup, path, now=NOW)
    assert rows(path) == 7
    restored = restore_store(backup, path, force=True, now=NOW)
    assert rows(path) == 3
    assert restored.former == path.with_name("kwartier-before-restore-20261120T120000Z.duckdb")
    open_store(path).commit([answer(quarters(T0 + DAY, [6.0]))])
    assert rows(restored.former) == 7, "the former store is whole and apart"
    elsewhere = restore_store(backup, path.with_name("other.duckdb"), now=NOW)
    assert elsewhere.former is None
    assert rows(path.with_name("other.duckdb")) == 3


@pytest.fixture(scope="module")
def backed_up(three_values: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the store of three values, with its manifest."""
    folder = tmp_path_factory.mktemp("backed-up")
    (folder / "kwartier.duckdb").write_bytes(three_values)
    back_up(folder / "kwartier.duckdb", folder / "b.duckdb", now=NOW)
    return folder / "b.duckdb"


@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "lost manifest", "odd manifest"])
def test_a_damaged_backup_is_refused_and_the_store_stays(
    backed_up: Path, path: Path, folder: Path, damage: str
) -> None:
    backup, manifest = folder / "b.duckdb", folder / "b.duckdb.json"
    content = bytearray(backed_up.read_bytes())
    shutil.copyfile(backed_up.with_name(manifest.name), manifest)
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    elif damage == "cut":
        content = content[:-4096]
    elif damage == "longer":
        content += b"x"
    backup.write_bytes(content)
    if damage == "lost manifest":
        manifest.unlink()
    elif damage == "odd manifest":
        manifest.write_text("{}")
    before = path.read_bytes()
    says = "is damaged" if damage in {"flipped", "cut", "longer"} else "manifest|keep them together"
    with pytest.raises(StoreError, match=says):
        restore_store(backup, path, force=True, now=NOW)
    assert path.read_bytes() == before
    assert not [one for one in path.parent.iterdir() if one.suffix in {".new", ".wal"}]


def test_a_backup_of_a_newer_version_is_refused(path: Path, folder: Path) -> None:
    backup, manifest = folder / "b.duckdb", folder / "b.duckdb.json"
    back_up(path, backup, now=NOW)
    told: dict[str, Any] = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps(told | {"store_version": 99}))
    with pytest.raises(StoreVersionError, match=r"has store version 99, .* upgrade kwartier"):
        restore_store(backup, path, force=True, now=NOW)
    assert rows(path) == 3


def test_a_store_that_cannot_be_opened_any_more_is_kept_beside_with_its_log(
    path: Path, folder: Path
) -> None:
    back_up(path, folder / "b.duckdb", now=NOW)
    broken = path.read_bytes()[:8192] + b"\0" * 100_000
    path.write_bytes(broken)
    path.with_name("kwartier.duckdb.wal").write_bytes(b"log")
    restored = restore_store(folder / "b.duckdb", path, force=True, now=NOW)
    assert rows(path) == 3
    assert restored.former is not None
    assert restored.former.read_bytes() == broken
    assert restored.former.with_name(restored.former.name + ".wal").read_bytes() == b"log"


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


def test_what_was_erased_since_a_backup_is_not_brought_back(path: Path, folder: Path) -> None:
    list_mandate(open_store(path))
    marker = 1234567.890625
    rows_since = quarters(T0 + DAY, [marker] * 4)
    open_store(path).commit([answer(rows_since)])
    back_up(path, folder / "before.duckdb", now=NOW)
    [receipt] = open_store(path).retract([order(until(T0 + DAY))], at=NOW)
    open_store(path).rewrite()
    restored = restore_store(folder / "before.duckdb", path, force=True, now=NOW)
    assert restored.replayed == 1
    assert rows(path) == 3
    assert open_store(path).receipts() == [receipt]
    assert struct.pack("<d", marker) not in path.read_bytes()
    back_up(path, folder / "after.duckdb", now=NOW)
    elsewhere = path.with_name("elsewhere.duckdb")
    assert restore_store(folder / "before.duckdb", elsewhere, now=NOW).replayed == 1
    assert rows(elsewhere) == 3
    assert open_store(elsewhere).receipts_beside() == [receipt]
    later = restore_store(folder / "after.duckdb", elsewhere, force=True, now=NOW + DAY)
    assert later.replayed == 0


def test_a_former_store_holds_what_is_erased_no_longer_than_the_store_does(path: Path) -> None:
    list_mandate(open_store(path))
    marker, folder = 7654321.890625, path.parent
    open_store(path).commit([answer(quarters(T0 + DAY, [marker] * 4))])
    back_up(path, folder / "backup.duckdb", now=NOW)
    formers = [
        restore_store(folder / "backup.duckdb", path, force=True, now=NOW + number * DAY).former
        for number in range(2)
    ]
    assert open_store(path).former_stores() == formers
    assert struct.pack("<d", marker) in (formers[0] or path).read_bytes()
    wal = path.with_name(f"{formers[0].name if formers[0] else ''}.wal")
    wal.write_bytes(b"log")
    mine = path.with_name("kwartier-before-restore-my-own.duckdb")
    mine.write_bytes(b"not ours to delete")
    draft = folder / f"{path.name}.new"
    draft.write_bytes(b"left by a restore that was killed")
    list_mandate(open_store(path), period_end=T0 + DAY)
    assert not draft.exists()
    enforced = enforce(open_store(path), now=NOW, policy=RetentionPolicy())
    assert ([one.values for one in enforced.receipts], list(enforced.former)) == ([4], formers)
    left = {one.name for one in folder.iterdir() if one.suffix != ".lock"}
    assert mine.name in left
    assert not {wal.name, *(one.name for one in formers if one)} & left
    assert {name for name, _ in found_in(folder, [marker])} == {"backup.duckdb"}


def test_a_suppression_is_remembered_though_there_was_nothing_to_erase(
    path: Path, folder: Path
) -> None:
    store = open_store(path)
    list_mandate(store, granularities=frozenset({Granularity.DAY, Granularity.QUARTER_HOUR}))
    back_up(path, folder / "before.duckdb", now=NOW)
    suppress = Decision(
        kind=DecisionKind.SUPPRESS, mandate_id=1, decided_at=NOW, decided_by="An", why="asked"
    )
    store.decide([suppress])
    told = store.receipts()
    assert [one.granularity for one in told] == [Granularity.DAY, Granularity.QUARTER_HOUR]
    assert {(one.values, one.revisions, one.days, one.bounds) for one in told} == {(0, 0, 0, ())}
    assert (verify_chain(told), store.receipts_beside(), store.erasing()) == (None, told, [])
    restored = restore_store(folder / "before.duckdb", path, force=True, now=NOW)
    assert (restored.replayed, rows(path)) == (2, 3)
    (again,) = store.decisions()
    assert (again.kind, again.mandate_id, again.period) == (
        DecisionKind.SUPPRESS,
        1,
        suppress.period,
    )
    assert (store.receipts(), store.erasing()) == (told, [])


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
    assert "make it first" in cli("backup", str(folder / "nowhere"), code=2)
    assert "needs a folder" in cli("backup", str(folder / "x.duckdb"), "--keep", "2", code=2)
    assert "must be at least 1" in cli("backup", str(folder), "--keep", "0", code=2)
