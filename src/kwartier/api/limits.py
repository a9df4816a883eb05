"""How many requests a key may make: evenly, with some at once after a pause."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kwartier.api.settings import ApiSettings


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether a request may be made now; how many more could follow at once, in how many seconds
    there will be as many as there can be, and in how many the next may be made.
    """

    is_allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    def headers(self) -> dict[str, str]:
        """What the caller is told of it."""
        told = {
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(self.remaining),
            "ratelimit-reset": str(self.reset),
        }
        return told if self.is_allowed else {**told, "retry-after": str(self.retry_after)}


class Allowances:
    """The allowance of each key, by seconds of any clock that only goes forward."""

    def __init__(self, settings: ApiSettings) -> None:
        self._every = 60 / settings.requests_per_minute
        self._burst = settings.burst
        self._full_at: dict[str, float] = {}

    def take(self, key_id: str, now: float) -> Allowed:
        """Take one request of a key's allowance, if there is one left."""
        full_at = max(self._full_at.get(key_id, now), now)
        is_allowed = full_at - now <= self._every * (self._burst - 1) + 1e-9
        if is_allowed:
            full_at += self._every
            self._full_at[key_id] = full_at
        remaining = max(0, self._burst - math.ceil((full_at - now) / self._every - 1e-9))
        wait = full_at - now - self._every * (self._burst - 1)
        return Allowed(
            is_allowed, self._burst, remaining, math.ceil(full_at - now), max(1, math.ceil(wait))
        )
