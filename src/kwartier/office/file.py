"""The office file: SQLite beside the store, opened for one question or one change at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from kwartier.office.errors import OfficeError

OFFICE_VERSION: Final = 2
WAIT_SECONDS: Final = 10.0
ENDING: Final = ".office.sqlite"


def office_of(store: Path) -> Path:
    """Where the office file of the store at ``store`` is."""
    return store.with_name(store.name + ENDING)


class Office:
    """The office file at ``path``. It is made with the first change; while there is none, it is
    empty to whoever reads. Only this user may read it.

    ``secure_delete`` overwrites what is deleted, so that erasing leaves no bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    def __repr__(self) -> str:
        return f"Office({str(self.path)!r})"

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for questions; rows go by name."""
        with self._connected() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction: committed when the block ends well, else rolled back."""
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            if not self.path.exists():
                self.path.touch(mode=0o600)
            connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise OfficeError(f"cannot open the office file {self.path} ({error})") from error
        try:
            connection.row_factory = sqlite3.Row
            _prepare(connection, self.path)
            yield connection
        except sqlite3.Error as error:
            raise OfficeError(f"the office file {self.path}: {error}") from error
        finally:
            connection.close()


def open_office(store: Path) -> Office:
    """The office file that goes with the store at ``store``."""
    return Office(office_of(store))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > OFFICE_VERSION:
        raise OfficeError(
            f"{path} has office version {version}, this kwartier knows {OFFICE_VERSION}: upgrade "
            "kwartier"
        )
    if version < OFFICE_VERSION:
        connection.execute("PRAGMA journal_mode = WAL")
        tables = files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
        connection.executescript(
            f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {OFFICE_VERSION}; COMMIT;"
        )
