"""One attempt to hand something to a receiver over HTTP, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from kwartier.transport import (
    AsyncDriver,
    Call,
    ConnectFailedError,
    Reply,
    ReplyTimeoutError,
    TransportError,
)
from kwartier.transport.protocol import Send, Steps
from kwartier.transport.retry import retry_after

PAUSES: Final = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""After the first, the second... failure; the last for all that follow."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait once so many ``attempts`` (from 1) were in vain."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it was not taken, how long to wait before the next attempt, and whether the receiver
    said that it ``is_gone`` for good.
    """

    error: str
    pause: timedelta
    is_gone: bool = False


async def hand_over(driver: AsyncDriver, call: Call, *, number: int) -> Failure | None:
    """Send ``call``, for the ``number``-th time (from 1); None if it was taken: a 2xx status."""
    pause = pause_after(number)
    try:
        reply = await driver.run(_once(call))
    except TransportError as error:
        return Failure(_said(error), pause)
    if reply.is_success:
        return None
    asked = min(retry_after(reply) or 0.0, PAUSES[-1].total_seconds())
    pause = max(pause, timedelta(seconds=asked))
    is_gone = reply.status == HTTPStatus.GONE
    return Failure(f"the receiver answered {reply.status}", pause, is_gone)


def _once(call: Call) -> Steps[Reply]:
    reply: Reply = yield Send(call)
    return reply


def _said(error: TransportError) -> str:
    """What went wrong, without the address, which may hold a key."""
    if isinstance(error, ConnectFailedError):
        return "the receiver cannot be reached"
    if isinstance(error, ReplyTimeoutError):
        return "the receiver gave no reply in time"
    return "the receiver gave no usable reply"
