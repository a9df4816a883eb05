"""When alerts may be told: quiet hours and the daily digest, on Brussels' clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kwartier.alerts.settings import AlertSettings
from kwartier.vocabulary.local_time import BRUSSELS


def is_quiet(now: datetime, settings: AlertSettings) -> bool:
    """Whether clocks show a quiet hour; those from 22:00 to 07:00 go across midnight."""
    start, end = settings.quiet_from, settings.quiet_to
    shown = now.astimezone(BRUSSELS).time()
    if start <= end:
        return start <= shown < end
    return shown >= start or shown < end


def latest_digest(now: datetime, settings: AlertSettings) -> datetime:
    """When the daily digest was due last, at ``now`` or before. Where clocks show its time twice
    that is the first, where they skip it an hour later on the clock.
    """
    today = now.astimezone(BRUSSELS).date()
    due = (
        datetime.combine(day, settings.daily_at, BRUSSELS).astimezone(UTC)
        for day in (today, today - timedelta(days=1))
    )
    return next(at for at in due if at <= now)
