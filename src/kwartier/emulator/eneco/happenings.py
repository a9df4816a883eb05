"""What events do to a data owner's values: when they come, what they become, when they end.

An event counts from the moment at which it is recorded. Instants are Unix times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kwartier.emulator.eneco.arrival import HOUR
from kwartier.emulator.events.event import CAPPING, Event, EventKind

_DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Window:
    """The hours that start from ``start`` up to ``end``; ``delay`` in seconds."""

    start: int
    end: int
    recorded: int
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Happenings:
    """All that was recorded by an instant; ``ends`` is when heat is no longer delivered."""

    late: tuple[Window, ...] = ()
    re_estimated: tuple[Window, ...] = ()
    ends: int | None = None


def happenings(events: Iterable[Event], asked_at: float) -> Happenings:
    """What the events of a data owner come to by ``asked_at``."""
    found = Happenings()
    for event in events:
        if event.recorded_at.timestamp() <= asked_at:
            found = _with(found, event)
    return found


def _with(found: Happenings, event: Event) -> Happenings:
    start = int(event.effective.timestamp())
    end = start if event.until is None else int(event.until.timestamp())
    window = Window(start, end, int(event.recorded_at.timestamp()), (event.days or 0) * _DAY)
    if event.kind is EventKind.LATE_DATA:
        return replace(found, late=(*found.late, window))
    if event.kind is EventKind.RE_ESTIMATION:
        return replace(found, re_estimated=(*found.re_estimated, window))
    if event.kind in CAPPING:
        ends = start if found.ends is None else min(start, found.ends)
        return replace(found, ends=ends // HOUR * HOUR)
    return found
