"""The program that copies a store, in a process of its own: ``copier.py FILE TARGET VERSION``.

It imports nothing of ours, for it should begin at once. Standard input ends when the process that
began it does, however that ends; then it stops too.
"""

from __future__ import annotations

import os
import sys
import threading

import duckdb


def copy(path: str, target: str, storage_version: str) -> None:
    """Copy tables and views, and work the log into the new file."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": "",
    }
    os.umask(0o077)
    with duckdb.connect(config=config) as connection:
        connection.execute(f"ATTACH {_quoted(path)} AS here (READ_ONLY)")
        connection.execute(
            f"ATTACH {_quoted(target)} AS there (STORAGE_VERSION '{storage_version}')"
        )
        connection.execute("COPY FROM DATABASE here TO there")
        connection.execute("CHECKPOINT there")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _stop_with_the_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_the_parent, daemon=True).start()
    try:
        copy(*sys.argv[1:])
    except duckdb.Error as error:
        sys.exit(str(error).partition("\n")[0])
