"""Whether to try again, and after how long."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

from kwartier.transport.call import Call, Reply, http_date
from kwartier.transport.errors import TransportError
from kwartier.vocabulary.setting import Setting

NOT_ACCEPTED: Final = frozenset({429, 503})
"""The server says it did not take the request: any call may be repeated."""

GATEWAY_FAILED: Final = frozenset({502, 504})
"""A gateway speaks; the request may have been carried out behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """At most ``attempts`` tries and ``total`` seconds, pauses included.

    The n-th pause is random between 0 and ``base`` * 2**(n-1) seconds, never over ``longest``
    (exponential backoff with full jitter); a ``Retry-After`` is obeyed as it stands.
    """

    attempts: Annotated[
        int, Setting(about="how often one request is tried", at_least=1, at_most=20)
    ] = 5
    total: Annotated[
        float,
        Setting(about="seconds for all tries of one request, pauses included", at_least=0),
    ] = 120.0
    base: Annotated[
        float, Setting(about="the first pause lasts up to so many seconds", at_least=0)
    ] = 0.5
    longest: Annotated[
        float,
        Setting(about="pauses double up to so many seconds; a Retry-After is obeyed", at_least=0),
    ] = 20.0
    dice: Callable[[], float] = random.random

    def pause(
        self, call: Call, outcome: Reply | TransportError, *, attempt: int, elapsed: float
    ) -> float | None:
        """Seconds to wait before the next try; None when this outcome is final.

        ``attempt`` counts from 1, ``elapsed`` is the seconds since the first try began.
        """
        if attempt >= self.attempts or not _may_repeat(call, outcome):
            return None
        pause = retry_after(outcome) if isinstance(outcome, Reply) else None
        if pause is None:
            pause = self.dice() * min(self.longest, self.base * 2 ** (attempt - 1))
        return pause if elapsed + pause <= self.total else None


def _may_repeat(call: Call, outcome: Reply | TransportError) -> bool:
    if isinstance(outcome, TransportError):
        return outcome.is_transient and (call.is_idempotent or not outcome.may_have_arrived)
    if outcome.status in NOT_ACCEPTED:
        return True
    return outcome.status in GATEWAY_FAILED and call.is_idempotent


def retry_after(reply: Reply) -> float | None:
    """The pause in seconds that the server asks for, as seconds or as a date (against its own
    clock); None if it asks for none.
    """
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (reply.date or datetime.now(UTC))).total_seconds())
