"""Bringing a store that an earlier version wrote up to date."""

from __future__ import annotations

import lzma
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kwartier.store import StoreError, StoreVersionError, open_store
from kwartier.store.duckdb import layout
from kwartier.store.duckdb.layout import OLDEST_VERSION, STORE_VERSION
from support.measured import answer, quarters
from support.stores import T0

RECORDED = Path(__file__).parents[2] / "recorded"
OLD_VERSIONS = range(OLDEST_VERSION, STORE_VERSION)

TRANSFORMED = {"meta", "fetch_scopes"}
"""Tables whose rows a migration rewrites."""

BRING_UP_TO_DATE = """
import sys
from pathlib import Path
from kwartier.store.duckdb.connection import writing
with writing(Path(sys.argv[1]), 30):
    pass
"""
KILLED_AT = """
import os, shutil, signal, sys
from pathlib import Path
from kwartier.store.duckdb import connection, files, layout

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def before_the_folder_is_on_disk(path, real=files.sync_to_disk):
    kill() if path.is_dir() else real(path)

def after_the_steps(*args, real=layout.migrate):
    real(*args)
    kill()

def after_half_the_copy(source, target):
    target.write_bytes(source.read_bytes()[:1_000_000])
    kill()

moments = {
    "half copied": (shutil, "copyfile", after_half_the_copy),
    "migrated": (layout, "migrate", after_the_steps),
    "before the move": (layout, "settle", kill),
    "after the move": (files, "sync_to_disk", before_the_folder_is_on_disk),
}
for store, moment in zip(sys.argv[1:], moments.values(), strict=True):
    if not os.fork():
        setattr(*moment)
        with connection.writing(Path(store), 30):
            pass
    assert os.wait()[1] == signal.SIGKILL
"""


@pytest.fixture(params=OLD_VERSIONS)
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store as the given version wrote it."""
    path = tmp_path / "store.duckdb"
    recorded = RECORDED / f"store-version-{request.param}.duckdb.xz"
    path.write_bytes(lzma.decompress(recorded.read_bytes()))
    return path


def described(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table, view and macro, with all that DuckDB says of it."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables ORDER BY table_name"
        ).fetchall()
        tables = {name: connection.execute(f'DESCRIBE "{name}"').fetchall() for (name,) in names}
        views = connection.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY view_name"
        ).fetchall()
        macros = connection.execute(
            "SELECT function_name, parameters, macro_definition FROM duckdb_functions() "
            "WHERE NOT internal AND function_type LIKE '%macro' ORDER BY function_name"
        ).fetchall()
    return {**tables, "views": views, "macros": macros}


def columns_of(path: Path) -> dict[str, str]:
    """The columns of the tables whose rows are carried over as they are, as SQL has them."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            """
            SELECT c.table_name, string_agg('"' || column_name || '"', ', ' ORDER BY column_index)
            FROM duckdb_columns() c JOIN duckdb_tables() USING (table_oid) GROUP BY ALL
            """
        ).fetchall()
    return {table: columns for table, columns in found if table not in TRANSFORMED}


def content(path: Path, columns: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """How often each row of those columns occurs, rows by their hash."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table: connection.execute(
                f'SELECT hash({names}), count(*) FROM "{table}" GROUP BY ALL ORDER BY ALL'
            ).fetchall()
            for table, names in columns.items()
        }


def version_of(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        [(version,)] = connection.execute("SELECT version FROM meta").fetchall()
    return int(version)


def bring_up_to_date(path: Path) -> None:
    open_store(path).change_customers([], provider="fluvius", now=T0)


def test_what_is_brought_up_to_date_is_laid_out_like_a_new_store(
    old_store: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.duckdb"
    open_store(new, create=True)
    bring_up_to_date(old_store)
    assert described(old_store) == described(new)
    assert version_of(old_store) == version_of(new) == STORE_VERSION


def test_nothing_of_what_it_held_is_lost(old_store: Path) -> None:
    columns = columns_of(old_store)
    before = content(old_store, columns)
    assert all(before.values()), "every table of the recorded store has rows"
    bring_up_to_date(old_store)
    assert content(old_store, columns) == before
    store = open_store(old_store)
    assert sum(batch.num_rows for batch in store.scan()) == sum(n for _, n in before["values"])
    assert len(store.ledger()) == len(before["mandate_ledger"])
    assert store.commit([answer(quarters(T0, [1.0]))]).inserted == 1


def test_reading_says_how_to_bring_it_up_to_date_and_leaves_it_alone(old_store: Path) -> None:
    before = old_store.read_bytes()
    with pytest.raises(StoreVersionError, match="`kwartier migrate` brings it up to date"):
        open_store(old_store).mandates()
    assert old_store.read_bytes() == before


def test_a_kill_leaves_the_old_store_or_the_new_one(old_store: Path, tmp_path: Path) -> None:
    before, was = old_store.read_bytes(), version_of(old_store)
    stores = [tmp_path / name / "store.duckdb" for name in ("half", "migrated", "before", "after")]
    for store in stores:
        store.parent.mkdir()
        store.write_bytes(before)
    subprocess.run([sys.executable, "-c", KILLED_AT, *stores], check=True)
    assert [version_of(store) for store in stores] == [was, was, was, STORE_VERSION]
    assert all(store.read_bytes() == before for store in stores[:3])
    for store in stores:
        bring_up_to_date(store)
        assert described(store) == described(stores[-1])
        assert not [one for one in store.parent.iterdir() if one.suffix in {".new", ".wal"}]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = old_store.read_bytes()
    monkeypatch.setattr(
        layout, "_sql", lambda _: "CREATE TABLE half (a INTEGER); SELECT error('x')"
    )
    with pytest.raises(StoreError, match="nothing was half-written"):
        bring_up_to_date(old_store)
    assert old_store.read_bytes() == before
    monkeypatch.undo()
    bring_up_to_date(old_store)
    assert version_of(old_store) == STORE_VERSION


def test_without_room_for_the_copy_the_store_stays_as_it_was(old_store: Path) -> None:
    before = old_store.read_bytes()
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))"
    done = subprocess.run(
        [sys.executable, "-c", limited + BRING_UP_TO_DATE, old_store],
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"make room for {len(before) / 1e6:,.0f} MB; it is as it was" in done.stderr
    assert old_store.read_bytes() == before
    bring_up_to_date(old_store)
    assert version_of(old_store) == STORE_VERSION


def test_what_was_committed_but_only_logged_when_a_process_was_killed_is_brought_along(
    old_store: Path,
) -> None:
    killed = (
        "import duckdb, os, signal, sys\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "c.execute(\"INSERT INTO customers VALUES ('c-9', 'Zoe', 'B2C', NULL, 'nl', NULL)\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", killed, old_store], check=False)
    assert old_store.with_name("store.duckdb.wal").exists()
    bring_up_to_date(old_store)
    assert "c-9" in {customer.customer_id for customer in open_store(old_store).customers()}
