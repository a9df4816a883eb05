"""Opening the store: for one commit or one query, and never while another process has it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb

from kwartier.store.duckdb.files import clear_away
from kwartier.store.duckdb.layout import (
    STORE_VERSION,
    bring_up_to_date,
    check_version,
    make_store,
    read_version,
)
from kwartier.store.duckdb.lock import store_lock
from kwartier.store.duckdb.opening import check_file, opened
from kwartier.store.duckdb.replaying import check_receipts, replay_receipts
from kwartier.store.errors import StoreError


@contextmanager
def reading(path: Path, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an existing store."""
    check_there(path)
    check_file(path)
    deadline = time.monotonic() + wait_seconds
    with (
        store_lock(path, exclusive=False, deadline=deadline),
        opened(path, read_only=True, deadline=deadline) as connection,
    ):
        check_version(connection, path)
        check_receipts(connection, path)
        yield connection


@contextmanager
def writing(path: Path, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in one transaction: committed when the block ends well, else rolled back.

    A store that is not there yet is made first, one of an older version brought up to date; of one
    that was put back from a backup is erased again what was erased since. A copy that a killed
    restore or migration left is removed, for it may hold what was erased.
    """
    deadline = time.monotonic() + wait_seconds
    with store_lock(path, exclusive=True, deadline=deadline), ExitStack() as closing:
        clear_away(path)
        if path.exists():
            check_file(path)
        else:
            make_store(path, deadline)
        connection = closing.enter_context(opened(path, read_only=False, deadline=deadline))
        version = read_version(connection, path)
        if version < STORE_VERSION:
            closing.close()
            bring_up_to_date(path, version, deadline)
            connection = closing.enter_context(opened(path, read_only=False, deadline=deadline))
        connection.execute("BEGIN")
        try:
            replay_receipts(connection, path)
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")
            raise


def check_there(path: Path) -> None:
    """Say how to make a store where there is none."""
    if not path.exists():
        raise StoreError(
            f"there is no store at {path}: `kwartier customers add` or `kwartier sync` makes it, "
            "or check --store"
        )
