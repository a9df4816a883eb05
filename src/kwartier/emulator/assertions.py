"""Client assertions (RFC 7523) taken apart, as both token services check them.

They live on the real clock, whatever the emulated one says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Final

import msgspec

from kwartier.wire.unreadable import UNREADABLE

_FAR: Final = 1e12


class Assertion:
    """A JWT taken apart; nothing of it is believed yet. Raises :class:`ValueError` for what is
    none.
    """

    def __init__(self, text: str) -> None:
        parts = text.split(".")
        if len(parts) != 3:
            raise ValueError("a JWT has three parts")
        self.header = _object(parts[0])
        self.claims = _object(parts[1])
        self.signature = _bytes(parts[2])
        self.signed = f"{parts[0]}.{parts[1]}".encode()

    def seconds(self, name: str) -> float:
        """A claim in seconds since 1970, whole or not; 0 when it is missing or no number."""
        claim = self.claims.get(name)
        if isinstance(claim, bool) or not isinstance(claim, (int, float)):
            return 0.0
        return float(max(0, min(claim, _FAR)))

    def is_meant_for(self, audiences: set[str]) -> bool:
        """Whether its ``aud`` names one of ``audiences``, which are in lower case."""
        meant = self.claims.get("aud")
        named = meant if isinstance(meant, list) else [meant]
        return any(str(each).rstrip("/").lower() in audiences for each in named)

    @property
    def identity(self) -> str:
        """What tells it from any other: its ``jti``, or without one, all of it."""
        identifier = self.claims.get("jti")
        return f"jti {identifier}" if identifier else hashlib.sha256(self.signed).hexdigest()


class UsedAssertions:
    """Those that a token was given for: each is good for one only."""

    def __init__(self) -> None:
        self._used: dict[str, float] = {}

    def use(self, assertion: Assertion, *, expires: float, now: float) -> bool:
        """Whether it is used for the first time; remembered until it ``expires``."""
        self._used = {each: end for each, end in self._used.items() if end > now}
        if assertion.identity in self._used:
            return False
        self._used[assertion.identity] = expires
        return True


def decoded(text: str) -> bytes | None:
    """Base64 of either alphabet, padded or not; None if it is neither."""
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _object(part: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes(part), type=dict[str, Any])
    except UNREADABLE as error:
        raise ValueError("a part of the JWT is no JSON object") from error


def _bytes(part: str) -> bytes:
    found = decoded(part)
    if found is None:
        raise ValueError("a part of the JWT is no base64url")
    return found
