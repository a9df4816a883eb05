"""When the service syncs and polls: once for each local day and time, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.serve import Schedule
from kwartier.vocabulary.local_time import BRUSSELS

FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
DAY = timedelta(days=1)

instants = st.integers(0, 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
schedules = st.builds(
    Schedule,
    sync_at=st.lists(st.times().map(lambda at: at.replace(microsecond=0)), min_size=1, max_size=3)
    .map(set)
    .map(tuple),
    jitter=st.timedeltas(timedelta(0), timedelta(hours=6)),
    poll_every=st.timedeltas(timedelta(minutes=1), DAY),
)
seeds = st.text(max_size=5)


def exactly(*at: time) -> Schedule:
    return Schedule(sync_at=at, jitter=timedelta(0))


@pytest.mark.parametrize("day", [FORWARD, BACK, date(2026, 7, 1)])
def test_the_daily_sync_is_at_its_local_time_also_when_the_clock_changes(day: date) -> None:
    schedule = exactly(time(12, 30))
    midnight = datetime.combine(day, time(), BRUSSELS).astimezone(UTC)
    local = schedule.next_sync(midnight, "").astimezone(BRUSSELS)
    assert (local.date(), local.time()) == (day, time(12, 30))


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        (FORWARD, time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (BACK, time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
    ids=["a time that is skipped", "a time that comes twice"],
)
def test_a_time_within_the_change_comes_once(day: date, at: time, instant: datetime) -> None:
    schedule = exactly(at)
    first = schedule.next_sync(datetime.combine(day, time(), BRUSSELS).astimezone(UTC), "")
    assert first == instant
    following = schedule.next_sync(first, "").astimezone(BRUSSELS)
    assert (following.date(), following.time()) == (day + DAY, at)


@given(schedules, instants, seeds)
@settings(max_examples=60, deadline=None)
def test_each_day_has_its_syncs_and_none_is_passed_over(
    schedule: Schedule, start: datetime, seed: str
) -> None:
    found, at = [], start
    while at < start + 5 * DAY:
        at = schedule.next_sync(at, seed)
        found.append(at)
    assert found == sorted(set(found))
    assert found[0] > start
    days = [start.date() + number * DAY for number in range(-2, 9)]
    planned = {each for day in days for each in schedule.syncs_of(day, seed)}
    assert set(found) == {each for each in planned if start < each <= found[-1]}


@given(schedules, st.dates(date(2026, 1, 1), date(2026, 12, 31)), seeds)
@settings(max_examples=60, deadline=None)
def test_jitter_moves_a_sync_by_no_more_than_it_may_and_the_same_each_time(
    schedule: Schedule, day: date, seed: str
) -> None:
    found = schedule.syncs_of(day, seed)
    assert found == schedule.syncs_of(day, seed)
    assert len(found) == len(schedule.sync_at)
    plain = exactly(*schedule.sync_at).syncs_of(day, seed)
    assert all(min(abs(at - each) for each in plain) <= schedule.jitter for at in found)


def test_installations_differ_and_so_do_days() -> None:
    schedule = Schedule()
    shifts = {
        (at - exactly(time(12, 30)).syncs_of(day, "")[0])
        for seed in ("one", "another")
        for day in (FORWARD, BACK)
        for at in schedule.syncs_of(day, seed)
    }
    assert len(shifts) == 4


@given(schedules, instants, seeds)
@settings(max_examples=40, deadline=None)
def test_a_poll_follows_after_its_pause_give_or_take_a_twentieth(
    schedule: Schedule, now: datetime, seed: str
) -> None:
    pause = schedule.poll_pause(now, seed)
    assert 0.94 <= pause / schedule.poll_every <= 1.06
