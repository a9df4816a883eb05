"""Access tokens: RS256 JWTs signed with a key of the emulator's own, made when it starts.

Tokens live on the wall clock, whatever the emulated one says.
"""

from __future__ import annotations

import time
import uuid
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from kwartier.emulator.registrations import AUDIENCE, CLIENT_ID, TENANT_ID

LIFETIME = 3599
ISSUER = f"https://login.microsoftonline.com/{TENANT_ID}/v2.0"

_ALGORITHMS = ["RS256"]


@cache
def _signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


class Tokens:
    """Issues tokens and tells whether one is good."""

    def __init__(self) -> None:
        self._key = _signing_key()
        self._verified: dict[str, float] = {}

    def issue(self, client_id: str) -> str:
        """A token for the ESCO API, good for :data:`LIFETIME` seconds."""
        now = int(time.time())
        claims = {
            "aud": AUDIENCE,
            "iss": ISSUER,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "azp": client_id,
            "tid": TENANT_ID,
            "jti": str(uuid.uuid4()),
            "ver": "2.0",
        }
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": self._key.kid}, claims, self._key)

    def is_good(self, token: str) -> bool:
        """Whether this emulator signed it for its registered client, and it has not expired."""
        now = time.time()
        expires = self._verified.get(token)
        if expires is None:
            expires = self._verify(token)
            if expires > now:
                self._forget_expired(now)
                self._verified[token] = expires
        return now < expires

    def public_keys(self) -> dict[str, Any]:
        """The key set with which anyone can verify the tokens."""
        return {"keys": [self._key.as_dict(private=False)]}

    def _verify(self, token: str) -> float:
        """When it expires; 0 for a token that is no good at all."""
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            return 0.0
        meant = claims.get("aud") == AUDIENCE and claims.get("iss") == ISSUER
        known = claims.get("azp") == CLIENT_ID and claims.get("tid") == TENANT_ID
        expires = claims.get("exp")
        return float(expires) if meant and known and isinstance(expires, int) else 0.0

    def _forget_expired(self, now: float) -> None:
        self._verified = {token: end for token, end in self._verified.items() if end > now}
