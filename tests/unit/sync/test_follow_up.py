"""Asking again: gaps, provisional gas and estimates, over many days of syncs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.sync import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import FOLLOW_UPS, Fetch, Reason
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start
from kwartier.vocabulary.mandate import Mandate
from support.planned_life import NEVER, Life, Stored, Truth, check_lawful, usual

ONE = timedelta(days=1)
BEGIN = datetime(2026, 1, 10, 12, tzinfo=UTC)
QUARTER, HOUR, DAY = Granularity.QUARTER_HOUR, Granularity.HOUR, Granularity.DAY
POLICY = FetchPolicy()


def mandate(
    energy_type: str = ELECTRICITY,
    *granularities: Granularity,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="1",
        reference_number="KW-1",
        status="Approved",
        data_service_type="VH_onbepaald",
        metering_point="541440110000000001",
        energy_type=energy_type,
        granularities=frozenset(granularities or {finest(energy_type)}),
        period_start=start or day_start(date(2025, 12, 1), energy_type),
        period_end=end,
    )


def but(truth: Truth, days: Iterable[date], stored: Stored, *slices: Granularity) -> Truth:
    """``truth``, except that some days are otherwise."""
    chosen, wanted = set(days), slices or tuple(Granularity)

    def otherwise(granularity: Granularity, day: date) -> Stored:
        is_chosen = day in chosen and granularity in wanted
        return stored if is_chosen else truth(granularity, day)

    return otherwise


def daily(life: Life, days: int, begin: datetime = BEGIN) -> list[tuple[datetime, Fetch]]:
    """What daily syncs ask after the first, each plan held to the laws."""
    life.sync(begin)
    asked = []
    for number in range(1, days + 1):
        now = begin + number * ONE
        fetches = life.sync(now)
        check_lawful(fetches, life, now)
        asked += [(now, fetch) for fetch in fetches]
    return asked


def follow_ups(asked: Iterable[tuple[datetime, Fetch]]) -> list[tuple[date, Reason]]:
    return [(now.date(), fetch.reason) for now, fetch in asked if fetch.reason in FOLLOW_UPS]


def pauses(asked: Iterable[tuple[datetime, Fetch]]) -> list[int]:
    days = sorted({day for day, _ in follow_ups(asked)})
    return [(later - before).days for before, later in pairwise(days)]


@pytest.mark.parametrize(
    "begin", [datetime(2026, 3, 20, 12, tzinfo=UTC), datetime(2026, 10, 15, 12, tzinfo=UTC)]
)
@pytest.mark.parametrize("energy_type", [ELECTRICITY, GAS])
def test_where_nothing_is_amiss_a_day_costs_one_request(begin: datetime, energy_type: str) -> None:
    life = Life([mandate(energy_type), mandate(energy_type, DAY)], usual(energy_type))
    asked = daily(life, 14, begin)
    assert [(now, fetch.reason) for now, fetch in asked] == [
        (begin + number * ONE, Reason.DELTA) for number in range(1, 15)
    ]


def test_a_day_that_never_comes_is_asked_for_with_growing_pauses() -> None:
    missing = date(2026, 1, 12)
    life = Life([mandate()], but(usual(ELECTRICITY), [missing], Stored(NEVER)))
    asked = daily(life, 200)
    assert follow_ups(asked)[0] == (date(2026, 1, 21), Reason.GAP)
    assert pauses(asked) == [14, 28, 56, 91]
    windows = {fetch.window for _, fetch in asked if fetch.reason is Reason.GAP}
    assert windows == {day_interval(missing, ELECTRICITY)}


def test_what_a_backfill_did_not_bring_waits_from_then_on() -> None:
    missing = date(2025, 12, 5)
    life = Life([mandate()], but(usual(ELECTRICITY), [missing], Stored(NEVER)))
    assert follow_ups(daily(life, 20)) == [((BEGIN + 8 * ONE).date(), Reason.GAP)]


def test_after_an_outage_the_insert_time_fetches_come_first() -> None:
    life = Life([mandate()], usual(ELECTRICITY))
    daily(life, 3)
    for days, reasons in ((30, [Reason.DELTA]), (31, [Reason.DELTA])):
        assert [fetch.reason for fetch in life.sync(BEGIN + days * ONE)] == reasons


def test_late_values_that_come_by_themselves_cost_nothing() -> None:
    late = day_interval(date(2026, 1, 12), ELECTRICITY)
    life = Life(
        [mandate()], but(usual(ELECTRICITY), [date(2026, 1, 12)], Stored(late.end + 6 * ONE))
    )
    assert follow_ups(daily(life, 40)) == []


def test_a_meter_that_gives_no_quarter_hours_costs_few_requests() -> None:
    days = [date(2025, 12, 1) + number * ONE for number in range(500)]
    truth = but(usual(ELECTRICITY), days, Stored(NEVER), QUARTER)
    life = Life([mandate(), mandate(ELECTRICITY, DAY)], truth)
    asked = daily(life, 120)
    assert Counter(fetch.reason for _, fetch in asked)[Reason.DELTA] == 120
    assert pauses(asked) == [14, 28, 56]
    assert len(follow_ups(asked)) == 4


def test_a_meter_that_misses_every_other_day_costs_one_request_a_first_pause() -> None:
    days = [date(2026, 1, 10) + number * 2 * ONE for number in range(100)]
    life = Life([mandate()], but(usual(ELECTRICITY), days, Stored(NEVER)))
    assert min(pauses(daily(life, 120))) >= POLICY.gap_after.days


def test_an_estimate_that_is_replaced_in_time_costs_nothing_another_is_asked_for() -> None:
    early, slow = date(2026, 1, 12), date(2026, 1, 15)
    truth = usual(ELECTRICITY)
    for day, after in ((early, 9 * ONE), (slow, 20 * ONE)):
        came = truth(QUARTER, day).complete
        assert came is not None
        truth = but(truth, [day], Stored(came, read=came + after))
    asked = daily(Life([mandate()], truth), 60)
    assert follow_ups(asked) == [(date(2026, 1, 31), Reason.ESTIMATED)]


def test_a_gas_month_is_asked_for_once_when_it_is_closed_both_granularities_at_once() -> None:
    def truth(granularity: Granularity, day: date) -> Stored:
        following = (day.replace(day=1) + 40 * ONE).replace(day=5)
        came = usual(GAS)(granularity, day).complete
        return Stored(came, definitive=day_start(following, GAS))

    life = Life([mandate(GAS), mandate(GAS, DAY)], truth)
    asked = daily(life, 90)
    months = [
        (now.astimezone(UTC).date(), fetch.window)
        for now, fetch in asked
        if fetch.reason is Reason.PROVISIONAL
    ]
    assert [day for day, _ in months] == [date(2026, month, 6) for month in (2, 3, 4)]
    assert [window.end for _, window in months] == [
        day_start(date(2026, month, 1), GAS) for month in (2, 3, 4)
    ]
    assert all(window.start == day_start(window.start.date(), GAS) for _, window in months)
    assert follow_ups(asked) == [(day, Reason.PROVISIONAL) for day, _ in months]


def test_a_factor_that_stays_provisional_is_asked_for_with_growing_pauses() -> None:
    def truth(granularity: Granularity, day: date) -> Stored:
        came = usual(GAS)(granularity, day).complete
        return Stored(came, definitive=datetime(2030, 1, 1, tzinfo=UTC) if day.month == 1 else None)

    asked = daily(Life([mandate(GAS)], truth), 100)
    assert follow_ups(asked)[0] == (date(2026, 2, 6), Reason.PROVISIONAL)
    assert pauses(asked) == [10, 20, 40]


@pytest.mark.parametrize(("apart", "requests"), [(100, 1), (183, 1), (184, 2), (300, 2)])
def test_what_is_due_together_takes_as_few_windows_as_will_do(apart: int, requests: int) -> None:
    start, second = date(2024, 12, 1), date(2025, 12, 20)
    days = [second - apart * ONE, second]
    life = Life(
        [mandate(start=day_start(start, ELECTRICITY))],
        but(usual(ELECTRICITY), days, Stored(NEVER)),
    )
    gaps = [fetch for _, fetch in daily(life, 9) if fetch.reason is Reason.GAP]
    assert len(gaps) == requests
    assert {day for fetch in gaps for due in fetch.due for day in [due.interval]} == {
        day_interval(day, ELECTRICITY) for day in days
    }


def test_one_request_serves_all_reasons_and_names_the_strongest() -> None:
    estimated, missing = date(2026, 1, 2), date(2026, 1, 9)
    came = usual(ELECTRICITY)(QUARTER, estimated).complete
    assert came is not None
    truth = but(usual(ELECTRICITY), [estimated], Stored(came, read=came + 300 * ONE))
    truth = but(truth, [missing], Stored(NEVER))
    life = Life([mandate()], truth, policy=FetchPolicy(estimated_after=7 * ONE))
    [(_, fetch)] = [one for one in daily(life, 10) if one[1].reason in FOLLOW_UPS]
    assert fetch.reason is Reason.GAP
    assert {due.reason for due in fetch.due} == {Reason.GAP, Reason.ESTIMATED}
    assert fetch.window == Interval(
        day_start(estimated, ELECTRICITY), day_start(missing + ONE, ELECTRICITY)
    )


@pytest.mark.parametrize("energy_type", [ELECTRICITY, GAS])
def test_a_day_that_no_mandate_holds_whole_is_not_missed(energy_type: str) -> None:
    noon = datetime(2026, 1, 5, 11, tzinfo=UTC)
    evening = datetime(2026, 1, 14, 19, tzinfo=UTC)
    mandates = [
        mandate(energy_type, start=noon - 20 * ONE, end=noon),
        mandate(energy_type, start=noon, end=evening),
    ]
    cut = [noon.date() - 20 * ONE, noon.date(), evening.date()]
    life = Life(mandates, but(usual(energy_type), cut, Stored(NEVER)))
    assert follow_ups(daily(life, 60)) == []


def test_a_gap_that_a_backfill_asks_for_anyway_is_not_asked_for_twice() -> None:
    missing = date(2025, 12, 20)
    truth = but(usual(ELECTRICITY), [missing], Stored(NEVER))
    life = Life([mandate(ELECTRICITY, DAY)], truth)
    daily(life, 7)
    life.mandates = [mandate(ELECTRICITY, DAY), mandate()]
    fetches = life.sync(BEGIN + 8 * ONE)
    assert Counter(fetch.reason for fetch in fetches) == {Reason.BACKFILL: 1, Reason.DELTA: 1}


def test_pauses_grow_by_the_factor_up_to_the_longest() -> None:
    policy = FetchPolicy(gap_after=2 * ONE, pause_factor=3.0, longest_pause=30 * ONE)
    days = [policy.pause(Reason.GAP, times) / ONE for times in range(5)]
    assert days == [2, 6, 18, 30, 30]
    assert policy.pause(Reason.GAP, 10_000) == 30 * ONE
    at_once = FetchPolicy(provisional_after=timedelta(0))
    assert [at_once.pause(Reason.PROVISIONAL, times) / ONE for times in range(3)] == [0, 2, 4]


@st.composite
def troubles(draw: st.DrawFn) -> tuple[str, dict[tuple[Granularity, date], Stored]]:
    """Days that come late or never, are estimated, or keep a provisional factor."""
    energy_type = draw(st.sampled_from([ELECTRICITY, GAS]))
    found = {}
    for _ in range(draw(st.integers(0, 6))):
        granularity = draw(st.sampled_from([finest(energy_type), DAY]))
        day = date(2025, 12, 1) + draw(st.integers(0, 90)) * ONE
        came = usual(energy_type)(granularity, day).complete
        assert came is not None
        waits = st.none() | st.integers(0, 60)
        late, read, definitive = (draw(waits) for _ in range(3))
        found[granularity, day] = Stored(
            NEVER if late is None else came + late * ONE,
            read=None if read is None else came + (late or 0) * ONE + read * ONE,
            definitive=None
            if definitive is None or energy_type != GAS
            else came + definitive * ONE,
        )
    return energy_type, found


@settings(max_examples=6, deadline=None)
@given(
    troubles(),
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_whatever_fails_in_between_all_is_asked_for_in_the_end(
    trouble: tuple[str, dict[tuple[Granularity, date], Stored]], runs: list[tuple[int, int]]
) -> None:
    energy_type, found = trouble
    calm = usual(energy_type)

    def truth(granularity: Granularity, day: date) -> Stored:
        return found.get((granularity, day)) or calm(granularity, day)

    life = Life([mandate(energy_type), mandate(energy_type, DAY)], truth)
    now = BEGIN
    for days, failures in runs:
        lost = {number for number in range(8) if failures >> number & 1}
        check_lawful(life.sync(now, lost), life, now)
        now += days * ONE
    for _ in range(12):
        now += 25 * ONE
        check_lawful(life.sync(now), life, now)
    for asked in life.asked(now):
        never = {d for (g, d), s in found.items() if g == asked.granularity and not s.complete}
        missed = {day_interval(day, energy_type) for day in never}
        assert asked.estimated == ()
        assert asked.provisional == ()
        assert all(not any(whole.overlaps(gap) for whole in asked.complete) for gap in missed)
        followed = {t.interval: t.times for t in asked.tried if t.reason is Reason.GAP}
        assert all(followed[gap] >= 3 for gap in missed)
