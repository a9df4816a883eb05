"""Copying the office file while it is in use, and putting a copy back."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from kwartier.office.errors import OfficeError
from kwartier.office.file import ENDING, OFFICE_VERSION, Office
from kwartier.office.forgetting import empty_log

_FORMER: Final = r"{stem}-before-restore-\d{{8}}T\d{{6}}Z{rest}"


def copy_office(office: Office, target: Path) -> bool:
    """Copy the office file as it is at one moment to ``target``, for this user alone; whether
    there is one.
    """
    if not office.path.exists():
        return False
    target.touch(mode=0o600)
    with office.reading() as connection:
        _copy(connection, target)
    return True


def check_copy(source: Path) -> None:
    """Raise :class:`OfficeError` for what is no copy of an office file that we know."""
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            [found] = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise OfficeError(f"{source} is no copy of an office file ({error})") from error
    if version > OFFICE_VERSION:
        raise OfficeError(f"{source} has office version {version}: upgrade kwartier")
    if found != "ok":
        raise OfficeError(f"{source} is damaged: take another backup")


def put_back(source: Path, office: Office, *, former: Path | None) -> None:
    """Make the office file what the copy ``source`` holds, in one transaction that others wait
    for. What it was is copied to ``former``, if named. Nobody is signed in afterwards.
    """
    check_copy(source)
    if former is not None:
        copy_office(office, former)
    with office.reading() as connection, closing(sqlite3.connect(source)) as copy:
        copy.backup(connection)
    with office.writing() as connection:
        connection.execute("DELETE FROM sessions")
    empty_log(office)


def delete_former_offices(office: Office) -> list[Path]:
    """Delete what restoring backups left of the office file as it was before; they hold what was
    erased since.
    """
    store = Path(office.path.name.removesuffix(ENDING))
    rest = re.escape(store.suffix + ENDING)
    named = re.compile(_FORMER.format(stem=re.escape(store.stem), rest=rest))
    found = [one for one in office.path.parent.iterdir() if named.fullmatch(one.name)]
    for one in found:
        one.unlink(missing_ok=True)
    return found


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
        # One file: a log beside a backup would be left behind when it is moved.
        copy.execute("PRAGMA journal_mode = DELETE")
