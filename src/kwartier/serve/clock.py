"""The time that the service goes by: the real one, or the emulator's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kwartier.settings import configured_clock, environment
from kwartier.vocabulary.emulated_time import EmulatedTime

LONGEST_NAP: Final = 30.0
"""Real seconds after which the clock is looked at again: it may have been set."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the clock shows, ``at`` (UTC), and for how long it was ``waited`` before.

    What is due by day goes by ``at``. Pauses are waiting: nobody can set that back or forward, and
    it goes on where an emulated clock stands still.
    """

    at: datetime
    waited: timedelta


class ServiceClock:
    """KWARTIER_CLOCK's time if that is set, else this machine's.

    Where an emulated clock runs fast, waiting does too; where it stands still, waiting is real.
    Raises :class:`~kwartier.errors.ConfigurationError` when the variable holds no clock.
    """

    def __init__(self) -> None:
        configured_clock()
        text = environment().get("KWARTIER_CLOCK")
        self._pace: float = (EmulatedTime.parse(text).speed if text else 1.0) or 1.0

    def now(self) -> datetime:
        """In UTC."""
        return configured_clock()

    def moment(self) -> Moment:
        """Now, and how long it was waited until now, since whenever."""
        return Moment(self.now(), timedelta(seconds=time.monotonic() * self._pace))

    def real_seconds(self, pause: timedelta) -> float:
        """How long to sleep of a pause before looking again: at most :data:`LONGEST_NAP`."""
        return min(max(pause.total_seconds() / self._pace, 0.0), LONGEST_NAP)
