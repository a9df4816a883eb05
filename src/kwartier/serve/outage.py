"""How an outage is lived through: pauses that grow, and few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from kwartier.serve.clock import Moment

_MOST_DOUBLINGS: Final = 20


def pause_after(failures: int, *, first: timedelta, longest: timedelta, dice: float) -> timedelta:
    """How long to wait after so many ``failures`` in a row (from 1).

    Doubles from ``first`` to ``longest``; ``dice`` (0 to 1) takes up to a fifth off.
    """
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    return min(first * (1 << doublings), longest) * (1 - dice / 5)


@dataclass(slots=True)
class Outage:
    """Failures in a row: since when, how many, and which kinds have been told already."""

    since: Moment | None = None
    failures: int = 0
    _told: set[str] = field(default_factory=set)

    def fail(self, kind: str, now: Moment) -> bool:
        """Note a failure; whether it is news, which each kind is once an outage."""
        self.since = self.since or now
        self.failures += 1
        is_news = kind not in self._told
        self._told.add(kind)
        return is_news

    def end(self) -> tuple[Moment, int] | None:
        """All is well again: since when it was not, and after how many failures; None if it was."""
        if self.since is None:
            return None
        ended = self.since, self.failures
        self.since, self.failures, self._told = None, 0, set()
        return ended
