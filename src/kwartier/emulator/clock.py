"""The emulator's own time: it starts where it is told and runs as fast as it is told."""

from __future__ import annotations

from datetime import UTC, datetime

from kwartier.vocabulary.emulated_time import EmulatedTime


class Clock:
    """Emulated time: ``speed`` seconds pass for each real one; at speed 0 it stands still.

    It goes by this machine's wall clock, so that a client that was told its ``time`` once can
    follow it. Raises :class:`kwartier.errors.InputError` for a speed that cannot be.
    """

    def __init__(self, start: datetime | None = None, *, speed: float = 1.0) -> None:
        real = datetime.now(UTC)
        self._time = EmulatedTime(start or real, real, speed)

    @property
    def time(self) -> EmulatedTime:
        """Where it started and how it runs since."""
        return self._time

    def now(self) -> datetime:
        """The emulated instant, in UTC."""
        return self._time.at(datetime.now(UTC))

    @property
    def speed(self) -> float:
        return self._time.speed

    def set(self, now: datetime, *, speed: float | None = None) -> None:
        """Move to ``now``, and run at ``speed`` from there on (unchanged when None)."""
        self._time = EmulatedTime(
            now, datetime.now(UTC), self._time.speed if speed is None else speed
        )
