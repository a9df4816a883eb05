"""No usable reply, and whether the request may nevertheless have arrived."""

from __future__ import annotations

from typing import ClassVar

from kwartier.errors import KwartierError


class TransportError(KwartierError):
    """No usable reply.

    ``may_have_arrived`` decides whether a request that must not be sent twice may be sent again;
    ``is_transient`` whether trying again can help at all.
    """

    is_transient: ClassVar[bool] = True
    may_have_arrived: ClassVar[bool] = True


class ConnectFailedError(TransportError):
    """No connection: refused, unreachable, unknown host, or a failed TLS handshake."""

    may_have_arrived = False


class ReplyTimeoutError(TransportError):
    """No reply in time. Where it got stuck is unknown, so it counts as sent."""


class LostReplyError(TransportError):
    """The connection broke while the request or its reply was under way."""


class BrokenReplyError(TransportError):
    """A reply came, but its body is cut short or not what it should be."""


class UnsendableError(TransportError):
    """The request cannot be sent at all: a malformed address, or a client already closed."""

    is_transient = False
    may_have_arrived = False
