"""The emulator's own time: it starts where it is told and runs as fast as it is told."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from kwartier.errors import InputError
from kwartier.vocabulary.interval import require_utc


class Clock:
    """Emulated time: ``speed`` seconds pass for each real one; at speed 0 it stands still."""

    def __init__(self, start: datetime | None = None, *, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._anchor(start or datetime.now(UTC), speed)

    def now(self) -> datetime:
        """The emulated instant, in UTC."""
        with self._lock:
            passed = (time.monotonic() - self._real) * self._speed
            return self._start + timedelta(seconds=passed)

    @property
    def speed(self) -> float:
        return self._speed

    def set(self, now: datetime, *, speed: float | None = None) -> None:
        """Move to ``now``, and run at ``speed`` from there on (unchanged when None)."""
        with self._lock:
            self._anchor(now, self._speed if speed is None else speed)

    def _anchor(self, start: datetime, speed: float) -> None:
        if not 0 <= speed <= 1_000_000:
            raise InputError("speed", "must be between 0 and 1000000", f"got {speed}")
        self._start = require_utc(start, "clock")
        self._speed = speed
        self._real = time.monotonic()
