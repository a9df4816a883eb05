"""One DuckDB for the whole process, to which files are attached for as long as they are needed.

Starting a DuckDB costs a dozen times what attaching a file to a running one does, and the store's
file is opened for every call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Final

import duckdb

STORAGE_VERSION: Final = "v1.5.0"
"""The oldest DuckDB that can read the files."""

_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": min(4, os.cpu_count() or 1),
}
_guard = Lock()
_running: list[duckdb.DuckDBPyConnection] = []
_of_parent: list[duckdb.DuckDBPyConnection] = []
_numbers = count()


@contextmanager
def attached(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the tables of the file at ``path`` go by their names.

    After an error of DuckDB's the instance is left to those who use it now: what failed may have
    made it unusable.
    """
    instance = _instance()
    name = f"store_{next(_numbers)}"
    options = "(READ_ONLY)" if read_only else ""
    if not path.exists():
        options = f"(STORAGE_VERSION '{STORAGE_VERSION}')"
    quoted = str(path).replace("'", "''")
    connection = instance.cursor()
    try:
        connection.execute(f"ATTACH '{quoted}' AS {name} {options}")
        try:
            connection.execute(f"USE {name}")
            yield connection
        except duckdb.Error:
            _leave(instance)
            raise
        finally:
            connection.close()
            _detach(instance, name)
    finally:
        connection.close()


def _instance() -> duckdb.DuckDBPyConnection:
    with _guard:
        if not _running:
            _running.append(duckdb.connect(config=_CONFIG))
        return _running[0]


def _detach(instance: duckdb.DuckDBPyConnection, name: str) -> None:
    """Write what is committed into the file and let go of it.

    Where the former fails, the log beside the file keeps it, and the next opening tries again.
    """
    try:
        with instance.cursor() as connection:
            connection.execute(f"DETACH {name}")
    except duckdb.Error:
        _leave(instance)


def _leave(instance: duckdb.DuckDBPyConnection) -> None:
    """Have a new instance made for whoever comes next."""
    with _guard, suppress(ValueError):
        _running.remove(instance)


def _leave_to_parent() -> None:
    """After a fork: the instance's threads are the parent's, so that it cannot even be closed."""
    _of_parent.extend(_running)
    _running.clear()


os.register_at_fork(after_in_child=_leave_to_parent)
