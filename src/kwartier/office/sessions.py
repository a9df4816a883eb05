"""Who is signed in, by the secret in their browser's cookie, of which a digest alone is kept."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import from_text, to_text

_TOUCHED: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """That of a user. ``form_token`` stands in every form that this browser is given."""

    user_id: int
    form_token: str = field(repr=False)
    began_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """How long sessions live: ``idle`` without a visit, ``longest`` in all."""

    idle: timedelta
    longest: timedelta


def begin_session(office: Office, user_id: int, *, at: datetime) -> str:
    """Sign a user in; the new secret, which is nowhere kept."""
    secret = secrets.token_urlsafe(32)
    with office.writing() as connection:
        connection.execute(
            "INSERT INTO sessions (digest, user_id, form_token, began_at, seen_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (_digest(secret), user_id, secrets.token_urlsafe(32), to_text(at), to_text(at)),
        )
    return secret


def session_of(office: Office, secret: str, *, at: datetime, lives: Lives) -> Session | None:
    """The session of a secret, seen once more; None when there is none, or it has ended."""
    with office.reading() as connection:
        row = connection.execute(
            "SELECT * FROM sessions WHERE digest = ?", (_digest(secret),)
        ).fetchone()
    if row is None:
        return None
    session = Session(
        user_id=row["user_id"],
        form_token=row["form_token"],
        began_at=from_text(row["began_at"]),
        seen_at=from_text(row["seen_at"]),
    )
    if at - session.seen_at >= lives.idle or at - session.began_at >= lives.longest:
        forget_ended(office, at=at, lives=lives)
        return None
    if at - session.seen_at >= _TOUCHED:
        with office.writing() as connection:
            connection.execute(
                "UPDATE sessions SET seen_at = ? WHERE digest = ?", (to_text(at), _digest(secret))
            )
    return session


def end_session(office: Office, secret: str) -> None:
    """Sign out whoever has this secret."""
    with office.writing() as connection:
        connection.execute("DELETE FROM sessions WHERE digest = ?", (_digest(secret),))


def end_sessions_of(connection: sqlite3.Connection, user_id: int) -> None:
    """Sign a user out everywhere, in a transaction that is under way."""
    connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))


def forget_ended(office: Office, *, at: datetime, lives: Lives) -> None:
    """Delete what ended by itself."""
    with office.writing() as connection:
        connection.execute(
            "DELETE FROM sessions WHERE seen_at <= ? OR began_at <= ?",
            (to_text(at - lives.idle), to_text(at - lives.longest)),
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
