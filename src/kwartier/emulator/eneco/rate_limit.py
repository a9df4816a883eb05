"""How often may be asked: so many calls in so many seconds for each token, by the wall clock."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

import msgspec

from kwartier.errors import InputError


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``calls`` in any ``seconds``; that Eneco has a limit is documented, how large it is not."""

    calls: int = 1_000
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.calls <= 1_000_000:
            raise InputError("calls", "must be from 1 to 1000000")
        if not 0.001 <= self.seconds <= 86_400:
            raise InputError("seconds", "must be from 0.001 to 86400")


class RateLimit:
    """Counts the calls of each token."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.set(Limit())

    def set(self, limit: Limit) -> None:
        """Hold to ``limit`` from now on; what was counted is forgotten."""
        self.limit = limit
        self._calls: dict[str, deque[float]] = {}

    def wait(self, token: str) -> int:
        """0 when the call may be answered, and is counted; else in how many seconds another may."""
        now, begins = self._clock(), self._clock() - self.limit.seconds
        calls = self._calls.setdefault(token, deque())
        while calls and calls[0] <= begins:
            calls.popleft()
        if len(calls) >= self.limit.calls:
            return max(1, math.ceil(calls[0] - begins))
        calls.append(now)
        self._forget_idle(begins)
        return 0

    def _forget_idle(self, begins: float) -> None:
        if len(self._calls) > 1_000:
            self._calls = {
                token: calls for token, calls in self._calls.items() if calls and calls[-1] > begins
            }
