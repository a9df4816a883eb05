"""A token for a certificate: the live service's way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kwartier.certificates.signing import SigningKey, SigningKeys
from kwartier.fluvius.assertion import client_assertion
from kwartier.fluvius.entra import read_token
from kwartier.fluvius.errors import AuthenticationError
from kwartier.transport import AnotherWayError, Call, Reply, Token
from kwartier.transport.granting import token_form_call
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
        self._tried: set[str] = set()
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
            token = read_token(reply)
        except AuthenticationError as error:
            if error.code not in _CERTIFICATE_REFUSED:
                raise
            self._refuse(error)
            raise
        self._tried.clear()
        self._refused.discard(self._used.thumbprint)
        return token

    def _refuse(self, error: AuthenticationError) -> None:
        """Put the certificate used behind the others; :class:`AnotherWayError` if one is left."""
        self._tried.add(self._used.thumbprint)
        self._refused.add(self._used.thumbprint)
        if self._next_key().thumbprint not in self._tried:
            _log.warning("certificate %s was refused; trying the other", self._used.thumbprint)
            raise AnotherWayError(str(error)) from error
        self._tried.clear()

    def _next_key(self) -> SigningKey:
        """Of the valid ones, one not tried in this sign-in before one refused at the last."""

        def disfavour(key: SigningKey) -> tuple[bool, bool]:
            return key.thumbprint in self._tried, key.thumbprint in self._refused

        return min(self._keys.valid(self._clock()), key=disfavour)

    def __repr__(self) -> str:
        return f"CertificateFlow({self._token_url}, client_id={self._client_id!r})"
