"""Of what was retracted no byte is left, in no file; cut off anywhere, the next run finishes it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.export import publish
from kwartier.retention import Detail, DetailKind, Reason, verify_chain
from kwartier.store import Store, StoreError, open_store
from kwartier.store.duckdb import erasing, receipt_file
from kwartier.store.duckdb.copying import copy_store
from kwartier.store.duckdb.store import DuckDBStore
from kwartier.sync import finish
from support.data_owners import MARKS, OWNER, live_with_heat, marks_in
from support.measured import EAN, GAS_EAN, NOW, answer, quarters
from support.retention import found_in, list_mandate, order, until
from support.stores import HOUR, T0, held, later, values

CAP = T0 + HOUR
STAYS = [1234.5678901234 + number * 0.000331 for number in range(4)]
GOES = [9876.5432109876 + number * 0.000777 for number in range(4)]
FORGOTTEN = [
    Detail(kind=DetailKind.ADDRESS, of=OWNER, reason=Reason.REQUESTED),
    Detail(kind=DetailKind.CUSTOMER, of="c-1", reason=Reason.REQUESTED),
]
WENT_BEFORE = [5555.1231237891 + number * 0.000111 for number in range(4)]

KILLED_AT = """
import os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from kwartier.store import open_store
from kwartier.store.duckdb import copying, erasing, receipt_file
from kwartier.sync import finish
from support.measured import NOW
from support.retention import order, until
from support.stores import HOUR, T0

