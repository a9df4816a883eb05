"""What every store must tell the planner of its days, after any sequence of answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kwartier.measurements import Fetched
from kwartier.store import Store
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Asked, Due, Reason, Tried, WindowKind
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.local_time import day_interval
from support.histories import answers, sequences
from support.measured import EAN, GAS_EAN, NOW, Row, answer
from support.stores import MakeStore

ONE = timedelta(days=1)
QUARTER, HOUR, DAY = Granularity.QUARTER_HOUR, Granularity.HOUR, Granularity.DAY


def rows_of(
    day: date, *, gas: bool = False, but: Iterable[int] = (), **columns: object
) -> list[Row]:
    """A value for every slice of a local day, those numbered ``but`` left out."""
    energy_type, granularity = (GAS, HOUR) if gas else (ELECTRICITY, QUARTER)
    usual = {"unit": "kWh", "gas_conversion_factor": "D"} if gas else {}
    return [
        Row(
            start=start,
            end=start + (granularity.step or ONE),
            metering_point=GAS_EAN if gas else EAN,
            energy_type=energy_type,
            granularity=str(granularity),
            **usual | columns,  # type: ignore[arg-type]
        )
        for number, start in enumerate(
            slice_starts(day_interval(day, energy_type), granularity, energy_type)
        )
        if number not in set(but)
    ]


def brought(rows: list[Row], days: Interval, at: datetime = NOW, gas: bool = False) -> Fetched:
    """The answer to a read-time fetch of those days."""
    return answer(
        rows,
        scope=days,
        fetched_at=at,
        metering_point=GAS_EAN if gas else EAN,
        energy_type=GAS if gas else ELECTRICITY,
        granularities=(HOUR,) if gas else (QUARTER,),
    )


def again(fetched: Fetched, *reasons: Reason) -> Fetched:
    """The same, fetched again for some reasons."""
    fetch, scope = fetched.fetch, fetched.fetch.scopes[0]
    due = tuple(Due(r, scope.granularity, scope.interval, 0, None) for r in reasons)
    return Fetched(
        fetch=structs.replace(fetch, due=due, reason=reasons[0]),
        fetched_at=fetched.fetched_at,
        outcome=fetched.outcome,
        table=fetched.table,
    )


def told(store: Store, ean: str = EAN) -> Asked:
    [asked] = store.asked([ean])
    return asked


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 10, 26)])
def test_a_day_is_complete_with_its_last_quarter(store: Store, day: date) -> None:
    whole = day_interval(day, ELECTRICITY)
    store.commit([brought(rows_of(day, but=[91]), whole)])
    assert told(store).complete == ()
    store.commit([brought(rows_of(day), whole, NOW + ONE)])
    assert told(store).complete == (whole,)
    store.commit([brought(rows_of(day, but=[0]), whole, NOW + 2 * ONE)])
    assert told(store).complete == ()


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 25)])
def test_a_gas_day_is_complete_with_its_last_hour(store: Store, day: date) -> None:
    whole = day_interval(day, GAS)
    store.commit([brought(rows_of(day, gas=True, but=[22]), whole, gas=True)])
    assert told(store, GAS_EAN).complete == ()
    store.commit([brought(rows_of(day, gas=True), whole, NOW + ONE, gas=True)])
    assert told(store, GAS_EAN).complete == (whole,)


def test_the_meters_of_an_exchange_complete_a_day_together_and_registers_do_not(
    store: Store,
) -> None:
    day = date(2026, 11, 3)
    whole = day_interval(day, ELECTRICITY)
    old, new = (
        rows_of(day, but=part, meter_id=m)
        for m, part in (("old", range(40, 96)), ("new", range(40)))
    )
    store.commit([brought([*old, *new], whole)])
    assert told(store).complete == (whole,)
    halves = [
        rows_of(day, but=part, direction=d)
        for d, part in (("offtake", range(48)), ("injection", range(48, 96)))
    ]
    store.commit([brought([row for half in halves for row in half], whole, NOW + ONE)])
    assert told(store).complete == ()


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 3)])
def test_a_day_of_several_meters_is_told_until_a_read_time_fetch_has_the_last_word(
    store: Store, day: date
) -> None:
    whole = day_interval(day, ELECTRICITY)
    store.commit([brought(rows_of(day, meter_id="old"), whole)])
    new = rows_of(day, but=range(40), meter_id="new")
    news = answer(new, kind=WindowKind.INSERT_TIME, fetched_at=NOW + ONE)
    assert store.commit([news]).exchanged == {EAN}
    assert told(store).exchanged == (whole,)
    silent = answer((), scope=Interval(whole.start - ONE, whole.start), fetched_at=NOW + ONE)
    assert store.commit([silent]).exchanged == {EAN}, "another day was read"
    both = [*rows_of(day, but=range(40, 100), meter_id="old"), *new]
    done = store.commit([brought(both, whole, NOW + 2 * ONE)])
    assert (done.exchanged, told(store).exchanged) == (frozenset(), ())
    assert told(store).complete == (whole,)


def test_what_a_later_answer_tells_of_a_second_meter_outlasts_an_earlier_one(store: Store) -> None:
    """Both in one commit."""
    day = date(2026, 11, 3)
    whole = day_interval(day, ELECTRICITY)
    new = rows_of(day, but=range(40), meter_id="new")
    read = brought(rows_of(day, meter_id="old"), whole, NOW + ONE)
    news = answer(new, kind=WindowKind.INSERT_TIME, fetched_at=NOW + 2 * ONE)
    store.commit([news, read])
    assert told(store).exchanged == (whole,)


def test_days_in_a_row_are_one_stretch(store: Store) -> None:
    days = [date(2026, 11, 1) + number * ONE for number in range(4)]
    for day in (days[0], days[3], days[1], days[2]):
        store.commit([brought(rows_of(day), day_interval(day, ELECTRICITY))])
    first, last = (day_interval(day, ELECTRICITY) for day in (days[0], days[3]))
    assert told(store).complete == (Interval(first.start, last.end),)


def test_estimates_and_provisional_factors_are_told_by_day_until_replaced(store: Store) -> None:
    day = date(2026, 10, 31)
    whole = day_interval(day, GAS)
    rows = rows_of(day, gas=True)
    last = rows_of(day, gas=True, but=range(rows.index(rows[-1])), validation_state="EST")
    estimated = [*rows[:-1], *last]
    provisional = rows_of(day, gas=True, gas_conversion_factor="P")
    store.commit([brought(estimated, whole, gas=True)])
    assert told(store, GAS_EAN).estimated == (whole,)
    store.commit([brought(provisional, whole, NOW + ONE, gas=True)])
    assert told(store, GAS_EAN).estimated == ()
    assert told(store, GAS_EAN).provisional == (whole,)
    store.commit([brought(rows, whole, NOW + 2 * ONE, gas=True)])
    assert told(store, GAS_EAN).provisional == ()
    assert told(store, GAS_EAN).complete == (whole,)


def test_what_is_asked_for_in_vain_is_counted_for_its_reason_and_forgotten_when_it_comes(
    store: Store,
) -> None:
    day = date(2026, 11, 3)
    whole = day_interval(day, ELECTRICITY)
    part = brought(rows_of(day, but=[5], validation_state="EST"), whole)
    planned = part.fetch.planned_at
    store.commit([part])
    assert set(told(store).tried) == {
        Tried(Reason.GAP, whole, 0, planned),
        Tried(Reason.ESTIMATED, whole, 0, planned),
    }
    later = brought(rows_of(day, but=[5], validation_state="EST"), whole, NOW + 9 * ONE)
    store.commit([again(later, Reason.GAP)])
    assert set(told(store).tried) == {
        Tried(Reason.GAP, whole, 1, later.fetch.planned_at),
        Tried(Reason.ESTIMATED, whole, 0, planned),
    }
    store.commit([brought(rows_of(day), whole, NOW + 10 * ONE)])
    assert told(store).tried == ()


def test_a_gas_month_counts_as_tried_once_it_is_closed(store: Store) -> None:
    day = date(2026, 10, 31)
    whole = day_interval(day, GAS)
    rows = rows_of(day, gas=True, gas_conversion_factor="P")
    store.commit([brought(rows, whole, whole.end, gas=True)])
    assert told(store, GAS_EAN).tried == ()
    closed = brought(rows, whole, whole.end + ONE, gas=True)
    store.commit([again(closed, Reason.PROVISIONAL)])
    planned = closed.fetch.planned_at
    assert told(store, GAS_EAN).tried == (Tried(Reason.PROVISIONAL, whole, 1, planned),)


@settings(sequences, max_examples=5)
@given(batches=st.lists(st.lists(answers(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_is_committed_the_days_are_as_the_coverage_counts_them(
    make_store: MakeStore, batches: list[list[Fetched]]
) -> None:
    store = make_store()
    for batch in batches:
        store.commit(batch)
    counted = store.coverage().to_pylist()
    for asked in store.asked([EAN, GAS_EAN]):
        energy_type = GAS if asked.metering_point == GAS_EAN else ELECTRICITY
        for kind in ("estimated", "provisional"):
            days = {
                row["day"]
                for row in counted
                if row["metering_point"] == asked.metering_point
                and row["granularity"] == asked.granularity
                and row[kind]
            }
            assert getattr(asked, kind) == tuple(
                union(day_interval(day, energy_type) for day in days)
            )
        for one in asked.tried:
            assert one.reason is Reason.GAP or any(
                stretch.covers(one.interval) for stretch in getattr(asked, one.reason.value)
            )
            assert not any(one.interval.overlaps(day) for day in asked.complete) or (
                one.reason is not Reason.GAP
            )
