"""A span of usages, read backwards: Eneco can only be told where a page ends."""

from __future__ import annotations

from datetime import datetime

from kwartier.vocabulary.interval import Interval


class BackPaging:
    """Says where each page of ``window`` ends, from the newest back.

    The first has no end if the window reaches to ``now``: the newest there is. Each further one
    ends where the one before began. The last one is the one that begins at or before the window,
    that has no channel at all (nothing is available so far back), or that begins no earlier than
    the one before. A page whose channels hold no records is no end: a meter may have been silent.
    """

    def __init__(self, window: Interval, *, now: datetime) -> None:
        self._window = window
        self._earliest = window.end if window.end < now else None
        self.first = self._earliest
        """Where the first page ends (UTC); None for the newest one."""

    def following(self, start: datetime, channels: int) -> datetime | None:
        """Where the next page ends (UTC), after one that began at ``start`` and had so many
        ``channels``; None after the last one.
        """
        has_advanced = self._earliest is None or start < self._earliest
        if not channels or not has_advanced or start <= self._window.start:
            return None
        self._earliest = start
        return start
