"""Access tokens for the ESCO API, as Microsoft Entra ID gives them."""

from __future__ import annotations

import time
import uuid
from typing import Any

from kwartier.emulator.registrations import AUDIENCE, CLIENT_ID, TENANT_ID
from kwartier.emulator.signed_tokens import SignedTokens

LIFETIME = 3599
ISSUER = f"https://login.microsoftonline.com/{TENANT_ID}/v2.0"

_MEANT = {"aud": AUDIENCE, "iss": ISSUER, "azp": CLIENT_ID, "tid": TENANT_ID}


class Tokens:
    """Issues tokens and tells whether one is good."""

    def __init__(self) -> None:
        self._signed = SignedTokens()

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
        return self._signed.sign(claims)

    def is_good(self, token: str) -> bool:
        """Whether this emulator signed it for its registered client, and it has not expired."""
        claims = self._signed.claims(token)
        return claims is not None and all(claims.get(each) == _MEANT[each] for each in _MEANT)

    def public_keys(self) -> dict[str, Any]:
        """The key set with which anyone can verify the tokens."""
        return self._signed.public_keys()
