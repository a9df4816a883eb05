"""Passwords, as hashes of Argon2id: slow to guess from, and as slow for a name that is unknown."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kwartier.errors import InputError

SHORTEST, LONGEST = 12, 100
_AT_ONCE: Final = BoundedSemaphore(2)
"""Each takes 64 MiB: whoever sends many at a time waits, and so the memory suffices."""

_hasher: Final = PasswordHasher()


def hashed(password: str) -> str:
    """What to keep of a password. InputError for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError("password", f"must have {SHORTEST} to {LONGEST} characters")
    return _hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether ``kept`` is a hash of the password. Without one (None) it takes as long to say no."""
    with _AT_ONCE:
        try:
            return _hasher.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether today a password is hashed in another way than this one was."""
    return _hasher.check_needs_rehash(kept)


def make_up_password() -> str:
    """One that nobody guesses: five groups of five characters."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(5))


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _hasher.hash(password)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
