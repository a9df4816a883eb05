"""Restoring backups: damaged ones, newer ones, and what was erased since they were made."""

from __future__ import annotations

import json
import shutil
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.retention import (
    Decision,
    DecisionKind,
    People,
    Reason,
    RetentionPolicy,
    verify_chain,
)
from kwartier.store import StoreError, StoreVersionError, open_store
from kwartier.store.backups import back_up, restore_store
from kwartier.sync import enforce
from kwartier.vocabulary.granularity import Granularity
from support.backups import T0, rows
from support.measured import NOW, answer, quarters
from support.retention import found_in, list_mandate, order, until

DAY = timedelta(days=1)


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


def test_a_lift_is_remembered_too_whether_the_backup_knows_of_the_suppression_or_not(
    path: Path, folder: Path
) -> None:
    store = open_store(path)
    list_mandate(store, granularities=frozenset({Granularity.DAY, Granularity.QUARTER_HOUR}))

    def decide(kind: DecisionKind, **period: Any) -> None:
        about: dict[str, Any] = {"decided_at": NOW, "decided_by": "An", "why": "asked"}
        store.decide([Decision(kind=kind, mandate_id=1, **period, **about)])

    back_up(path, folder / "before.duckdb", now=NOW)
    decide(DecisionKind.SUPPRESS)
    back_up(path, folder / "between.duckdb", now=NOW)
    decide(DecisionKind.LIFT)
    told = store.receipts()
    assert [one.reason for one in told] == [Reason.REQUESTED] * 2 + [Reason.LIFTED] * 2
    assert {(one.values, one.bounds, one.suppressed) for one in told[2:]} == {(0, (), ())}
    assert (verify_chain(told), store.receipts_beside(), store.erasing()) == (None, told, [])
    decide(DecisionKind.SUPPRESS, start=T0 + DAY)
    told = store.receipts()
    for backup in ("before", "between"):
        restore_store(folder / f"{backup}.duckdb", path, force=True, now=NOW)
        (one,) = store.mandates()
        in_force = People(store.decisions()).suppressions(one)
        assert [decision.start for decision in in_force] == [T0 + DAY]
        assert store.receipts() == told
