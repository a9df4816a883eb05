"""The planner: pure values in, fetches out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwartier.sync.planner import earliest_start, plan
from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Asked, Fetch, Reason, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import BRUSSELS, day_interval, day_of, day_start
from kwartier.vocabulary.mandate import Mandate, permissions
from kwartier.vocabulary.provider import FLUVIUS, PROVIDERS

POLICY = FetchPolicy()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINT = "541440110000000001"
QUARTER, HOUR, DAY = Granularity.QUARTER_HOUR, Granularity.HOUR, Granularity.DAY


def mandate(
    *,
    start: datetime = datetime(2025, 10, 31, 23, tzinfo=UTC),
    end: datetime | None = None,
    granularity: Granularity = QUARTER,
    point: str = POINT,
    energy_type: str = ELECTRICITY,
    status: str = "Approved",
    renewal_status: str | None = None,
    expires_at: datetime | None = None,
) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="123",
        reference_number="KW-1",
        status=status,
        data_service_type="VH_dag" if granularity is DAY else "VH_kwartier_uur",
        metering_point=point,
        energy_type=energy_type,
        granularities=frozenset({granularity}),
        period_start=start,
        period_end=end,
        renewal_status=renewal_status,
        expires_at=expires_at,
    )


def settled_by(fetches: Sequence[Fetch]) -> list[Asked]:
    """What a store would say of these fetches, had all of them been answered in full."""
    keys = {(f.metering_point, g) for f in fetches for g in f.granularities}
    return [_asked(point, granularity, fetches) for point, granularity in sorted(keys)]


def _asked(point: str, granularity: Granularity, fetches: Sequence[Fetch]) -> Asked:
    mine = [f for f in fetches if f.metering_point == point and granularity in f.granularities]
    scopes = [s.interval for f in mine for s in f.scopes if s.granularity == granularity]
    reads = [f.planned_at for f in mine if f.kind is WindowKind.READ_TIME]
    inserts = [f.window for f in mine if f.kind is WindowKind.INSERT_TIME]
    return Asked(
        metering_point=point,
        granularity=granularity,
        settled=tuple(union(scopes)),
        inserted=tuple(union(inserts)),
        first_read_at=min(reads, default=None),
        complete=tuple(union(scopes)),
    )


def planned(mandates: Sequence[Mandate], *answered: Fetch, now: datetime = NOW) -> list[Fetch]:
    return list(plan(mandates, settled_by(answered), now, POLICY))


def test_thirteen_months_are_three_windows_newest_first() -> None:
    windows = [f.window for f in planned([mandate()])]
    assert len(windows) == 3
    assert windows[0].end == NOW
    assert windows[-1].start == datetime(2025, 10, 31, 23, tzinfo=UTC)
    assert [w.start for w in windows[:-1]] == [w.end for w in windows[1:]]
    assert all(w.duration <= timedelta(days=184, hours=1) for w in windows)


def test_inner_cuts_are_local_midnight_and_for_gas_six_in_the_morning() -> None:
    for energy_type, hour in ((ELECTRICITY, 0), (GAS, 6)):
        fetches = planned([mandate(energy_type=energy_type)])
        cuts = {f.window.start.astimezone(BRUSSELS).hour for f in fetches[:-1]}
        assert cuts == {hour}


def test_the_outer_ends_are_the_mandates_own_instants() -> None:
    start = datetime(2026, 3, 3, 10, 17, tzinfo=UTC)
    end = datetime(2026, 5, 5, 5, 5, tzinfo=UTC)
    (fetch,) = planned([mandate(start=start, end=end)])
    assert fetch.window == Interval(start, end)


def test_one_call_brings_both_granularities_of_a_point() -> None:
    fetches = planned([mandate(), mandate(granularity=DAY)])
    assert len(fetches) == 3
    assert all(set(f.granularities) == {QUARTER, DAY} for f in fetches)


def test_granularities_with_other_periods_are_each_settled_only_where_permitted() -> None:
    mid_day = datetime(2026, 6, 15, 11, tzinfo=UTC)
    start = day_start(date(2026, 6, 1), ELECTRICITY)
    (fetch,) = planned([mandate(granularity=DAY, start=start), mandate(start=mid_day)])
    scopes = {s.granularity: s.interval for s in fetch.scopes}
    assert scopes == {DAY: Interval(start, NOW), QUARTER: Interval(mid_day, NOW)}


def test_a_second_run_asks_one_delta_for_each_point_and_nothing_else() -> None:
    mandates = [mandate(), mandate(granularity=DAY)]
    later = NOW + timedelta(hours=6)
    (delta,) = planned(mandates, *planned(mandates), now=later)
    assert (delta.reason, delta.kind) == (Reason.DELTA, WindowKind.INSERT_TIME)
    assert delta.window == Interval(NOW - POLICY.delta_overlap, later)
    assert {s.interval for s in delta.scopes} == {Interval(NOW, later)}


def test_on_a_frozen_clock_the_delta_asks_the_overlap_again() -> None:
    (delta,) = planned([mandate()], *planned([mandate()]))
    assert delta.window == Interval(NOW - POLICY.delta_overlap, NOW)
    assert delta.scopes == ()


def test_windows_that_failed_are_asked_again_and_answered_ones_are_not() -> None:
    newest, middle, oldest = planned([mandate()])
    again = planned([mandate()], newest, oldest)
    assert [f.window for f in again if f.reason is Reason.BACKFILL] == [middle.window]


def test_a_failed_delta_is_asked_again_from_where_the_chain_broke() -> None:
    backfill = planned([mandate()])
    first = planned([mandate()], *backfill, now=NOW + timedelta(days=1))
    third = planned([mandate()], *backfill, *first, now=NOW + timedelta(days=3))
    lost = planned([mandate()], *backfill, *third, now=NOW + timedelta(days=4))
    assert [f.window.start for f in first] == [NOW - POLICY.delta_overlap]
    assert [f.window.start for f in lost] == [NOW - POLICY.delta_overlap]


def test_after_a_long_outage_the_deltas_come_oldest_first_and_within_the_limit() -> None:
    later = NOW + timedelta(days=400)
    deltas = planned([mandate()], *planned([mandate()]), now=later)
    assert len(deltas) == 3
    assert [d.window.end for d in deltas[:-1]] == [d.window.start for d in deltas[1:]]
    assert max(d.window.duration for d in deltas) <= timedelta(days=184, hours=1)
    assert deltas[-1].window.end == later


def test_a_granularity_granted_later_is_backfilled_while_the_other_goes_on_by_delta() -> None:
    days = mandate(granularity=DAY)
    before = planned([days])
    later = NOW + timedelta(days=10)
    fetches = planned([days, mandate()], *before, now=later)
    backfill = [f for f in fetches if f.reason is Reason.BACKFILL]
    (delta,) = [f for f in fetches if f.reason is Reason.DELTA]
    assert union(f.window for f in backfill) == [
        Interval(datetime(2025, 10, 31, 23, tzinfo=UTC), later)
    ]
    assert delta.granularities == (DAY,)


def test_a_cap_that_is_lifted_is_fetched_again_by_read_time() -> None:
    cap = NOW - timedelta(days=30)
    before = planned([mandate(end=cap)])
    while_capped = planned([mandate(end=cap)], *before, now=NOW + timedelta(days=5))
    lifted = planned([mandate()], *before, *while_capped, now=NOW + timedelta(days=6))
    backfill = [f.window for f in lifted if f.reason is Reason.BACKFILL]
    midnight = day_start(day_of(cap, ELECTRICITY), ELECTRICITY)
    assert backfill == [Interval(midnight, NOW + timedelta(days=5))], "no slice is cut in two"


@pytest.mark.parametrize("status", ["Requested", "Rejected", "Finished", "SomethingNew"])
def test_only_approved_mandates_are_asked_for(status: str) -> None:
    assert planned([mandate(status=status)]) == []


def test_an_expired_mandate_brings_its_past_and_no_news() -> None:
    expired = mandate(renewal_status="Expired")
    backfill = planned([expired])
    assert len(backfill) == 3
    assert planned([expired], *backfill, now=NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 10)])
def test_the_last_whole_day_before_an_expiry_is_asked_for_whole(day: date) -> None:
    """The last insert-time fetch was made at half past six in the evening of that day."""
    whole = day_interval(day, ELECTRICITY)
    expiry = whole.end + timedelta(hours=8)
    before = planned([mandate(expires_at=expiry)], now=whole.start - timedelta(days=1))
    evening = whole.start + timedelta(hours=18, minutes=30)
    before += planned([mandate(expires_at=expiry)], *before, now=evening)
    expired = mandate(renewal_status="Expired", expires_at=expiry)
    (last,) = planned([expired], *before, now=expiry + timedelta(hours=5))
    assert (last.reason, last.kind) == (Reason.BACKFILL, WindowKind.READ_TIME)
    assert last.window == Interval(whole.start, expiry)
    assert planned([expired], *before, last, now=expiry + timedelta(days=2)) == []


def test_a_period_that_begins_in_the_future_is_not_asked_for() -> None:
    assert planned([mandate(start=NOW + timedelta(days=1))]) == []


def test_nothing_older_than_three_years_is_asked_for() -> None:
    fetches = planned([mandate(start=datetime(2020, 1, 1, tzinfo=UTC))])
    assert fetches[-1].window.start == day_start(date(2023, 11, 21), ELECTRICITY)


def test_on_a_leap_day_three_years_ago_is_the_first_of_march() -> None:
    assert earliest_start(
        datetime(2028, 2, 29, 12, tzinfo=UTC), POLICY, PROVIDERS[FLUVIUS]
    ) == day_start(date(2025, 3, 1), ELECTRICITY)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_period_around_a_clock_change_is_settled_without_a_hole(day: date) -> None:
    start = day_start(day - timedelta(days=184), ELECTRICITY)
    end = day_start(day + timedelta(days=184), ELECTRICITY)
    fetches = planned([mandate(start=start, end=end)], now=end + timedelta(days=1))
    assert union(f.window for f in fetches) == [Interval(start, end)]
    assert all(f.window.duration <= timedelta(days=185) for f in fetches)


instants = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 19)).map(  # noqa: DTZ001
    lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
)


@st.composite
def mandate_lists(draw: st.DrawFn) -> list[Mandate]:
    energy_type = draw(st.sampled_from([ELECTRICITY, GAS]))
    finest = HOUR if energy_type == GAS else QUARTER
    made = []
    for _ in range(draw(st.integers(1, 3))):
        start = draw(instants)
        days = draw(st.none() | st.integers(1, 700))
        end = None if days is None else start + timedelta(days=days)
        granularity = draw(st.sampled_from([finest, DAY]))
        made.append(mandate(start=start, end=end, granularity=granularity, energy_type=energy_type))
    return made


ONE_OLD_DAY = mandate(start=datetime(2024, 1, 1, tzinfo=UTC), end=datetime(2024, 1, 2, tzinfo=UTC))


@settings(max_examples=60, deadline=None)
@given(mandate_lists(), st.lists(st.tuples(st.integers(1, 200), st.integers(0, 2**16)), max_size=4))
@example([ONE_OLD_DAY], [(43, 1)]).via("its only fetch fails until the provider has forgotten it")
def test_whatever_fails_in_between_all_permitted_time_is_settled_in_the_end(
    mandates: list[Mandate], runs: list[tuple[int, int]]
) -> None:
    now, answered = NOW, list[Fetch]()
    for days, failures in runs:
        fetches = planned(mandates, *answered, now=now)
        answered += [f for i, f in enumerate(fetches) if not failures >> i % 16 & 1]
        now += timedelta(days=days)
    for _ in range(2):
        answered += planned(mandates, *answered, now=now)
    history = Interval(earliest_start(now, POLICY, PROVIDERS[FLUVIUS]), now)
    for permission in permissions(mandates, until=now):
        settled = _asked(POINT, permission.granularity, answered)
        wanted = intersect(permission.intervals, [history])
        assert subtract(wanted, settled.settled) == []
        assert subtract(settled.settled, permission.intervals) == []
        if wanted or settled.settled:
            assert settled.inserted_until == now
    assert all(f.reason is Reason.DELTA for f in planned(mandates, *answered, now=now))
