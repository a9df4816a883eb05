"""Calls and replies over HTTP: tokens, pace and retries, written once and driven by two drivers."""

from kwartier.transport.call import Call, Reply
from kwartier.transport.drivers import AsyncDriver, SyncDriver
from kwartier.transport.errors import (
    BrokenReplyError,
    ConnectFailedError,
    LostReplyError,
    ReplyTimeoutError,
    TransportError,
)
from kwartier.transport.operation import Conversation, Doable, Operation
from kwartier.transport.pace import Pace
from kwartier.transport.protocol import AnotherWayError, Exchange, Token, TokenFlow
from kwartier.transport.retry import RetryPolicy
from kwartier.transport.trust import trusted_roots

__all__ = [
    "AnotherWayError",
    "AsyncDriver",
    "BrokenReplyError",
    "Call",
    "ConnectFailedError",
    "Conversation",
    "Doable",
    "Exchange",
    "LostReplyError",
    "Operation",
    "Pace",
    "Reply",
    "ReplyTimeoutError",
    "RetryPolicy",
    "SyncDriver",
    "Token",
    "TokenFlow",
    "TransportError",
    "trusted_roots",
]
