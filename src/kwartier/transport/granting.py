"""Asking for a token, and reading the one granted (OAuth 2.0 client credentials)."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlencode

import msgspec

from kwartier.transport.call import Call, Reply
from kwartier.transport.errors import BrokenReplyError
from kwartier.transport.protocol import Token
from kwartier.wire.unreadable import UNREADABLE


class Granted(Protocol):
    """What every provider's token reply has; ``expires_in`` in seconds."""

    @property
    def access_token(self) -> str: ...
    @property
    def expires_in(self) -> int: ...


def token_form_call(token_url: str, **form: str) -> Call:
    """The call that asks for a token, with ``form`` besides what is the same for all."""
    return Call(
        method="POST",
        url=token_url,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode({"grant_type": "client_credentials", **form}).encode(),
        is_idempotent=True,  # a second token harms nobody
    )


def granted_token(reply: Reply, told: type[Granted]) -> Token:
    """The token of a successful ``reply``, which is a message of type ``told``.

    Raises :class:`BrokenReplyError` for what is no token, or none any more.
    """
    try:
        granted = msgspec.json.decode(reply.body, type=told, strict=False)
    except UNREADABLE as error:
        raise BrokenReplyError("the token endpoint's reply is no token") from error
    if granted.expires_in <= 0:
        raise BrokenReplyError("the token endpoint handed out a token that has already expired")
    return Token(granted.access_token, float(granted.expires_in))
