"""Opening a DuckDB file, and saying plainly why it cannot be opened."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.store.duckdb.instance import attached
from kwartier.store.duckdb.lock import Patience
from kwartier.store.errors import StoreBusyError, StoreError, StoreVersionError

_HOLDER_PID: Final = re.compile(r"\(PID (\d+)\)")
_DAMAGE: Final = re.compile(r"Corrupt database file|Could not read enough bytes|Failed to load")
_DAMAGED_LOG: Final = re.compile(r"replaying WAL file")


def check_file(path: Path) -> None:
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
def opened(path: Path, *, read_only: bool, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file; another program's lock on it is waited for until ``deadline``."""
    try:
        with ExitStack() as closing:
            connection = _attach(closing, path, read_only=read_only, deadline=deadline)
            connection.execute("SET TimeZone = 'UTC'")
            yield connection
    except (duckdb.Error, pa.ArrowException) as error:
        raise _using_error(path, error) from error
    except OSError as error:
        # What DuckDB fails to read while Arrow streams it comes as one that has no number.
        if error.errno is not None:
            raise
        raise _using_error(path, error) from error


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps what is committed but not in the file yet; gone once it is closed well."""
    return path.with_name(path.name + ".wal")


def first_line(error: BaseException) -> str:
    """What the error says, without its advice to programmers."""
    return str(error).partition("\n")[0]


def _attach(
    closing: ExitStack, path: Path, *, read_only: bool, deadline: float
) -> duckdb.DuckDBPyConnection:
    patience = Patience(later=0.25)
    while True:
        try:
            return closing.enter_context(attached(path, read_only=read_only))
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise _opening_error(path, error) from error
            if time.monotonic() >= deadline:
                raise StoreBusyError(_foreign_holder(path, str(error))) from error
            patience.wait(partial(_who_has_it_open, str(error)))
        except duckdb.Error as error:
            raise _opening_error(path, error) from error


def _using_error(path: Path, error: Exception) -> StoreError:
    said = first_line(error)
    return _damage(path, said) or StoreError(
        f"{path}: {said}; nothing was half-written, so try again once that is put right"
    )


def _damage(path: Path, said: str) -> StoreError | None:
    """The error of a file that does not hold any more what was written; None for any other."""
    if _DAMAGED_LOG.search(said):
        log = wal_of(path)
        return StoreError(
            f"{log} is damaged ({said}): move it elsewhere to go on without what the last commit "
            "brought, which the next sync fetches again; or restore a backup (`kwartier restore`)"
        )
    if _DAMAGE.search(said):
        return StoreError(
            f"{path} is damaged ({said}): restore a backup (`kwartier restore`), or sync into a "
            "new file (--store)"
        )
    return None


def _opening_error(path: Path, error: duckdb.Error) -> StoreError:
    said = str(error)
    damage = _damage(path, first_line(error))
    if damage is not None:
        return damage
    if "version number" in said or "newer" in said:
        return StoreVersionError(
            f"{path} was written by a newer DuckDB than {duckdb.__version__}: upgrade kwartier"
        )
    return StoreError(f"cannot open {path}: {first_line(error)}")


def _foreign_holder(path: Path, said: str) -> str:
    return (
        f"{path} is in use: {_who_has_it_open(said)}; close it there, or let it read an export "
        "instead"
    )


def _who_has_it_open(said: str) -> str:
    found = _HOLDER_PID.search(said)
    who = f"process {found[1]}" if found else "another process"
    return f"{who} has the file itself open (a notebook, a DuckDB shell?)"
