"""One cause is told once, again after a pause while it lasts, and once when it is over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.telling import News, Notice, notices
from kwartier.office.alerts import Alert, AlertKind, KnownAlert, Told

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=30)
SETTINGS = AlertSettings(
    quiet_from=time(22),
    quiet_to=time(7),
    daily_at=time(8, 30),
    repeat_after=timedelta(days=3),
    settle=timedelta(minutes=30),
)
URGENT = Alert(kind=AlertKind.FUSE, key="fuse", says="It blew.", next_step="Look.", is_urgent=True)
CALM = replace(URGENT, kind=AlertKind.HOLDS, key="holds", is_urgent=False)
EVENT = replace(CALM, kind=AlertKind.CAP, key="caps:2026-11-20", is_event=True)


def known(alert: Alert, began: datetime = NOON, ended: datetime | None = None) -> KnownAlert:
    return KnownAlert(alert_id=1, alert=alert, began_at=began, ended_at=ended)


def told(at: datetime, stage: str = "", ended: datetime | None = None) -> dict[int, Told]:
    one = Told(
        alert_id=1, receiver="r", stage=stage, told_at=at, thread="first", ended_told_at=ended
    )
    return {1: one}


def news(
    one: KnownAlert,
    before: dict[int, Told] | None = None,
    now: datetime = NOON,
    digest_at: datetime = LONG_AGO,
) -> list[News]:
    found = notices([one], before or {}, SETTINGS, now, digest_at=digest_at)
    return [notice.news for notice in found]


def test_what_is_urgent_is_told_at_once_and_at_night_too() -> None:
    assert news(known(URGENT), now=NOON, digest_at=NOON) == [News.BEGAN]
    assert news(known(URGENT), now=NIGHT, digest_at=NIGHT) == [News.BEGAN]


def test_what_is_not_urgent_waits_for_the_daily_digest() -> None:
    assert news(known(CALM), digest_at=NOON) == []
    next_digest = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert news(known(CALM), now=next_digest - timedelta(seconds=1), digest_at=NOON) == []
    assert news(known(CALM), now=next_digest, digest_at=NOON) == [News.BEGAN]


def test_a_digest_in_a_quiet_hour_waits_for_its_end() -> None:
    early = replace(SETTINGS, daily_at=time(6))
    at_six, at_seven = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (5, 6))
    for now, count in ((at_six, 0), (at_seven, 1)):
        assert len(notices([known(CALM)], {}, early, now, digest_at=NOON)) == count


def test_it_is_told_again_after_the_pause_and_not_before() -> None:
    pause = SETTINGS.repeat_after
    assert news(known(URGENT), told(NOON), now=NOON + pause - timedelta(seconds=1)) == []
    assert news(known(URGENT), told(NOON), now=NOON + pause) == [News.LASTS]


def test_that_it_lasts_or_is_over_wakes_nobody() -> None:
    assert news(known(URGENT, LONG_AGO), told(LONG_AGO), now=NIGHT) == []
    assert news(known(URGENT, LONG_AGO, NOON), told(LONG_AGO), now=NIGHT) == []


def test_a_worse_stage_is_told_at_once() -> None:
    worse = replace(URGENT, stage="1")
    assert news(known(worse), told(NOON, stage="7"), now=NIGHT) == [News.CHANGED]


def test_its_end_is_told_once_and_only_when_it_settled() -> None:
    ended = known(URGENT, LONG_AGO, NOON)
    assert news(ended, told(LONG_AGO), now=NOON + timedelta(minutes=29)) == []
    settled = NOON + timedelta(minutes=30)
    assert news(ended, told(LONG_AGO), now=settled) == [News.OVER]
    assert news(ended, told(LONG_AGO, ended=settled), now=settled + timedelta(days=9)) == []


def test_who_never_heard_of_it_needs_not_hear_that_it_is_over() -> None:
    assert news(known(URGENT, LONG_AGO, NOON), now=NOON + timedelta(days=1)) == []


def test_an_event_is_told_though_it_is_past_and_its_end_is_not() -> None:
    past = known(EVENT, NOON, NOON + timedelta(days=1))
    assert news(past, now=NOON + timedelta(days=2)) == [News.BEGAN]
    assert news(past, told(NOON), now=NOON + timedelta(days=6)) == []
    assert news(past, now=NOON + timedelta(days=8)) == [], "too late to be news"


def test_more_of_an_event_is_told_with_the_next_digest() -> None:
    more = known(replace(EVENT, stage="2+0"))
    assert news(more, told(NOON, stage="1+0"), digest_at=NOON) == []
    assert news(more, told(NOON, stage="1+0"), now=NOON + timedelta(days=1)) == [News.CHANGED]


def test_the_most_urgent_comes_first_and_what_is_over_last() -> None:
    alerts = [
        KnownAlert(alert_id=1, alert=CALM, began_at=LONG_AGO),
        KnownAlert(alert_id=2, alert=URGENT, began_at=LONG_AGO, ended_at=LONG_AGO),
        KnownAlert(alert_id=3, alert=URGENT, began_at=NOON),
    ]
    before = {2: replace(told(LONG_AGO)[1], alert_id=2)}
    found = notices(alerts, before, SETTINGS, NOON, digest_at=LONG_AGO)
    assert [notice.known.alert_id for notice in found] == [3, 1, 2]


class Life:
    """One alert's life, as a receiver that takes every message hears of it."""

    def __init__(self, alert: Alert) -> None:
        self.alert, self.known = alert, known(alert, NOON)
        self.before: dict[int, Told] = {}
        self.digest_at = NOON
        self.heard: list[tuple[datetime, Notice]] = []

    def round(self, now: datetime, *, is_cause: bool) -> None:
        ended = None if is_cause else self.known.ended_at or now
        self.known = replace(self.known, ended_at=ended)
        for notice in notices([self.known], self.before, SETTINGS, now, digest_at=self.digest_at):
            self.heard.append((now, notice))
            over = now if notice.news is News.OVER else None
            self.before = told(now, self.alert.stage, over)
            self.digest_at = now

    @property
    def counts(self) -> Counter[News]:
        return Counter(notice.news for _, notice in self.heard)


@pytest.mark.parametrize("alert", [URGENT, CALM, EVENT], ids=["urgent", "calm", "event"])
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(min_value=1, max_value=3_000)),
        min_size=1,
        max_size=60,
    )
)
@settings(deadline=None, max_examples=60)
def test_however_it_goes_it_begins_once_and_ends_once(
    alert: Alert, rounds: list[tuple[bool, int]]
) -> None:
    """Rounds at any times, the cause there or not: until its end was told, it is one alert."""
    life, now = Life(alert), NOON
    for is_cause, minutes in rounds:
        now += timedelta(minutes=minutes)
        life.round(now, is_cause=is_cause)
        if life.counts[News.OVER]:
            break
    heard = [notice.news for _, notice in life.heard]
    assert heard[:1] in ([], [News.BEGAN])
    assert life.counts[News.BEGAN] <= 1
    assert life.counts[News.OVER] <= (0 if alert.is_event else 1)
    assert heard[1:-1] == [News.LASTS] * len(heard[1:-1])
    again = [at for at, notice in life.heard if notice.news in (News.BEGAN, News.LASTS)]
    assert all(later - earlier >= SETTINGS.repeat_after for earlier, later in pairwise(again))
