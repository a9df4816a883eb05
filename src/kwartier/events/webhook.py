"""One signed request an event, as the Standard Webhooks specification has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self
from urllib.parse import urlsplit

from standardwebhooks import Webhook as Signer

from kwartier.errors import ConfigurationError, InputError
from kwartier.events.message import Event
from kwartier.settings import environment
from kwartier.transport import Call
from kwartier.transport.drivers import is_loopback

_VARIABLE: Final = "KWARTIER_WEBHOOK_SECRET"
_PREFIX: Final = "whsec_"
_SHORTEST, _LONGEST = 24, 64


class WebhookSecret:
    """The key that sender and receiver share: ``whsec_`` and 24 to 64 bytes as base64.

    Raises :class:`ConfigurationError` for anything else. Never shown, whole or in part.
    """

    __slots__ = ("_signer",)

    def __init__(self, text: str) -> None:
        try:
            key = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            # No cause: it would show the secret.
            key = b""
        if not _SHORTEST <= len(key) <= _LONGEST:
            raise ConfigurationError(
                f"{_VARIABLE} must be {_PREFIX} followed by {_SHORTEST} to {_LONGEST} random "
                'bytes in base64: make one with `echo "whsec_$(openssl rand -base64 32)"`'
            ) from None
        self._signer = Signer(key)

    @classmethod
    def from_env(cls, variables: Mapping[str, str] | None = None) -> Self:
        """The secret in ``KWARTIER_WEBHOOK_SECRET``."""
        found = (environment() if variables is None else variables).get(_VARIABLE)
        if found is None:
            raise ConfigurationError(
                f"{_VARIABLE} is not set: webhooks are signed with it, and the receiver "
                'checks them with the same; make one with `echo "whsec_$(openssl rand -base64 32)"`'
            )
        return cls(found)

    def sign(self, message_id: str, at: datetime, body: bytes) -> str:
        """The value of the ``webhook-signature`` header."""
        return self._signer.sign(message_id, at, body.decode())

    def __repr__(self) -> str:
        return "WebhookSecret(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of changes: https, or http on this machine.

    The address may hold a key in its path or query, so it is shown nowhere and not stored.
    """

    url: str = field(repr=False)
    secret: WebhookSecret

    def __post_init__(self) -> None:
        scheme, host = _parts(self.url)
        if not host or scheme not in ("http", "https"):
            raise InputError("url", "must be an address such as https://crm.example.com/hook")
        if scheme == "http" and not is_loopback(self.url):
            rule = "must begin with https: events hold EANs, which are personal data"
            raise InputError("url", rule, "http is for this machine itself")

    @property
    def sink(self) -> str:
        """Names the address in the store without telling it."""
        return "webhook:" + hashlib.blake2b(self.url.encode(), digest_size=8).hexdigest()

    def call(self, event: Event, at: datetime) -> Call:
        """The signed request; ``at`` is the real time, which receivers compare with theirs."""
        body = event.as_json()
        return Call(
            method="POST",
            url=self.url,
            headers={
                "content-type": "application/json",
                "webhook-id": event.id,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": self.secret.sign(event.id, at, body),
            },
            body=body,
        )


def _parts(url: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", None
    return parts.scheme, parts.hostname
