"""Attempts to sign in: the more that failed, the longer the pause before the next, never for ever.

They are counted for the name that an address tries, for the address whatever the name, and for the
name wherever it is tried from. The last bound is much higher: whoever tries a colleague's name from
elsewhere does not keep the colleague out, and many addresses together cannot guess for ever. What
is tried in a pause is refused unheard and does not lengthen it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime, timedelta
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import from_text, to_text

FREE_BY_BOTH, FREE_BY_ADDRESS, FREE_BY_NAME = 5, 20, 100
"""How many may fail before the first pause."""
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=24)


def try_sign_in(office: Office, *, name: str, address: str, at: datetime) -> timedelta | None:
    """How long to wait before this may be tried. None: it may be now, and counts as failed until
    :func:`note_success` says otherwise, so that many at once are counted, too.
    """
    by_both, by_address = _by_both(name, address), _by_address(address)
    with office.writing() as connection:
        connection.execute(
            "DELETE FROM failed_sign_ins WHERE at <= ?", (to_text(at - FORGOTTEN_AFTER),)
        )
        pause = max(
            _pause(connection, by_both, FREE_BY_BOTH, at),
            _pause(connection, by_address, FREE_BY_ADDRESS, at),
            _pause(connection, _by_name(name), FREE_BY_NAME, at),
        )
        if pause > timedelta(0):
            return pause
        connection.executemany(
            "INSERT INTO failed_sign_ins (about, at) VALUES (?, ?)",
            [(by_both, to_text(at)), (by_address, to_text(at))],
        )
    return None


def note_success(office: Office, *, name: str, address: str, at: datetime) -> None:
    """The attempt of that moment succeeded: what this address failed at for the name before counts
    no more. What others failed at does.
    """
    with office.writing() as connection:
        _forget(connection, _by_both(name, address))
        connection.execute(
            "DELETE FROM failed_sign_ins WHERE rowid = (SELECT rowid FROM failed_sign_ins "
            "WHERE about = ? AND at = ? LIMIT 1)",
            (_by_address(address), to_text(at)),
        )


def forget_attempts(office: Office, name: str) -> None:
    """Let nothing count that failed for a name, as after it was given another password."""
    with office.writing() as connection:
        _forget(connection, _by_name(name))


def _pause(connection: sqlite3.Connection, about: str, free: int, at: datetime) -> timedelta:
    [failed, latest] = connection.execute(
        "SELECT count(*), max(at) FROM failed_sign_ins WHERE about GLOB ?", (about,)
    ).fetchone()
    if failed < free:
        return timedelta(0)
    whole: timedelta = min(FIRST_PAUSE * 2 ** min(failed - free, 30), LONGEST_PAUSE)
    return from_text(latest) + whole - at


def _forget(connection: sqlite3.Connection, about: str) -> None:
    connection.execute("DELETE FROM failed_sign_ins WHERE about GLOB ?", (about,))


def _by_both(name: str, address: str) -> str:
    return f"{_digest('name', name)}:{_digest('address', address)}"


def _by_address(address: str) -> str:
    return _digest("address", address)


def _by_name(name: str) -> str:
    """The pattern of a name with any address."""
    return f"{_digest('name', name)}:*"


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()
