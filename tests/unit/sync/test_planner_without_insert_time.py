"""Planning for a provider that cannot be asked what it stored since: it is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from kwartier.sync import FetchPolicy, Focus, plan
from kwartier.sync.why import why
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.fetch import Asked, Fetch, Reason, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import day_of, day_start
from kwartier.vocabulary.mandate import Mandate, permissions
from kwartier.vocabulary.provider import ENECO
from support.planned_life import NEVER, Life, Stored, Truth, usual

POLICY = FetchPolicy(reread=timedelta(days=2))
NOW = datetime(2026, 11, 20, 12, 20, tzinfo=UTC)
ONE, HOUR = timedelta(days=1), Granularity.HOUR
OWNER = "00000000-0000-4000-8000-000000000001"
CLOCK_CHANGES = (date(2026, 3, 29), date(2026, 10, 25))


def midnight(day: date) -> datetime:
    return day_start(day, HEAT)


def contract(start: datetime | None = None, end: datetime | None = None) -> Mandate:
    return Mandate(
        provider=ENECO,
        contract_number="contract-1",
        reference_number=OWNER,
        status="Approved",
        data_service_type="usages",
        metering_point=OWNER,
        energy_type=HEAT,
        granularities=frozenset({HOUR}),
        period_start=start or midnight(date(2026, 8, 1)),
        period_end=end,
    )


def asked_by(answered: Sequence[Fetch]) -> list[Asked]:
    """What a store would say, had all of these been answered in full."""
    if not answered:
        return []
    settled = tuple(union(s.interval for fetch in answered for s in fetch.scopes))
    first = min(fetch.planned_at for fetch in answered)
    one = Asked(
        metering_point=OWNER,
        granularity=HOUR,
        settled=settled,
        first_read_at=first,
        complete=settled,
    )
    return [one]


def planned(
    mandates: Sequence[Mandate],
    *answered: Fetch,
    now: datetime = NOW,
    policy: FetchPolicy = POLICY,
    focus: Focus | None = None,
) -> list[Fetch]:
    fetches = list(plan(mandates, asked_by(answered), now, policy, focus=focus or Focus()))
    windows = [fetch.window for fetch in fetches]
    assert sum((w.duration for w in windows), timedelta()) == sum(
        (w.duration for w in union(windows)), timedelta()
    ), "nothing is asked for twice"
    for fetch in fetches:
        last = day_of(fetch.window.end - timedelta(microseconds=1), HEAT)
        assert (last - day_of(fetch.window.start, HEAT)).days < 31
        assert fetch.kind is WindowKind.READ_TIME
        assert fetch.window.end <= now
    return fetches


def spans(fetches: Sequence[Fetch], reason: Reason) -> list[Interval]:
    return union(fetch.window for fetch in fetches if fetch.reason is reason)


def test_the_past_is_asked_for_newest_first_a_month_at_a_time_since_the_contract_began() -> None:
    start = datetime(2019, 3, 3, 10, tzinfo=UTC)
    fetches = planned([contract(start)])
    assert {fetch.reason for fetch in fetches} == {Reason.BACKFILL}
    windows = [fetch.window for fetch in fetches]
    assert windows == sorted(windows, reverse=True)
    assert union(windows) == [Interval(start, NOW)], "more than the three years of others"
    assert {w.start for w in windows[:-1]} <= {midnight(day_of(w.start, HEAT)) for w in windows}


def test_a_day_with_nothing_new_costs_one_fetch_of_few_days() -> None:
    answered = planned([contract()])
    for days in range(1, 40):
        now = NOW + days * ONE
        (fetch,) = planned([contract()], *answered, now=now)
        begin = midnight(day_of(now - ONE - POLICY.reread, HEAT))
        assert (fetch.reason, fetch.window) == (Reason.DELTA, Interval(begin, now))
        answered = [*answered, fetch]


def test_a_later_sync_of_the_same_day_reads_the_last_days_again() -> None:
    answered = planned([contract()])
    for now in (NOW, NOW + timedelta(hours=1)):
        (fetch,) = planned([contract()], *answered, now=now)
        assert fetch.window == Interval(midnight(date(2026, 11, 18)), now)
    at_once = FetchPolicy(reread=timedelta(0))
    assert planned([contract()], *answered, policy=at_once) == []
    (fetch,) = planned([contract()], *answered, now=NOW + ONE, policy=at_once)
    assert fetch.window == Interval(midnight(date(2026, 11, 20)), NOW + ONE)


def test_after_an_outage_what_was_missed_and_the_days_before_it_are_one_stretch() -> None:
    answered = planned([contract()])
    now = NOW + 90 * ONE
    fetches = planned([contract()], *answered, now=now)
    assert {fetch.reason for fetch in fetches} == {Reason.DELTA}
    assert spans(fetches, Reason.DELTA) == [Interval(midnight(date(2026, 11, 18)), now)]
    assert len(fetches) == 3


def test_what_failed_is_asked_again_and_never_twice_for_two_reasons() -> None:
    newest, *older = planned([contract()])
    again = planned([contract()], *older, now=NOW + ONE)
    assert [fetch.reason for fetch in again] == [Reason.DELTA, Reason.DELTA]
    newest, middle, *oldest = planned([contract()])
    again = planned([contract()], newest, *oldest, now=NOW + ONE)
    before = midnight(day_of(middle.window.start - POLICY.reread, HEAT))
    hole, last = sorted(spans(again, Reason.DELTA))
    assert hole == Interval(before, middle.window.end), "with what lies before the hole"
    assert last.end == NOW + ONE
    assert spans(again, Reason.BACKFILL) == []


def test_what_was_read_before_an_outage_is_read_again_though_the_first_try_failed() -> None:
    answered = planned([contract()])
    back = NOW + 49 * ONE
    newest, oldest = planned([contract()], *answered, now=back)
    again = planned([contract()], *answered, newest, now=back + ONE)
    assert oldest.window in spans(again, Reason.DELTA)


def test_a_hole_beside_the_last_days_is_asked_for_only_once() -> None:
    early = Interval(midnight(date(2026, 8, 1)), NOW - 3 * ONE)
    late = Interval(NOW - timedelta(hours=30), NOW)
    fetch = planned([contract()])[0]
    answered = [
        structs.replace(fetch, scopes=(replace(fetch.scopes[0], interval=part),))
        for part in (early, late)
    ]
    again = planned([contract()], *answered)
    begin = midnight(day_of(early.end - POLICY.reread, HEAT))
    assert [(one.reason, one.window) for one in again] == [(Reason.DELTA, Interval(begin, NOW))]


def test_what_ended_is_read_again_until_late_values_have_come_and_then_left_alone() -> None:
    ended = contract(end=midnight(date(2026, 11, 20)))
    answered = planned([ended])
    (fetch,) = planned([ended], *answered, now=NOW + ONE)
    assert fetch.window == Interval(midnight(date(2026, 11, 18)), midnight(date(2026, 11, 20)))
    assert planned([ended], *answered, fetch, now=NOW + 3 * ONE) == []


def test_a_contract_made_anew_is_asked_for_from_its_own_start() -> None:
    before = planned([contract(end=None)], now=NOW - 10 * ONE)
    anew = contract(start=NOW - 5 * ONE)
    fetches = planned([anew], *before)
    assert [(one.reason, one.window) for one in fetches] == [
        (Reason.BACKFILL, Interval(NOW - 5 * ONE, NOW))
    ]


def test_time_that_the_operator_means_is_asked_for_once_and_brings_no_news() -> None:
    focus = Focus(start=NOW - 20 * ONE, end=NOW - 10 * ONE)
    fetches = planned([contract()], focus=focus)
    assert spans(fetches, Reason.BACKFILL) == [Interval(NOW - 20 * ONE, NOW - 10 * ONE)]
    assert planned([contract()], *fetches, focus=focus) == []
    forced = planned([contract()], *fetches, focus=replace(focus, force=True))
    assert spans(forced, Reason.FORCED) == [Interval(NOW - 20 * ONE, NOW - 10 * ONE)]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(CLOCK_CHANGES),
    st.integers(0, 120),
    st.none() | st.integers(1, 200),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2**8)), max_size=5),
)
@example(CLOCK_CHANGES[0], 40, None, [(0, 0), (1, 1), (1, 0)])
@example(CLOCK_CHANGES[1], 40, 41, [(0, 0), (3, 2), (1, 0)])
def test_whatever_fails_all_permitted_time_is_asked_for_in_the_end(
    day: date, before: int, length: int | None, runs: list[tuple[int, int]]
) -> None:
    start = midnight(day) - before * ONE + timedelta(hours=7)
    mandates = [contract(start, None if length is None else start + length * ONE)]
    now, answered = midnight(day) + timedelta(hours=1), list[Fetch]()
    for days, failures in runs:
        now += days * ONE
        fetches = planned(mandates, *answered, now=now)
        answered += [one for i, one in enumerate(fetches) if not failures >> i % 8 & 1]
    answered += planned(mandates, *answered, now=now)
    for permission in permissions(mandates, until=now):
        settled = asked_by(answered)[0].settled
        assert subtract(permission.intervals, settled) == []
        assert subtract(settled, permission.intervals) == []
    assert len(planned(mandates, *answered, now=now)) <= 1


def silent_on(silent: set[date]) -> Truth:
    truth = usual(HEAT)
    return lambda granularity, day: Stored(NEVER) if day in silent else truth(granularity, day)


@pytest.mark.parametrize("day", CLOCK_CHANGES)
def test_a_day_that_does_not_come_is_asked_for_again_after_pauses_that_grow(day: date) -> None:
    life = Life([contract(midnight(day) - 10 * ONE)], silent_on({day}))
    now = midnight(day) + timedelta(hours=12)
    gaps = []
    for number in range(40):
        at = now + number * ONE
        fetches = life.sync(at)
        news = [one for one in fetches if one.reason is Reason.DELTA]
        assert len(news) == (number > 0)
        for fetch in fetches:
            if fetch.reason is Reason.GAP:
                gaps.append(number)
                assert intersect([fetch.window], [Interval(midnight(day), midnight(day + ONE))])
    assert gaps == [16, 30], "after seven days without being read, and after fourteen"


def test_the_sentence_says_that_the_provider_does_not_tell() -> None:
    backfill = planned([contract()])
    (delta,) = planned([contract()], *backfill, now=midnight(date(2026, 11, 21)))
    assert why(delta) == (
        "delta: hours of 2026-11-18 to 2026-11-20 are new or may have changed: the provider does "
        "not say what it stored since"
    )
    assert "permitted and were never answered before" in why(backfill[-1])
