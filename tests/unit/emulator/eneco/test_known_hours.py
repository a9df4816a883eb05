"""When hours become known, what is put right, and what events do to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.eneco.arrival import HOUR, LONGEST_DELAY, Arrival
from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.eneco.happenings import Happenings, happenings
from kwartier.emulator.eneco.hours import Known, first_hour, hour_of, known, newest_end
from kwartier.emulator.eneco.load import key_of_owner, load
from kwartier.emulator.eneco.usages import usages
from kwartier.emulator.events.event import Event, EventAsked
from kwartier.emulator.fiam.contracts import Environment
from kwartier.wire.eneco import ChannelId, Usages

OWNERS = data_owners(Environment.ACCEPTANCE)
OWNER = OWNERS[4]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SEED = 1


def at(now: datetime, first: datetime, end: datetime, happened: Happenings | None = None) -> Known:
    return known(
        OWNER,
        SEED,
        hour_of(first),
        hour_of(end),
        asked_at=now.timestamp(),
        happened=happened or Happenings(),
    )


def event(kind: str, recorded: datetime, **members: object) -> Event:
    asked = EventAsked(kind=kind, data_owner=OWNER.id, **members)  # type: ignore[arg-type]
    return asked.happening(recorded)


def page(now: datetime, end: datetime | None, owner: object = OWNER) -> Usages:
    content = usages(OWNER, SEED, end, now=now, happened=Happenings())
    return msgspec.json.decode(content, type=Usages)


def test_an_hour_comes_some_hours_after_it_ended_and_none_is_lost() -> None:
    month = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    hours = np.arange(hour_of(month[0]), hour_of(month[1]), dtype=np.int64)
    delay = Arrival(key_of_owner(OWNER, SEED), hours).stored - (hours + 1) * HOUR
    assert delay.min() >= 2 * HOUR
    assert delay.max() <= LONGEST_DELAY
    assert np.median(delay) < 7 * HOUR
    assert len(at(NOW, *month).hours) == len(hours)


def test_some_days_come_late_and_some_values_are_put_right_days_later() -> None:
    hours = np.arange(hour_of(NOW - timedelta(days=1000)), hour_of(NOW), dtype=np.int64)
    arrival = Arrival(key_of_owner(OWNER, SEED), hours)
    late = (arrival.stored - (hours + 1) * HOUR) > 24 * HOUR
    corrected = arrival.corrected > arrival.stored
    assert 0.01 < late.mean() < 0.04
    assert 0.01 < corrected.mean() < 0.04
    assert (arrival.percent[~corrected] == 100).all()
    some = int(corrected.nonzero()[0][0])
    day = slice(some, some + 5)
    first, end = int(hours[day][0]), int(hours[day][-1]) + 1
    before = known(OWNER, SEED, first, end, asked_at=float(arrival.stored[day].max()))
    after = known(OWNER, SEED, first, end, asked_at=float(arrival.corrected[day].max()))
    true = load(OWNER, SEED, hours[day])[ChannelId.WARMTH]
    assert (after.values[ChannelId.WARMTH] == true).all()
    assert (before.values[ChannelId.WARMTH] != true).any()
    assert (before.values[ChannelId.REDELIVERY] <= before.values[ChannelId.PRODUCED]).all()


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 20_000), st.integers(0, 200))
def test_what_is_known_stays_known(hours_ago: int, later: int) -> None:
    then = NOW - timedelta(hours=hours_ago)
    window = then - timedelta(days=5), then
    earlier = set(at(then, *window).hours.tolist())
    assert earlier <= set(at(then + timedelta(hours=later), *window).hours.tolist())
    assert all((hour + 1) * HOUR <= then.timestamp() for hour in earlier)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1_500), st.integers(1, 40))
def test_pages_join_by_their_ends_without_hole_or_overlap(days_ago: int, pages: int) -> None:
    start = NOW - timedelta(days=days_ago, minutes=days_ago % 60)
    end: datetime | None = start if days_ago else None
    stamps: list[str] = []
    for _ in range(pages):
        found = page(NOW, end)
        if end is not None:
            expected = end.replace(minute=0, second=0)
            assert datetime.fromisoformat(found.end_date) == expected
        if not found.usage_channels:
            break
        assert [each.channel_id for each in found.usage_channels] == list(OWNER.channels)
        records = [[r.timestamp for r in each.usage_records] for each in found.usage_channels]
        assert all(each == records[0] for each in records)
        stamps = records[0] + stamps
        end = datetime.fromisoformat(found.start_date)
    if stamps:
        whole = at(
            NOW,
            datetime.fromisoformat(stamps[0]),
            datetime.fromisoformat(stamps[-1]) + timedelta(hours=1),
        )
        assert [datetime.fromisoformat(each).timestamp() for each in stamps] == [
            hour * HOUR for hour in whole.hours.tolist()
        ]


def test_before_the_first_day_there_are_no_channels_and_on_it_only_its_hours() -> None:
    first = datetime.fromtimestamp(first_hour(OWNER) * HOUR, UTC)
    assert first == datetime(2023, 12, 31, 23, tzinfo=UTC), "midnight in the Netherlands"
    assert page(NOW, first).usage_channels == []
    for channel in page(NOW, first + timedelta(hours=2)).usage_channels:
        assert [each.timestamp for each in channel.usage_records] == [
            "2023-12-31T23:00:00Z",
            "2024-01-01T00:00:00Z",
        ]
    assert page(first, None).usage_channels == []


def test_channels_are_there_though_none_of_their_hours_has_come() -> None:
    late = event("late-data", NOW, effective="2026-11-20T13:00:00Z", until="2026-12-01", days=60)
    happened = happenings([late], (NOW + timedelta(days=5)).timestamp())
    now = NOW + timedelta(days=5)
    content = usages(OWNER, SEED, now, now=now, happened=happened)
    found = msgspec.json.decode(content, type=Usages)
    assert [each.channel_id for each in found.usage_channels] == list(OWNER.channels)
    assert all(each.usage_records == [] for each in found.usage_channels)


def test_the_days_of_the_clock_change_have_23_and_25_hours() -> None:
    for first, end, count in (
        (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC), 23),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC), 25),
    ):
        hours = at(NOW, first, end).hours.tolist()
        assert hours == list(range(hour_of(first), hour_of(end)))
        assert len(hours) == count


def test_late_data_comes_later_but_what_has_come_stays() -> None:
    window = NOW - timedelta(days=3), NOW
    usual = at(NOW, *window).hours.tolist()
    start = (NOW - timedelta(days=3)).isoformat()
    late = event("late-data", NOW, effective=start, until=NOW.isoformat(), days=10)
    happened = happenings([late], NOW.timestamp())
    assert at(NOW, *window, happened).hours.tolist() == usual
    later = NOW + timedelta(days=9)
    happened = happenings([late], later.timestamp())
    assert at(later, *window, happened).hours.tolist() == usual
    assert len(at(later + timedelta(days=6), *window, happened).hours) == 72


def test_re_estimation_changes_what_had_come_and_only_once_it_is_recorded() -> None:
    window = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    anew = event("re-estimation", NOW, effective=window[0].isoformat(), until=window[1].isoformat())
    before = at(NOW, *window).values[ChannelId.WARMTH]
    assert happenings([anew], NOW.timestamp() - 1) == Happenings()
    changed = at(NOW, *window, happenings([anew], NOW.timestamp())).values[ChannelId.WARMTH]
    assert (changed == before * 9 // 10).all()


def test_when_heat_is_no_longer_delivered_nothing_more_comes() -> None:
    moved = event("move", NOW, effective="2026-11-10T10:20:00Z")
    happened = happenings([moved], NOW.timestamp())
    end = newest_end(OWNER, SEED, asked_at=NOW.timestamp(), happened=happened)
    assert end == hour_of(datetime(2026, 11, 10, 10, tzinfo=UTC))
    assert newest_end(OWNER, SEED, asked_at=0.0, happened=Happenings()) is None
