"""The provider's own people: who they are, what they may do, and how they sign in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kwartier.errors import InputError
from kwartier.office.file import Office
from kwartier.office.instants import from_text, maybe_from_text, to_text
from kwartier.office.sessions import end_sessions_of

LONGEST_NAME: Final = 100


class Role(StrEnum):
    """What somebody may do. All may look; an operator cannot decide what is held back, and a
    privacy officer cannot invite.
    """

    VIEWER = "viewer"
    OPERATOR = "operator"
    PRIVACY_OFFICER = "privacy_officer"

    def may(self, needed: Role) -> bool:
        """Whether who has this role may do what needs ``needed``."""
        return needed is Role.VIEWER or self is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One of them. ``issuer`` and ``subject`` are who they are at the OpenID provider that signs
    them in; the others have a password.
    """

    user_id: int
    name: str
    role: Role
    has_password: bool
    issuer: str | None
    subject: str | None
    added_at: datetime
    disabled_at: datetime | None

    @property
    def is_enabled(self) -> bool:
        """Whether they may sign in."""
        return self.disabled_at is None


def add_user(
    office: Office,
    *,
    name: str,
    role: Role,
    at: datetime,
    password: str | None = None,
    issuer: str | None = None,
    subject: str | None = None,
) -> User:
    """Add somebody; ``password`` is the hash of one. InputError for a name that is none, or that
    somebody has already, and for a subject whom somebody is already.
    """
    _check_name(name)
    with office.writing() as connection:
        if _row(connection, name) is not None:
            raise InputError("name", f"there is a user called {name!r} already")
        taken = connection.execute(
            "SELECT name FROM users WHERE issuer = ? AND subject = ?", (issuer, subject)
        ).fetchone()
        if taken is not None:
            raise InputError("subject", f"is who {taken['name']!r} is already")
        connection.execute(
            "INSERT INTO users (name, role, password, issuer, subject, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (name, role.value, password, issuer, subject, to_text(at)),
        )
        return _user(_existing(connection, name))


def users(office: Office) -> list[User]:
    """All of them, by name."""
    with office.reading() as connection:
        return [_user(row) for row in connection.execute("SELECT * FROM users ORDER BY name")]


def user_called(office: Office, name: str) -> User | None:
    """The one of that name."""
    with office.reading() as connection:
        row = _row(connection, name)
        return None if row is None else _user(row)


def user_with_id(office: Office, user_id: int) -> User | None:
    """The one of that number."""
    with office.reading() as connection:
        row = connection.execute("SELECT * FROM users WHERE user_id = ?", (user_id,)).fetchone()
        return None if row is None else _user(row)


def user_of_subject(office: Office, *, issuer: str, subject: str) -> User | None:
    """Who an OpenID provider says somebody is."""
    with office.reading() as connection:
        row = connection.execute(
            "SELECT * FROM users WHERE issuer = ? AND subject = ?", (issuer, subject)
        ).fetchone()
        return None if row is None else _user(row)


def password_of(office: Office, name: str) -> tuple[User, str] | None:
    """Somebody and the hash of their password; None when there is nobody, or no password."""
    with office.reading() as connection:
        row = _row(connection, name)
        return None if row is None or row["password"] is None else (_user(row), row["password"])


def keep_password(office: Office, name: str, password: str) -> None:
    """Keep another hash of the same password."""
    with office.writing() as connection:
        _change(connection, name, "password", password)


def change_password(office: Office, name: str, password: str) -> User:
    """Give somebody another password, of which this is the hash; ends their sessions. InputError
    for who is not known, or is signed in by an OpenID provider.
    """
    with office.writing() as connection:
        if _existing(connection, name)["subject"] is not None:
            rule = f"{name!r} signs in by OpenID Connect, and has no password here"
            raise InputError("name", rule)
        return _change(connection, name, "password", password, ends_sessions=True)


def change_role(office: Office, name: str, role: Role) -> User:
    """Let somebody do something else; ends their sessions. InputError for who is not known."""
    with office.writing() as connection:
        return _change(connection, name, "role", role.value, ends_sessions=True)


def disable_user(office: Office, name: str, *, at: datetime) -> User:
    """Let somebody sign in no more; ends their sessions. InputError for who is not known."""
    with office.writing() as connection:
        return _change(connection, name, "disabled_at", to_text(at), ends_sessions=True)


def enable_user(office: Office, name: str) -> User:
    """Let somebody sign in again. InputError for who is not known."""
    with office.writing() as connection:
        return _change(connection, name, "disabled_at", None)


def remove_user(office: Office, name: str) -> None:
    """Forget somebody; ends their sessions. The access log keeps the name. InputError for who is
    not known.
    """
    with office.writing() as connection:
        user = _user(_existing(connection, name))
        end_sessions_of(connection, user.user_id)
        connection.execute("DELETE FROM users WHERE user_id = ?", (user.user_id,))


def _change(
    connection: sqlite3.Connection,
    name: str,
    column: str,
    value: str | None,
    *,
    ends_sessions: bool = False,
) -> User:
    user_id = _existing(connection, name)["user_id"]
    connection.execute(
        f"UPDATE users SET {column} = ? WHERE user_id = ?",  # noqa: S608 - our own names
        (value, user_id),
    )
    if ends_sessions:
        end_sessions_of(connection, user_id)
    return _user(_existing(connection, name))


def _row(connection: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM users WHERE name = ?", (name,)
    ).fetchone()
    return row


def _existing(connection: sqlite3.Connection, name: str) -> sqlite3.Row:
    row = _row(connection, name)
    if row is None:
        raise InputError("name", f"there is no user called {name!r}", "see `kwartier users list`")
    return row


def _check_name(name: str) -> None:
    if not name or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(
            "name", f"must be 1 to {LONGEST_NAME} printable characters, without blanks around them"
        )


def _user(row: sqlite3.Row) -> User:
    return User(
        user_id=row["user_id"],
        name=row["name"],
        role=Role(row["role"]),
        has_password=row["password"] is not None,
        issuer=row["issuer"],
        subject=row["subject"],
        added_at=from_text(row["added_at"]),
        disabled_at=maybe_from_text(row["disabled_at"]),
    )
