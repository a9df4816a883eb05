"""The tables of the file: making them, knowing their version, bringing an older file up to date."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from kwartier.store.duckdb.files import discard, draft_of, settle
from kwartier.store.duckdb.opening import opened
from kwartier.store.duckdb.receipts import make_key
from kwartier.store.duckdb.timelines_anew import work_out_days
from kwartier.store.errors import StoreError, StoreVersionError
from kwartier.store.named_sql import read_sql_file

STORE_VERSION: Final = 5
OLDEST_VERSION: Final = 3
"""What ``migrations`` can begin with."""


def make_store(path: Path, deadline: float) -> None:
    """Make an empty store beside its place and move it there whole."""
    draft = draft_of(path)
    try:
        with opened(draft, read_only=False, deadline=deadline) as connection:
            connection.execute(_sql("schema.sql"))
            connection.execute(_sql("views.sql"))
            connection.execute("INSERT INTO meta VALUES (?, ?)", [STORE_VERSION, datetime.now(UTC)])
            make_key(connection)
        draft.chmod(0o600)
        settle(draft, path)
    finally:
        discard(draft)


def read_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The version of a store that this kwartier can read or bring up to date.

    Raises :class:`StoreVersionError` for any other, and for what is no store.
    """
    try:
        versions = connection.execute("SELECT version FROM meta").fetchall()
    except duckdb.CatalogException as error:
        raise StoreVersionError(
            f"{path} is a DuckDB file but not a store of kwartier; check --store"
        ) from error
    version: int
    [(version,)] = versions
    if version > STORE_VERSION:
        raise _version_error(path, version, "upgrade kwartier")
    if version < OLDEST_VERSION:
        raise _version_error(path, version, "sync into a new file (--store)")
    return version


def check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse to read a store of another version: only what writes brings an older one up."""
    version = read_version(connection, path)
    if version != STORE_VERSION:
        advice = "`kwartier migrate` brings it up to date, and so does `kwartier sync`"
        raise _version_error(path, version, advice)


def bring_up_to_date(path: Path, version: int, deadline: float) -> None:
    """Migrate a copy of the closed store at ``path``, and put it in the store's place in one move.

    Whoever calls holds the store alone. A failure or a kill leaves the store as it was.
    """
    draft = draft_of(path)
    try:
        shutil.copyfile(path, draft)
        with opened(draft, read_only=False, deadline=deadline) as connection:
            migrate(connection, version)
        shutil.copymode(path, draft)
        settle(draft, path)
    except OSError as error:
        raise StoreError(
            f"cannot bring {path} up to date ({error.strerror}): a copy of it is made beside, so "
            f"make room for {path.stat().st_size / 1e6:,.0f} MB; it is as it was"
        ) from error
    finally:
        discard(draft)


def migrate(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Change the tables step by step, in one transaction; only forwards."""
    connection.execute("BEGIN")
    for step in range(version + 1, STORE_VERSION + 1):
        connection.execute(_sql(f"migrations/{step}.sql"))
    if version < 4:
        work_out_days(connection)
        make_key(connection)
    connection.execute(_sql("views.sql"))
    connection.execute("UPDATE meta SET version = ?", [STORE_VERSION])
    connection.execute("COMMIT")


def _sql(filename: str) -> str:
    return read_sql_file(__package__, filename)


def _version_error(path: Path, version: int, advice: str) -> StoreVersionError:
    return StoreVersionError(
        f"{path} has store version {version}, this kwartier knows {STORE_VERSION}: {advice}"
    )
