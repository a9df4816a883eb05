"""What the service does next."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.serve import Schedule
from kwartier.serve.agenda import Agenda, Task
from kwartier.serve.outage import Outage, pause_after

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCHEDULE = Schedule(sync_at=(time(12, 30),), jitter=timedelta(0), poll_every=HOUR)
START = Agenda.at_start(SCHEDULE, "seed", NOW)


def test_it_begins_with_a_sync() -> None:
    assert START.due(NOW) is Task.SYNC


def test_after_a_sync_polls_follow_until_the_next_sync() -> None:
    agenda, now, done = START.done(Task.SYNC, NOW), NOW, []
    while now < NOW + timedelta(days=2):
        now = agenda.next_at
        task = agenda.due(now)
        assert task is not None
        agenda = agenda.done(task, now)
        done.append(task)
    assert done.count(Task.SYNC) == 2
    assert 40 <= done.count(Task.POLL) <= 50


def test_a_fetch_comes_before_a_poll_and_a_sync_makes_it_needless() -> None:
    agenda = START.done(Task.SYNC, NOW).with_fetch(NOW + HOUR).with_fetch(NOW + 3 * HOUR)
    later = NOW + 2 * HOUR
    assert agenda.due(later) is Task.FETCH
    assert agenda.done(Task.FETCH, later).due(later) is None
    assert agenda.done(Task.POLL, later).due(later) is Task.FETCH
    assert agenda.done(Task.SYNC, later).due(later) is None


def test_nothing_is_tried_during_a_pause_and_the_same_after_it() -> None:
    agenda = START.paused(NOW + HOUR)
    assert agenda.due(NOW + HOUR / 2) is None
    assert agenda.next_at == NOW + HOUR
    assert agenda.due(NOW + HOUR) is Task.SYNC


def test_a_clock_that_is_set_back_begins_the_agenda_anew() -> None:
    agenda = START.seen(NOW).done(Task.SYNC, NOW)
    before = NOW - timedelta(days=400)
    assert agenda.due(before) is None
    assert agenda.seen(before).due(before) is Task.SYNC
    assert agenda.seen(NOW - timedelta(minutes=5)).due(NOW) is None, "clocks are set a little"


@given(st.integers(1, 10_000), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_pauses_grow_to_a_bound(failures: int, dice: float) -> None:
    first, longest = timedelta(minutes=1), HOUR
    pause = pause_after(failures, first=first, longest=longest, dice=dice)
    assert first * 0.8 <= pause <= longest
    following = pause_after(failures + 1, first=first, longest=longest, dice=dice)
    assert pause <= following
    assert failures < 7 or pause >= longest * 0.8


def test_each_kind_of_failure_is_news_once_an_outage() -> None:
    outage = Outage()
    assert [outage.fail(kind, NOW) for kind in ("a", "a", "b", "a", "b")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert outage.end() == (NOW, 5)
    assert outage.end() is None
    assert outage.fail("a", NOW)
