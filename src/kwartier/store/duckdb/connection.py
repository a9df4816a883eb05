"""Opening the file: for one commit or one query, and never while another process has it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from kwartier.store.duckdb.lock import Patience, store_lock
from kwartier.store.errors import StoreBusyError, StoreError, StoreVersionError
from kwartier.store.named_sql import read_sql_file

STORE_VERSION: Final = 3

_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "storage_compatibility_version": "v1.5.0",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": min(4, os.cpu_count() or 1),
}
_HOLDER_PID: Final = re.compile(r"\(PID (\d+)\)")


@contextmanager
def reading(path: Path, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an existing store."""
    if not path.exists():
        raise StoreError(
            f"there is no store at {path}: `kwartier customers add` or `kwartier sync` makes it, "
            "or check --store"
        )
    _check_file(path)
    deadline = time.monotonic() + wait_seconds
    with (
        store_lock(path, exclusive=False, deadline=deadline),
        _opened(path, read_only=True, deadline=deadline) as connection,
    ):
        _check_version(connection, path)
        yield connection


@contextmanager
def writing(path: Path, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in one transaction: committed when the block ends well, else rolled back.

    A store that is not there yet is made first.
    """
    deadline = time.monotonic() + wait_seconds
    with store_lock(path, exclusive=True, deadline=deadline):
        if path.exists():
            _check_file(path)
        else:
            _create(path, deadline)
        with _opened(path, read_only=False, deadline=deadline) as connection:
            _check_version(connection, path)
            connection.execute("BEGIN")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("ROLLBACK")
                raise


def _create(path: Path, deadline: float) -> None:
    """Make the file beside its place and move it there whole."""
    draft = path.with_name(path.name + ".new")
    for leftover in (draft, draft.with_name(draft.name + ".wal")):
        leftover.unlink(missing_ok=True)
    with _opened(draft, read_only=False, deadline=deadline) as connection:
        connection.execute(read_sql_file(__package__, "schema.sql"))
        connection.execute("INSERT INTO meta VALUES (?, ?)", [STORE_VERSION, datetime.now(UTC)])
    draft.chmod(0o600)
    draft.replace(path)


def _check_file(path: Path) -> None:
    """Refuse what DuckDB would take for something else: a folder, a Parquet file, text."""
    if path.is_dir():
        raise StoreError(
            f"{path} is a folder; --store names a file, such as {path}/kwartier.duckdb"
        )
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise StoreError(f"cannot open {path}: {error.strerror}") from error
    if head[8:] != b"DUCK":
        raise StoreVersionError(f"{path} is not a store: it is no DuckDB file; check --store")


@contextmanager
def _opened(path: Path, *, read_only: bool, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with _connect(path, read_only=read_only, deadline=deadline) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
    except duckdb.Error as error:
        raise StoreError(
            f"{path}: {_first_line(error)}; nothing was half-written, so try again once that is "
            "put right"
        ) from error


def _connect(path: Path, *, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
    patience = Patience(later=0.25)
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise _opening_error(path, error) from error
            if time.monotonic() >= deadline:
                raise StoreBusyError(_foreign_holder(path, str(error))) from error
            patience.wait(partial(_who_has_it_open, str(error)))
        except duckdb.Error as error:
            raise _opening_error(path, error) from error


def _opening_error(path: Path, error: duckdb.Error) -> StoreError:
    said = str(error)
    if "version number" in said or "newer" in said:
        return StoreVersionError(
            f"{path} was written by a newer DuckDB than {duckdb.__version__}: upgrade kwartier"
        )
    return StoreError(f"cannot open {path}: {_first_line(error)}")


def _foreign_holder(path: Path, said: str) -> str:
    return (
        f"{path} is in use: {_who_has_it_open(said)}; close it there, or let it read an export "
        "instead"
    )


def _who_has_it_open(said: str) -> str:
    found = _HOLDER_PID.search(said)
    who = f"process {found[1]}" if found else "another process"
    return f"{who} has the file itself open (a notebook, a DuckDB shell?)"


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        versions = connection.execute("SELECT version FROM meta").fetchall()
    except duckdb.CatalogException as error:
        raise StoreVersionError(
            f"{path} is a DuckDB file but not a store of kwartier; check --store"
        ) from error
    [(version,)] = versions
    if version != STORE_VERSION:
        advice = "upgrade kwartier" if version > STORE_VERSION else "sync into a new file (--store)"
        raise StoreVersionError(
            f"{path} has store version {version}, this kwartier knows {STORE_VERSION}: {advice}"
        )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
