"""Keys of the provider's own applications: shown once, when they are made; a digest is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kwartier.errors import InputError
from kwartier.office.file import Office
from kwartier.office.instants import from_text, maybe_from_text, maybe_to_text, to_text

USED_AT_EVERY: Final = timedelta(minutes=1)
"""How often the last use of a key is noted."""

_KEY: Final = re.compile(r"(kw_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_SCOPE: Final = re.compile(r"[a-z]+:[a-z]+")
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept. ``key_id`` is how the key itself begins (``kw_1a2b3c4d``), so that one
    that turns up somewhere can be told; ``used_at`` its last use, to the minute.
    """

    key_id: str
    name: str
    scopes: frozenset[str]
    added_at: datetime
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None
    used_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at ``at``."""
        has_expired = self.expires_at is not None and self.expires_at <= at
        return self.withdrawn_at is None and not has_expired


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made, with its ``text``, which is nowhere else."""

    key: ApiKey
    text: str

    def __repr__(self) -> str:
        return f"NewApiKey({self.key.key_id})"


def add_api_key(
    office: Office,
    *,
    name: str,
    scopes: Iterable[str],
    at: datetime,
    expires_at: datetime | None = None,
) -> NewApiKey:
    """Make a key; InputError if what is said of it breaks a rule."""
    name, opens = name.strip(), frozenset(scopes)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError("name", f"must be 1 to {_LONGEST_NAME} printable characters")
    if not opens or not all(_SCOPE.fullmatch(scope) for scope in opens):
        raise InputError("scope", "must name what the key opens", "such as customers:read")
    if expires_at is not None and expires_at <= at:
        raise InputError("expires", "must lie in the future", f"got {expires_at:%Y-%m-%dT%H:%MZ}")
    key_id = f"kw_{secrets.token_hex(4)}"
    text = f"{key_id}_{secrets.token_urlsafe(32)}"
    key = ApiKey(key_id=key_id, name=name, scopes=opens, added_at=at, expires_at=expires_at)
    with office.writing() as connection:
        named_alike = connection.execute(
            "SELECT 1 FROM api_keys WHERE name = ? AND withdrawn_at IS NULL", [name]
        )
        if named_alike.fetchone() is not None:
            raise InputError("name", f"{name!r} has a key already", "withdraw that one, or rename")
        connection.execute(
            "INSERT INTO api_keys (key_id, digest, name, scopes, added_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                key_id,
                _digest(text),
                name,
                " ".join(sorted(opens)),
                to_text(at),
                maybe_to_text(expires_at),
            ],
        )
    return NewApiKey(key, text)


def api_keys(office: Office) -> list[ApiKey]:
    """All keys that were ever made, the oldest first."""
    with office.reading() as connection:
        found = connection.execute("SELECT * FROM api_keys ORDER BY added_at, key_id")
        return [_key(row) for row in found]


def find_api_key(office: Office, text: str, *, at: datetime) -> ApiKey | None:
    """The valid key of this text, whose use is noted; None if there is none.

    Digests are compared in a time that tells nothing of them.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    with office.reading() as connection:
        row = connection.execute("SELECT * FROM api_keys WHERE key_id = ?", [match[1]]).fetchone()
    kept = "" if row is None else row["digest"]
    if not hmac.compare_digest(kept, _digest(text)):
        return None
    key = _key(row)
    if not key.is_valid(at):
        return None
    if key.used_at is None or at - key.used_at >= USED_AT_EVERY:
        with office.writing() as connection:
            used = [to_text(at), key.key_id]
            connection.execute("UPDATE api_keys SET used_at = ? WHERE key_id = ?", used)
    return key


def withdraw_api_key(office: Office, key_id: str, *, at: datetime) -> ApiKey:
    """Let a key open nothing any more, and return it; InputError if there is none of this id."""
    with office.writing() as connection:
        connection.execute(
            "UPDATE api_keys SET withdrawn_at = ? WHERE key_id = ? AND withdrawn_at IS NULL",
            [to_text(at), key_id],
        )
        row = connection.execute("SELECT * FROM api_keys WHERE key_id = ?", [key_id]).fetchone()
    if row is None:
        raise InputError("key", f"there is none {key_id!r}", "`kwartier api-keys list` lists them")
    return _key(row)


def _digest(text: str) -> str:
    """A plain digest will do: the secret has 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: sqlite3.Row) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        name=row["name"],
        scopes=frozenset(row["scopes"].split()),
        added_at=from_text(row["added_at"]),
        expires_at=maybe_from_text(row["expires_at"]),
        withdrawn_at=maybe_from_text(row["withdrawn_at"]),
        used_at=maybe_from_text(row["used_at"]),
    )
