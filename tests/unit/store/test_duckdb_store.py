"""What is particular to the embedded store: how it opens its file, and when it lets go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import StoreBusyError, open_store
from kwartier.store.duckdb import questions
from kwartier.vocabulary.interval import Interval
from support.measured import NOW, answer, measurements, quarters

T0 = datetime(2026, 11, 1, tzinfo=UTC)
ROWS = quarters(T0, [1.0, None, 0.5])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.duckdb"
    open_store(path).commit([answer(ROWS)])
    return path


def test_a_sql_client_sees_the_wide_form(path: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        seen = connection.sql('SELECT * FROM measurements ORDER BY "start"').to_arrow_table()
    assert seen.column_names == MEASUREMENTS_SCHEMA.names
    assert seen.to_pylist() == measurements(ROWS).to_pylist()


def test_a_sql_client_sees_the_wide_form_as_it_was_known_at_any_moment(path: Path) -> None:
    hour = timedelta(hours=1)
    store = open_store(path)
    store.commit([answer(quarters(T0, [2.0, None]), fetched_at=NOW + hour)])
    store.commit([answer(quarters(T0, [1.0], validation_state="EST"), fetched_at=NOW + 2 * hour)])
    store.commit([answer([], scope=Interval(T0, T0 + hour), fetched_at=NOW + 3 * hour)])
    moments = [NOW - hour, NOW, NOW + hour, NOW + 2 * hour, NOW + 5 * hour]
    query = 'SELECT * FROM measurements_as_of({}) ORDER BY "start"'
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS kept (READ_ONLY); USE kept")
        seen = [
            connection.sql(query.format("$now"), params={"now": moment}).to_arrow_table()
            for moment in moments
        ]
        written = query.format("'2026-11-20 12:00:00+00'")
        as_text = connection.sql(written).to_arrow_table()
    assert as_text.equals(seen[1])
    assert [table.num_rows for table in seen] == [0, 3, 3, 3, 0]
    for table, moment in zip(seen, moments, strict=True):
        assert table.column_names == MEASUREMENTS_SCHEMA.names
        scanned = pa.Table.from_batches(store.scan(as_of=moment), MEASUREMENTS_SCHEMA)
        assert table.to_pylist() == scanned.sort_by("start").to_pylist()


def test_the_file_can_be_read_from_duckdb_1_5_on(path: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        [(tags,)] = connection.execute(
            "SELECT tags FROM duckdb_databases() WHERE database_name = 'store'"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_a_large_scan_holds_the_file_until_it_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_READ_AHEAD_ROWS", 2)
    store = open_store(path)
    scan = store.scan()
    with pytest.raises(StoreBusyError, match="use up or close the scan"):
        store.customers()
    assert sum(batch.num_rows for batch in scan) == 3
    assert store.customers() == []


def test_nothing_to_commit_leaves_the_file_alone(path: Path) -> None:
    before = path.read_bytes()
    open_store(path).commit([])
    assert path.read_bytes() == before


def test_making_a_store_that_is_there_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    assert open_store(path, create=True).fetches().num_rows == 1
    assert path.read_bytes() == before
