"""How fast we may ask: a rate limit on our own side."""

from __future__ import annotations

from threading import Lock

from pyrate_limiter import InMemoryBucket, Rate, RateItem


class Pace:
    """At most ``per_second`` requests in any second. Time is an argument, sleeping is not ours."""

    def __init__(self, per_second: int) -> None:
        self._bucket = InMemoryBucket([Rate(per_second, 1000)])
        self._lock = Lock()

    def take(self, now: float) -> float:
        """Take a turn at ``now`` (seconds of a steady clock).

        Returns 0 if it was granted, otherwise the seconds to wait before asking again.
        """
        item = RateItem("request", int(now * 1000))
        with self._lock:
            self._bucket.leak(item.timestamp)
            if self._bucket.put(item):
                return 0.0
            wait = self._bucket.waiting(item)
        return max(1, wait if isinstance(wait, int) else 1) / 1000
