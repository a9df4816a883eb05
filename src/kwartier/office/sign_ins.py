"""Attempts to sign in: the more that failed, the longer the pause before the next, never for ever.

They are counted for the name that is tried and for the address that tries. What is tried in a pause
is refused unheard and does not lengthen it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime, timedelta
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import from_text, to_text

FREE_BY_NAME, FREE_BY_ADDRESS = 5, 20
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=24)


def try_sign_in(office: Office, *, name: str, address: str, at: datetime) -> timedelta | None:
    """How long to wait before this may be tried. None: it may be now, and counts as failed until
    :func:`note_success` says otherwise, so that many at once are counted, too.
    """
    by_name, by_address = _about("name", name), _about("address", address)
    with office.writing() as connection:
        connection.execute(
            "DELETE FROM failed_sign_ins WHERE at <= ?", (to_text(at - FORGOTTEN_AFTER),)
        )
        pause = max(
            _pause(connection, by_name, FREE_BY_NAME, at),
            _pause(connection, by_address, FREE_BY_ADDRESS, at),
        )
        if pause > timedelta(0):
            return pause
        connection.executemany(
            "INSERT INTO failed_sign_ins (about, at) VALUES (?, ?)",
            [(by_name, to_text(at)), (by_address, to_text(at))],
        )
    return None


def note_success(office: Office, *, name: str, address: str, at: datetime) -> None:
    """The attempt of that moment succeeded: what failed for the name before counts no more."""
    forget_attempts(office, name)
    with office.writing() as connection:
        connection.execute(
            "DELETE FROM failed_sign_ins WHERE rowid = (SELECT rowid FROM failed_sign_ins "
            "WHERE about = ? AND at = ? LIMIT 1)",
            (_about("address", address), to_text(at)),
        )


def forget_attempts(office: Office, name: str) -> None:
    """Let nothing count that failed for a name, as after it was given another password."""
    with office.writing() as connection:
        connection.execute("DELETE FROM failed_sign_ins WHERE about = ?", (_about("name", name),))


def _pause(connection: sqlite3.Connection, about: str, free: int, at: datetime) -> timedelta:
    [failed, latest] = connection.execute(
        "SELECT count(*), max(at) FROM failed_sign_ins WHERE about = ?", (about,)
    ).fetchone()
    if failed < free:
        return timedelta(0)
    whole: timedelta = min(FIRST_PAUSE * 2 ** min(failed - free, 30), LONGEST_PAUSE)
    return from_text(latest) + whole - at


def _about(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()
