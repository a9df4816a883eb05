"""What the service does next."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.serve import Schedule
from kwartier.serve.agenda import Agenda, Task
from kwartier.serve.clock import Moment
from kwartier.serve.outage import Outage, pause_after

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCHEDULE = Schedule(sync_at=(time(12, 30),), jitter=timedelta(0), poll_every=HOUR)


def after(pause: timedelta, *, frozen: bool = False) -> Moment:
    """Some time after the start, on a clock that goes or stands still."""
    return Moment(NOW if frozen else NOW + pause, timedelta(days=7) + pause)


BEGIN = after(timedelta())
START = Agenda.at_start(SCHEDULE, "seed", BEGIN)


def test_it_begins_with_a_sync() -> None:
    assert START.due(BEGIN) is Task.SYNC


def test_after_a_sync_polls_follow_until_the_next_sync() -> None:
    agenda, passed, done = START.done(Task.SYNC, BEGIN), timedelta(), []
    while passed < timedelta(days=2):
        passed += agenda.next_in(after(passed))
        now = after(passed)
        task = agenda.due(now)
        assert task is not None
        agenda = agenda.done(task, now)
        done.append(task)
    assert done.count(Task.SYNC) == 2
    assert 40 <= done.count(Task.POLL) <= 50


def test_a_fetch_comes_before_a_poll_and_a_sync_makes_it_needless() -> None:
    agenda = START.done(Task.SYNC, BEGIN).with_fetch(BEGIN, HOUR).with_fetch(BEGIN, 3 * HOUR)
    later = after(2 * HOUR)
    assert agenda.due(later) is Task.FETCH
    assert agenda.done(Task.FETCH, later).due(later) is None
    assert agenda.done(Task.POLL, later).due(later) is Task.FETCH
    assert agenda.done(Task.SYNC, later).due(later) is None


def test_nothing_is_tried_during_a_pause_and_the_same_after_it() -> None:
    agenda = START.paused(BEGIN, HOUR)
    assert agenda.due(after(HOUR / 2)) is None
    assert agenda.next_in(after(HOUR / 4)) == HOUR * 3 / 4
    assert agenda.due(after(HOUR)) is Task.SYNC


def test_on_a_clock_that_stands_still_pauses_end_and_no_new_day_comes() -> None:
    paused = START.paused(BEGIN, HOUR)
    assert paused.due(after(HOUR / 2, frozen=True)) is None
    now = after(HOUR, frozen=True)
    assert paused.due(now) is Task.SYNC
    done = paused.done(Task.SYNC, now).with_fetch(now, HOUR / 2)
    assert done.due(after(1.5 * HOUR, frozen=True)) is Task.FETCH
    polled = done.done(Task.FETCH, now)
    for hours in (3, 30, 300):
        assert polled.due(after(hours * HOUR, frozen=True)) is Task.POLL


def test_a_clock_that_is_set_back_begins_the_agenda_anew() -> None:
    agenda = START.seen(BEGIN).done(Task.SYNC, BEGIN)
    before = Moment(NOW - timedelta(days=400), BEGIN.waited)
    assert agenda.due(before) is None
    assert agenda.seen(before).due(before) is Task.SYNC
    a_little = Moment(NOW - timedelta(minutes=5), BEGIN.waited)
    assert agenda.seen(a_little).due(BEGIN) is None, "clocks are set a little"


def test_a_clock_that_is_set_forward_ends_no_pause() -> None:
    agenda = START.done(Task.SYNC, BEGIN).paused(BEGIN, HOUR)
    tomorrow = Moment(NOW + timedelta(days=1), BEGIN.waited)
    assert agenda.due(tomorrow) is None
    assert agenda.due(Moment(tomorrow.at, BEGIN.waited + HOUR)) is Task.SYNC


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
    assert [outage.fail(kind, BEGIN) for kind in ("a", "a", "b", "a", "b")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert outage.end() == (BEGIN, 5)
    assert outage.end() is None
    assert outage.fail("a", BEGIN)
