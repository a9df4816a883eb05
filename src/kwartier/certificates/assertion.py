"""A signed assertion with which a client proves that it holds a certificate's key (RFC 7523)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from kwartier.certificates.signing import SigningKey


def signed_assertion(
    signing_key: SigningKey,
    header: Mapping[str, Any],
    *,
    client_id: str,
    audience: str,
    now: datetime,
    lifetime: timedelta,
) -> str:
    """A JWT with an identifier of its own, good for one request from ``now`` until ``lifetime``
    later.

    ``header`` says the algorithm and whose certificate it is. ``audience`` is the token
    endpoint's address. ``now`` is the real time.
    """
    claims = {
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    key = RSAKey.import_key(signing_key.key)
    return jwt.encode(dict(header), claims, key, algorithms=[header["alg"]])
