"""What events do to the data of a metering point: which meter, which values, and when they come.

Instants are Unix times. An event counts from the moment at which it is recorded; what was asked
before that is answered as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kwartier.emulator.events.event import Event, EventKind
from kwartier.emulator.metering.arrival import LONGEST_DELAY
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS
from kwartier.vocabulary.energy import GAS

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Exchange:
    """From ``at`` on another meter registers; known since ``recorded``."""

    at: int
    recorded: int


@dataclass(frozen=True, slots=True)
class Window:
    """Something about the measured time from ``start`` to ``end``, known since ``recorded``."""

    start: int
    end: int
    recorded: int
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Happenings:
    """All that was recorded by an instant: ``fine_from`` is since when quarter-hours (gas: hours)
    are registered that were not before, ``ends`` when the point was disconnected.
    """

    exchanges: tuple[Exchange, ...] = ()
    late: tuple[Window, ...] = ()
    re_estimated: tuple[Window, ...] = ()
    fine_from: int | None = None
    ends: int | None = None

    def reach(self, start: float, end: float) -> float:
        """From when on measured time may have been stored anew between ``start`` and ``end``."""
        firsts = [window.start for window in self.re_estimated if start <= window.recorded < end]
        firsts += [each.at - _DAY for each in self.exchanges if start <= each.recorded < end]
        firsts += [window.start for window in self.late if _last_come(window) >= start]
        return min([start, *firsts])


NOTHING = Happenings()


def _last_come(window: Window) -> int:
    return window.end + window.delay + LONGEST_DELAY


def happenings(events: Iterable[Event], energy_type: str, asked_at: float) -> Happenings:
    """What the events of a metering point come to by ``asked_at``."""
    found = NOTHING
    for event in events:
        if event.recorded_at.timestamp() <= asked_at:
            found = _with(found, event, energy_type)
    return found


def _with(found: Happenings, event: Event, energy_type: str) -> Happenings:
    """A slice is registered by one meter: an exchange counts from the next slice on."""
    step = QUARTER_SECONDS * (4 if energy_type == GAS else 1)
    at = -(-int(event.effective.timestamp()) // step) * step
    recorded = int(event.recorded_at.timestamp())
    until = at if event.until is None else int(event.until.timestamp())
    window = Window(at, until, recorded, (event.days or 0) * _DAY)
    match event.kind:
        case EventKind.METER_EXCHANGE:
            exchanges = {each.at: each for each in (*found.exchanges, Exchange(at, recorded))}
            return replace(found, exchanges=tuple(exchanges[each] for each in sorted(exchanges)))
        case EventKind.LATE_DATA:
            return replace(found, late=(*found.late, window))
        case EventKind.RE_ESTIMATION:
            return replace(found, re_estimated=(*found.re_estimated, window))
        case EventKind.QUARTER_HOURS_ON:
            first = at if found.fine_from is None else min(at, found.fine_from)
            return replace(found, fine_from=first)
        case EventKind.DISCONNECTION:
            return replace(found, ends=at)
        case EventKind.CUSTOMER_CHANGE | EventKind.COMBINED_SWITCH | EventKind.MOVE:
            # Somebody lives there again, and is connected.
            gone = found.ends if found.ends is not None and at <= found.ends else None
            return replace(found, ends=gone)
    return found
