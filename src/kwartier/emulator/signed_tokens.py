"""JSON web tokens, RS256, signed with a key of the emulator's own that is made when it starts.

They live on the wall clock, whatever the emulated one says.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

_ALGORITHMS = ["RS256"]


@cache
def _signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


class SignedTokens:
    """Signs tokens, and reads those that it signed."""

    def __init__(self) -> None:
        self._key = _signing_key()
        self._verified: dict[str, dict[str, Any]] = {}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token that says ``claims``, of which ``exp`` is one."""
        header = {"alg": "RS256", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, dict(claims), self._key)

    def claims(self, token: str) -> dict[str, Any] | None:
        """What it says; None for one that this key has not signed, or that has expired."""
        now = time.time()
        known = self._verified.get(token)
        if known is None:
            known = self._verify(token)
            if known is None:
                return None
            self._verified = {each: k for each, k in self._verified.items() if k["exp"] > now}
            self._verified[token] = known
        return known if now < known["exp"] else None

    def public_keys(self) -> dict[str, Any]:
        """The key set with which anyone can verify the tokens."""
        return {"keys": [self._key.as_dict(private=False)]}

    def _verify(self, token: str) -> dict[str, Any] | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            return None
        return claims if isinstance(claims.get("exp"), int) else None
