"""The assertion with which a provider proves that it holds a certificate's key.

RFC 7523, and Microsoft's certificate credentials: PS256 with the certificate's SHA-256 is what
Microsoft documents now, RS256 with its SHA-1 what it documented before and still takes.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Final

from kwartier.certificates.assertion import signed_assertion
from kwartier.certificates.signing import SigningKey

LIFETIME: Final = timedelta(minutes=5)
"""Microsoft advises 5 to 10 minutes."""

_SHA1_DIGITS: Final = 40


def client_assertion(
    signing_key: SigningKey,
    *,
    client_id: str,
    audience: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> str:
    """A JWT with an identifier of its own, good for one request from ``now`` until ``lifetime``
    later.

    ``audience`` is the token endpoint's address. ``now`` is the real time.
    """
    return signed_assertion(
        signing_key,
        _header(signing_key.thumbprint),
        client_id=client_id,
        audience=audience,
        now=now,
        lifetime=lifetime,
    )


def _header(thumbprint: str) -> dict[str, str]:
    digest = base64.urlsafe_b64encode(bytes.fromhex(thumbprint)).rstrip(b"=").decode()
    if len(thumbprint) == _SHA1_DIGITS:
        return {"typ": "JWT", "alg": "RS256", "x5t": digest}
    return {"typ": "JWT", "alg": "PS256", "x5t#S256": digest}
