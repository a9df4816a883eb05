"""The office file: made when needed, for this user alone, one change at a time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kwartier.office import OfficeError, office_of, open_office


def test_it_is_made_beside_the_store_and_for_this_user_alone(tmp_path: Path) -> None:
    store = tmp_path / "kwartier.duckdb"
    office = open_office(store)
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM invitations").fetchone()[0] == 0
    assert office.path == office_of(store) == tmp_path / "kwartier.duckdb.office.sqlite"
    assert office.path.stat().st_mode & 0o777 == 0o600


def test_a_change_that_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    office = open_office(tmp_path / "s.duckdb")
    add = "INSERT INTO failed_sign_ins VALUES ('x', '2026-11-22T16:00:00.000000Z')"
    with pytest.raises(OfficeError), office.writing() as connection:
        connection.execute(add)
        connection.execute("INSERT INTO no_such_table VALUES (1)")
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM failed_sign_ins").fetchone()[0] == 0


def test_a_file_of_a_newer_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    office = open_office(tmp_path / "s.duckdb")
    with sqlite3.connect(office.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(OfficeError, match="upgrade kwartier"), office.reading():
        pass


def test_what_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    office = open_office(tmp_path / "s.duckdb")
    office.path.write_text("not a database, but long enough to be told from an empty one" * 20)
    with pytest.raises(OfficeError, match=r"office\.sqlite"), office.reading():
        pass