def dies(*args, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def torn(path, receipts):
    line = receipts[0].line()
    receipt_file.receipt_file_of(path).write_bytes(line[: len(line) // 2])
    dies()

def half(path, target):
    target.write_bytes(path.read_bytes()[:4096])
    dies()

def settles_and_dies(draft, path, settle=erasing.settle):
    settle(draft, path)
    dies()

STEPS = [
    ("add_entries", dies),
    ("write_receipts", dies),
    ("append_receipts", torn),
    ("copy_store", half),
    ("settle", dies),
    ("settle", settles_and_dies),
    ("note_erased", dies),
]
for path, (name, replacement) in zip(sys.argv[1:], STEPS, strict=True):
    if os.fork() == 0:
        setattr(erasing, name, replacement)
        store = open_store(path)
        store.retract([order(until(T0 + HOUR))], at=NOW)
        finish(store)
        os._exit(0)
    _, status = os.wait()
    assert os.WTERMSIG(status) == signal.SIGKILL, (name, status)
"""


def filled(path: Path) -> Store:
    """Values that stay and values that go, each beside a revised one."""
    store = open_store(path, create=True)
    list_mandate(store)
    store.commit([answer(quarters(CAP, WENT_BEFORE))])
    store.commit([answer(quarters(T0, [*STAYS, *GOES]), fetched_at=later(1))])
    return store


def assert_gone(store: Store, folder: Path) -> None:
    assert values(store) == STAYS
    assert found_in(folder, [*GOES, *WENT_BEFORE]) == set()
    assert {value for _, value in found_in(folder, STAYS)} == set(STAYS)
    assert (store.erasing(), verify_chain(store.receipts())) == ([], None)
    assert store.receipts_beside() == store.receipts()


def test_no_byte_is_left_in_the_store_nor_in_what_was_published(tmp_path: Path) -> None:
    store = filled(tmp_path / "store.duckdb")
    live_with_heat(store)
    publish(store, tmp_path / "published", wall=datetime.now(UTC))
    (tmp_path / "store.duckdb.tmp").mkdir()
    (tmp_path / "store.duckdb.tmp" / "left.block").write_bytes(b"left by a process that was killed")
    store.retract([order(until(CAP))], at=NOW)
    store.forget(FORGOTTEN, at=NOW)
    assert {mark for _, mark in marks_in(tmp_path)} == set(MARKS)
    before = found_in(tmp_path, GOES)
    assert {place.partition("/")[0] for place, _ in before} >= {"store.duckdb"}
    assert finish(store)
    assert_gone(store, tmp_path)
    assert marks_in(tmp_path) == set()
    assert not (tmp_path / "store.duckdb.tmp").exists()
    assert not finish(store)


def test_a_kill_at_any_step_leaves_a_store_that_the_next_run_finishes(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) / "store.duckdb" for number in range(7)]
    filled(tmp_path / "filled.duckdb")
    for path in paths:
        path.parent.mkdir()
        shutil.copyfile(tmp_path / "filled.duckdb", path)
    environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, "-c", KILLED_AT, *paths], check=True, env=environment)
    begun = [bool(open_store(path).receipts()) for path in paths]
    assert begun == [False, *[True] * 6]
    for path in paths:
        store = open_store(path)
        if not store.receipts():
            assert len(held(store)) == 8, "not begun: all of it is there"
            store.retract([order(until(CAP))], at=NOW)
        finish(store)
        assert_gone(store, path.parent)
        assert not list(path.parent.glob("*.new*"))


def test_a_copy_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(tmp_path / "store.duckdb")
    store.retract([order(until(CAP))], at=NOW)
    with monkeypatch.context() as patch:
        patch.setattr("kwartier.store.duckdb.copying.STORAGE_VERSION", "v0.0.1")
        with pytest.raises(StoreError, match=r"could not be copied: .*; it is as it was"):
            store.rewrite()
    assert values(store) == STAYS
    assert len(store.erasing()) == 1
    finish(store)
    assert_gone(store, tmp_path)


def test_readers_go_on_while_the_file_is_copied_and_writers_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.duckdb"
    store = filled(path)
    store.retract([order(until(CAP))], at=NOW)
    copying, go_on = threading.Event(), threading.Event()

    def slowly(path: Path, target: Path) -> None:
        copying.set()
        assert go_on.wait(60)
        copy_store(path, target)

    monkeypatch.setattr(erasing, "copy_store", slowly)
    rewriting = threading.Thread(target=store.rewrite)
    rewriting.start()
    try:
        assert copying.wait(60)
        assert values(DuckDBStore(path, wait_seconds=0)) == STAYS
        with pytest.raises(StoreError, match="is writing to it since"):
            DuckDBStore(path, wait_seconds=0).commit([answer(quarters(T0, [1.0]))])
    finally:
        go_on.set()
        rewriting.join()
    assert_gone(store, tmp_path)


def test_a_restored_backup_is_not_read_until_what_was_erased_is_erased_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store.duckdb"
    store = filled(path)
    live_with_heat(store)
    backup = path.read_bytes()
    store.retract([order(until(CAP))], at=NOW)
    store.forget(FORGOTTEN, at=NOW)
    finish(store)
    path.write_bytes(backup)
    with pytest.raises(StoreError, match="put back from a backup"):
        store.scan()
    store.commit([answer(quarters(T0, STAYS), fetched_at=later(2))])
    assert values(store) == STAYS
    assert [one.address for one in store.data_owners()] == [None]
    assert not any(customer.is_identified for customer in store.customers())
    finish(store)
    assert_gone(store, tmp_path)
    assert marks_in(tmp_path) == set()


def test_receipts_of_another_store_or_altered_ones_are_refused(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        filled(tmp_path / name / "store.duckdb").retract([order(until(CAP))], at=NOW)
    one, other = (tmp_path / name / "store.duckdb" for name in ("one", "other"))
    strange = receipt_file.receipt_file_of(one).read_bytes()
    receipt_file.receipt_file_of(other).write_bytes(strange)
    again = order(until(T0))
    with pytest.raises(StoreError, match="are not those of this store"):
        open_store(other).retract([again], at=NOW)
    fresh = filled(tmp_path / "fresh.duckdb")
    receipt_file.receipt_file_of(tmp_path / "fresh.duckdb").write_bytes(strange)
    with pytest.raises(StoreError, match="is of another store"):
        fresh.commit([answer(quarters(T0, [1.0]))])
    receipt_file.receipt_file_of(tmp_path / "fresh.duckdb").write_bytes(b"no receipt\n")
    with pytest.raises(StoreError, match="the last line is no receipt"):
        fresh.commit([answer(quarters(T0, [1.0]))])
    assert (EAN + GAS_EAN).encode() not in strange
