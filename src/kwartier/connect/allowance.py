"""How often something may be done about one link: robots and impatience cost the provider of the
data no more requests than that.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_KEYS = 10_000


class Allowance:
    """``most`` times in ``seconds`` for each key; kept in memory, for the keys used last."""

    def __init__(
        self, most: int, seconds: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._used: OrderedDict[int, deque[float]] = OrderedDict()

    def take(self, key: int) -> bool:
        """Whether it may be done once more now; if so, it counts."""
        now = self._clock()
        used = self._used.setdefault(key, deque(maxlen=self._most))
        self._used.move_to_end(key)
        while len(self._used) > _MOST_KEYS:
            self._used.popitem(last=False)
        if len(used) == self._most and now - used[0] < self._seconds:
            return False
        used.append(now)
        return True
