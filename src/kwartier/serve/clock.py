"""The time that the service goes by: the real one, or the emulator's."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kwartier.settings import configured_clock, environment
from kwartier.vocabulary.emulated_time import EmulatedTime

LONGEST_NAP: Final = 30.0
"""Real seconds after which the clock is looked at again: it may have been set."""


class ServiceClock:
    """KWARTIER_CLOCK's time if that is set, else this machine's.

    Raises :class:`~kwartier.errors.ConfigurationError` when the variable holds no clock.
    """

    def __init__(self) -> None:
        configured_clock()
        text = environment().get("KWARTIER_CLOCK")
        self.speed: float = EmulatedTime.parse(text).speed if text else 1.0

    def now(self) -> datetime:
        """In UTC."""
        return configured_clock()

    def real_seconds_until(self, instant: datetime) -> float:
        """How long to sleep before looking again: at most :data:`LONGEST_NAP`."""
        if self.speed == 0:
            return LONGEST_NAP
        seconds = (instant - self.now()).total_seconds() / self.speed
        return min(max(seconds, 0.0), LONGEST_NAP)
