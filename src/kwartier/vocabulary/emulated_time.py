"""A clock that is not this machine's: what it showed at one real instant, and how fast it runs.

Emulator and commands meet here: the one writes its clock into KWARTIER_CLOCK, the others read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kwartier.errors import InputError
from kwartier.vocabulary.interval import require_utc
from kwartier.vocabulary.local_time import parse_instant


@dataclass(frozen=True, slots=True)
class EmulatedTime:
    """It showed ``start`` at the real instant ``since``; ``speed`` seconds pass for a real one.

    As text ``2026-11-20T12:00:00Z`` when it stands still (speed 0), else
    ``2026-11-20T12:00:00Z@2026-01-02T09:00:00Zx60``: start, real instant, speed.
    """

    start: datetime
    since: datetime
    speed: float

    def __post_init__(self) -> None:
        if not 0 <= self.speed <= 1_000_000:
            raise InputError("speed", "must be between 0 and 1000000", f"got {self.speed}")
        object.__setattr__(self, "start", require_utc(self.start, "clock"))
        object.__setattr__(self, "since", require_utc(self.since, "real instant"))

    @classmethod
    def parse(cls, text: str) -> EmulatedTime:
        """Read its text; a start alone stands still. Raises :class:`InputError`."""
        start, at, running = text.partition("@")
        if not at:
            moment = parse_instant(start, "instant")
            return cls(moment, moment, 0.0)
        since, _, speed = running.rpartition("x")
        try:
            rate = float(speed)
        except ValueError as error:
            raise InputError("speed", "must be a number after an x", f"got {running!r}") from error
        return cls(parse_instant(start, "instant"), parse_instant(since, "real instant"), rate)

    @property
    def is_real(self) -> bool:
        """Whether it shows what this machine's clock shows."""
        return self.speed == 1 and self.start == self.since

    def at(self, real: datetime) -> datetime:
        """What it shows at the real instant ``real``, in UTC."""
        if self.speed == 0:
            return self.start
        try:
            return self.start + self.speed * (real - self.since)
        except OverflowError as error:
            rule = f"has run past every calendar since {_iso(self.since)}"
            raise InputError("clock", rule, f"at speed {self.speed:g}") from error

    def __str__(self) -> str:
        if self.speed == 0:
            return _iso(self.start)
        return f"{_iso(self.start)}@{_iso(self.since)}x{self.speed!r}"


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
