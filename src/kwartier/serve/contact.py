"""What the service remembers of its work: for metrics, readiness and the next decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Contact:
    """When things last went well, by the service's clock, and what went wrong last.

    ``accepted``: whether the provider accepted the credentials; None before the first answer.
    ``error`` is what the last failure said; None once all is well again.
    """

    synced_at: datetime | None = None
    polled_at: datetime | None = None
    accepted: bool | None = None
    error: str | None = None

    @staticmethod
    def age(at: datetime | None, now: datetime) -> float:
        """Seconds since ``at``; infinite if that never was."""
        return float("inf") if at is None else (now - at).total_seconds()
