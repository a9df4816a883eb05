"""What is to be told to a receiver now: each cause once, again after a pause, and its end once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.timing import is_quiet, latest_digest
from kwartier.office.alerts import KnownAlert, Told

EVENTS_WITHIN: Final = timedelta(days=7)
"""An event that nobody could be told of is told no later than this."""


class News(StrEnum):
    """Why an alert is told."""

    BEGAN = "began"
    CHANGED = "changed"
    LASTS = "lasts"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One alert to be told; ``thread`` is the first message of it that the receiver has."""

    known: KnownAlert
    news: News
    thread: str | None = None

    @property
    def is_loud(self) -> bool:
        """Whether it goes out in quiet hours, too."""
        return self.known.alert.is_urgent and self.news in (News.BEGAN, News.CHANGED)


def notices(
    alerts: Iterable[KnownAlert],
    told: Mapping[int, Told],
    settings: AlertSettings,
    now: datetime,
    *,
    digest_at: datetime,
) -> list[Notice]:
    """What a receiver is to hear ``now``, the most urgent first.

    ``told`` is what it was told already, by alert; ``digest_at`` the daily digest that it was told
    last. What is urgent goes at once, its end and its repetition outside quiet hours; all else
    once a day.
    """
    is_hushed = is_quiet(now, settings)
    is_digest = not is_hushed and latest_digest(now, settings) > digest_at
    found = []
    for one in alerts:
        before = told.get(one.alert_id)
        news = _news(one, before, settings, now)
        if news is None:
            continue
        notice = Notice(known=one, news=news, thread=before.thread if before else None)
        is_due = is_digest or (one.alert.is_urgent and not is_hushed)
        if notice.is_loud or is_due:
            found.append(notice)
    return sorted(found, key=_urgency)


def _news(
    one: KnownAlert, before: Told | None, settings: AlertSettings, now: datetime
) -> News | None:
    alert = one.alert
    if before is None:
        is_late_event = alert.is_event and now - one.began_at <= EVENTS_WITHIN
        return News.BEGAN if one.is_open or is_late_event else None
    if one.is_open or alert.is_event:
        if before.stage != alert.stage:
            return News.CHANGED
        lasts = not alert.is_event and now - before.told_at >= settings.repeat_after
        return News.LASTS if lasts else None
    is_settled = one.ended_at is not None and now - one.ended_at >= settings.settle
    return News.OVER if is_settled and before.ended_told_at is None else None


def _urgency(notice: Notice) -> tuple[bool, bool, datetime, int]:
    known = notice.known
    return notice.news is News.OVER, not known.alert.is_urgent, known.began_at, known.alert_id
