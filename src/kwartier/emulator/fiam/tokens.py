"""FIAM's tokens: who holds one may ask as the party that it was given to."""

from __future__ import annotations

import time
import uuid
from typing import Final

from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.signed_tokens import SignedTokens
from kwartier.wire.fiam import SCOPE

LIFETIME: Final = 3_600
"""Seconds."""


class FiamTokens:
    """The tokens of one environment; the other's are no good here."""

    def __init__(self, environment: Environment) -> None:
        self._issuer = f"fiam-emulated/{environment}"
        self._signed = SignedTokens()

    def issue(self, party: str) -> str:
        """A token for a party, good for :data:`LIFETIME` seconds."""
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "sub": party,
            "client_id": party,
            "scope": SCOPE,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "jti": str(uuid.uuid4()),
        }
        return self._signed.sign(claims)

    def party_of(self, token: str) -> str | None:
        """Whose token it is; None for one that is not ours, or no longer good."""
        claims = self._signed.claims(token)
        if claims is None or claims.get("iss") != self._issuer:
            return None
        return str(claims.get("client_id"))
