"""What tests that start emulators share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kwartier.emulator.thread import EmulatorThread

FROZEN_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""The instant at which the clock of most tests stands still."""

FreshEmulator = Callable[..., EmulatorThread]
"""The type of the fixture ``fresh_emulator``."""
