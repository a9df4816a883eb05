"""Files that are no store, folders that are not there, commits that fail halfway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from kwartier.export import export_parquet
from kwartier.store import Store, StoreError, StoreVersionError, open_store
from kwartier.store.duckdb import day_counts, merge, numbering, recording, timelines
from support.measured import answer, quarters

T0 = datetime(2026, 1, 1, tzinfo=UTC)
Call = Callable[[Store], object]
READS: list[Call] = [
    lambda store: list(store.scan()),
    lambda store: store.asked([]),
    lambda store: store.coverage(),
    lambda store: store.customers(),
]
WRITE: Call = lambda store: store.commit([answer(quarters(T0, [1.0]))])  # noqa: E731 - a sibling of READS


@pytest.mark.parametrize("read", READS)
def test_reading_a_store_that_is_not_there_says_what_to_do(tmp_path: Path, read: Call) -> None:
    with pytest.raises(StoreError, match="`kwartier sync` makes it, or check --store"):
        read(open_store(tmp_path / "store.duckdb"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", [READS[0], WRITE])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear customer, " * 1000)
    with pytest.raises(StoreVersionError, match="it is no DuckDB file; check --store"):
        call(open_store(path))
    assert path.read_text() == "Dear customer, " * 1000


@pytest.mark.parametrize("call", [READS[0], WRITE])
def test_another_programs_database_is_left_alone(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE ours (a INTEGER)")
    with pytest.raises(StoreVersionError, match="not a store of kwartier"):
        call(open_store(path))


@pytest.mark.parametrize("call", [READS[0], WRITE])
@pytest.mark.parametrize(("version", "advice"), [(99, "upgrade kwartier"), (1, "a new file")])
def test_a_store_of_another_version_is_left_alone(
    tmp_path: Path, call: Call, version: int, advice: str
) -> None:
    path = tmp_path / "store.duckdb"
    open_store(path, create=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET version = ?", [version])
    with pytest.raises(StoreVersionError, match=f"has store version {version}, .* {advice}"):
        call(open_store(path))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check that the folder exists"):
        WRITE(open_store(tmp_path / "nowhere" / "store.duckdb"))


def test_a_half_made_store_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "store.duckdb.new").write_bytes(b"half")
    (tmp_path / "store.duckdb.new.wal").write_bytes(b"half")
    store = open_store(tmp_path / "store.duckdb", create=True)
    assert store.customers() == []
    left = {path.name.removeprefix("store.duckdb") for path in tmp_path.iterdir()}
    assert left == {"", ".lock", ".turn", ".writer"}


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        (numbering, "add_qualities"),
        (merge, "keep_revisions"),
        (merge, "revise"),
        (merge, "insert"),
        (day_counts, "update_coverage"),
        (timelines, "add_timelines"),
        (recording, "record_fetches"),
        (recording, "record_scopes"),
    ],
)
def test_a_commit_that_fails_halfway_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, statement: str
) -> None:
    store = open_store(tmp_path / "store.duckdb", create=True)
    WRITE(store)
    before = (list(store.scan()), store.coverage(), store.fetches())
    rows = quarters(T0, [2.0, 3.0], validation_state="EST")
    later = answer(rows, fetched_at=datetime(2026, 12, 1, tzinfo=UTC))
    with monkeypatch.context() as patch:
        patch.setitem(module._SQL, statement, "SELECT error('injected')")
        with pytest.raises(StoreError, match="injected"):
            store.commit([later])
    assert (list(store.scan()), store.coverage(), store.fetches()) == before
    assert store.revisions().num_rows == 0
    assert store.commit([later]).revised == 1


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder; --store names a file"):
        open_store(tmp_path).customers()


def test_an_export_is_not_taken_for_a_store(tmp_path: Path) -> None:
    path = tmp_path / "measurements.parquet"
    export_parquet([], path)
    with pytest.raises(StoreVersionError, match="no DuckDB file; check --store"):
        open_store(path).customers()


def test_a_store_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "kwartier.duckdb"
    open_store(path, create=True)
    assert path.stat().st_mode & 0o077 == 0
