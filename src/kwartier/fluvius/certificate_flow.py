"""A token for a certificate: the live service's way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kwartier.fluvius.assertion import client_assertion
from kwartier.fluvius.entra import read_token, token_form_call
from kwartier.fluvius.errors import AuthenticationError
from kwartier.fluvius.signing import SigningKey, SigningKeys
from kwartier.transport import AnotherWayError, Call, Reply, Token
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE

_CERTIFICATE_REFUSED: Final = frozenset(
    f"AADSTS{code}" for code in (700027, 1000502, 7000214, 7000274, 7000277)
)
"""Unknown, or not valid (any more): another certificate may still be accepted."""

_log = logging.getLogger(__name__)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class CertificateFlow:
    """Signs in with the certificate that is to take over, once it is valid and known there.

    Until then, and whenever a certificate is refused as unknown or expired, the other one serves.
    ``clock`` is the real time, whatever the API's emulated one says.
    """

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        scope: str,
        keys: SigningKeys,
        clock: Callable[[], datetime] = _wall_clock,
    ) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._scope = scope
        self._keys = keys
        self._clock = clock
        self._refused: set[str] = set()
        self._used = self._next_key()

    def token_call(self) -> Call:
        self._used = self._next_key()
        assertion = client_assertion(
            self._used, client_id=self._client_id, audience=self._token_url, now=self._clock()
        )
        return token_form_call(
            self._token_url,
            client_id=self._client_id,
            scope=self._scope,
            client_assertion_type=CLIENT_ASSERTION_TYPE,
            client_assertion=assertion,
        )

    def read_token(self, reply: Reply) -> Token:
        try:
            return read_token(reply)
        except AuthenticationError as error:
            if error.code not in _CERTIFICATE_REFUSED:
                raise
            self._refused.add(self._used.thumbprint)
            if self._next_key().thumbprint in self._refused:
                self._refused.clear()  # the next sign-in may try them all again
                raise
            _log.warning(
                "certificate %s was refused; the other one is tried", self._used.thumbprint
            )
            raise AnotherWayError(str(error)) from error

    def _next_key(self) -> SigningKey:
        valid = self._keys.valid(self._clock())
        return next((key for key in valid if key.thumbprint not in self._refused), valid[0])

    def __repr__(self) -> str:
        return f"CertificateFlow({self._token_url}, client_id={self._client_id!r})"
