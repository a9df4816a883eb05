"""A token from KPN FIAM: by an assertion that brings its certificates (iSHARE)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from kwartier.certificates import Certificate
from kwartier.certificates.assertion import signed_assertion
from kwartier.certificates.signing import SigningKeys
from kwartier.eneco.errors import AuthenticationError
from kwartier.eneco.refusals import fiam_refusal
from kwartier.transport import Call, Reply, Token
from kwartier.transport.granting import granted_token, token_form_call
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE
from kwartier.wire.fiam import SCOPE, TokenReply

LIFETIME: Final = timedelta(seconds=30)
"""iSHARE's: an assertion serves for one request."""

_REFUSED: Final = frozenset({400, 401, 403})


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class FiamFlow:
    """Signs in with our certificate, read again whenever its file changes.

    ``clock`` is the real time, whatever the emulated one says.
    """

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        keys: SigningKeys,
        clock: Callable[[], datetime] = _wall_clock,
    ) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._keys = keys
        self._clock = clock

    def token_call(self) -> Call:
        now = self._clock()
        key = self._keys.valid(now)[0]
        assertion = signed_assertion(
            key,
            {"typ": "JWT", "alg": "RS256", "x5c": _chain(key.certificate)},
            client_id=self._client_id,
            audience=self._token_url,
            now=now,
            lifetime=LIFETIME,
        )
        return token_form_call(
            self._token_url,
            client_id=self._client_id,
            scope=SCOPE,
            client_assertion_type=CLIENT_ASSERTION_TYPE,
            client_assertion=assertion,
        )

    def read_token(self, reply: Reply) -> Token:
        if reply.is_success:
            return granted_token(reply, TokenReply)
        refused = fiam_refusal(reply)
        if reply.status in _REFUSED:
            raise AuthenticationError(
                f"no token: {refused.message}", status=refused.status, code=refused.code
            )
        raise refused

    def __repr__(self) -> str:
        return f"FiamFlow({self._token_url}, client_id={self._client_id!r})"


def _chain(certificate: Certificate | None) -> list[str]:
    """Our certificate and those of its issuers that its file holds: DER in base64."""
    held = () if certificate is None else (certificate.parsed, *certificate.chain)
    return [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in held]
