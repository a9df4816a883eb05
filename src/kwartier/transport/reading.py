"""A reply's body as a message."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from kwartier.errors import KwartierError
from kwartier.transport.errors import BrokenReplyError
from kwartier.wire.unreadable import UNREADABLE

T = TypeVar("T")


def decoded(body: bytes, decoder: msgspec.json.Decoder[T], otherwise: type[KwartierError]) -> T:
    """``body`` as a message.

    Raises :class:`BrokenReplyError` for a body that is damaged, ``otherwise`` for a whole one that
    is something else: asking again would not help.
    """
    try:
        return decoder.decode(body)
    except UNREADABLE as error:
        if _is_whole(body):
            raise otherwise(f"the reply is not what the API documents: {error}") from error
        raise BrokenReplyError(f"the reply's body is damaged: {error}") from error


def _is_whole(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except UNREADABLE:
        return False
    return True
