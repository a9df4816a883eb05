"""What every store must do with what may not be held any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.registry import ChangeKind
from kwartier.retention import Decision, DecisionKind, Held, Reason, verify_chain
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarter, quarters
from support.retention import list_mandate, order, until
from support.stores import HOUR, T0, MakeStore, changes, held, later, values

CAP = T0 + HOUR


def filled(store: Store) -> Store:
    """Two hours of quarters, one of them revised in each hour."""
    list_mandate(store)
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]))])
    store.commit([answer(quarters(T0, [1.5]), fetched_at=later(1))])
    store.commit([answer(quarters(CAP, [5.5]), fetched_at=later(1))])
    return store


def gas_days(rows: Sequence[Row]) -> Fetched:
    daily = (Granularity.DAY,)
    return answer(rows, metering_point=GAS_EAN, energy_type="gas", granularities=daily)


def test_past_a_cap_values_revisions_and_coverage_go_and_all_else_stays(store: Store) -> None:
    (receipt,) = filled(store).retract([order(until(CAP))], at=NOW)
    assert values(store) == [1.5, 2.0, 3.0, 4.0]
    assert changes(store) == [(1.0, "revised")]
    assert store.coverage()["present"].to_pylist() == [4]
    assert (receipt.values, receipt.revisions, receipt.days) == (4, 1, 1)
    assert receipt.bounds == (Interval(CAP, CAP + HOUR),)


def test_what_went_is_fetched_again_once_it_may_be(store: Store) -> None:
    filled(store).retract([order(until(CAP))], at=NOW)
    (asked,) = store.asked([EAN])
    assert asked.settled == (Interval(T0, CAP),)
    store.commit([answer(quarters(CAP, [9.0]), fetched_at=later(2))])
    assert values(store) == [1.5, 2.0, 3.0, 4.0, 9.0]


def test_what_was_asked_for_in_vain_past_a_cap_is_fetched_again_too(store: Store) -> None:
    """What comes while it is not permitted is not told of, so no later delta brings it."""
    asked_for = Interval(T0, T0 + 5 * HOUR)
    list_mandate(store)
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0, 5.0]), scope=asked_for)])
    store.retract([order(until(CAP))], at=NOW)
    (asked,) = store.asked([EAN])
    assert asked.settled == (Interval(T0, CAP),)


def test_what_an_order_would_take_can_be_asked_before(store: Store) -> None:
    asked = [order(until(CAP)), order(until(CAP), metering_point=GAS_EAN), order(until(NOW))]
    (found,) = filled(store).find_outside(asked)
    assert (found.order, found.values, found.revisions) == (asked[0], 4, 1)
    assert (found.start, found.end) == (CAP, CAP + HOUR)
    assert len(held(store)) == 8


def test_an_order_that_finds_nothing_leaves_no_receipt(store: Store) -> None:
    assert filled(store).retract([order(until(NOW))], at=NOW) == []
    filled(store).retract([order(until(CAP))], at=NOW)
    assert store.retract([order(until(CAP))], at=NOW) == []
    assert len(store.receipts()) == 1


def test_slices_across_two_periods_that_touch_go_whole(store: Store) -> None:
    list_mandate(store, GAS_EAN)
    noon = T0 + timedelta(hours=12)
    across = Row(
        start=noon - HOUR,
        end=noon + HOUR,
        metering_point=GAS_EAN,
        energy_type="gas",
        granularity="P1D",
    )
    store.commit(
        [
            answer(
                [across],
                metering_point=GAS_EAN,
                energy_type="gas",
                granularities=(Granularity.DAY,),
            )
        ]
    )
    touching = order(
        until(noon),
        Interval(noon, NOW),
        metering_point=GAS_EAN,
        energy_type="gas",
        granularity=Granularity.DAY,
    )
    (receipt,) = store.retract([touching], at=NOW)
    assert receipt.bounds == (Interval(across.start, across.end),)
    assert held(store) == []


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24), date(2026, 7, 1)])
def test_a_gas_day_that_ends_past_a_cap_goes_whole(store: Store, day: date) -> None:
    list_mandate(store, GAS_EAN)
    days = [day_interval(day + timedelta(days=number), "gas") for number in (-1, 0)]
    rows = [
        Row(
            start=one.start,
            end=one.end,
            value=float(number),
            metering_point=GAS_EAN,
            energy_type="gas",
            granularity="P1D",
        )
        for number, one in enumerate(days)
    ]
    store.commit([gas_days(rows)])
    cap = day_start(day + timedelta(days=1), "electricity")
    assert days[1].start < cap < days[1].end
    capped = order(
        until(cap), metering_point=GAS_EAN, energy_type="gas", granularity=Granularity.DAY
    )
    (receipt,) = store.retract([capped], at=NOW)
    assert (receipt.days, receipt.bounds) == (1, (days[1],))
    assert values(store) == [0.0]
    assert store.coverage()["day"].to_pylist() == [day - timedelta(days=1)]


def test_what_is_held_is_told_by_its_hull(store: Store) -> None:
    assert store.held() == []
    filled(store)
    (found,) = store.held()
    assert found == Held(
        provider="fluvius",
        metering_point=EAN,
        energy_type="electricity",
        granularity=Granularity.QUARTER_HOUR,
        hull=Interval(T0, T0 + 2 * HOUR),
    )
    store.retract([order(until(CAP))], at=NOW)
    assert store.held()[0].hull == Interval(T0, CAP)


def test_a_removed_and_a_missing_value_are_held_too(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0]))])
    store.commit([answer(scope=Interval(T0, CAP), fetched_at=later(1))])
    assert held(store) == []
    assert store.held()[0].hull == Interval(T0, T0 + 2 * QUARTER)
    store.commit([answer([quarter(NOW, None)], fetched_at=later(2))])
    assert store.held()[0].hull == Interval(T0, NOW + QUARTER)


def test_of_a_series_that_is_gone_nothing_is_left(store: Store) -> None:
    filled(store).retract([order()], at=NOW)
    assert (held(store), changes(store), store.held()) == ([], [], [])
    assert store.coverage().num_rows == 0
    assert [one.settled for one in store.asked([EAN])] in ([], [()])
    store.commit([answer(quarters(T0, [4.0]), fetched_at=later(3))])
    assert values(store) == [4.0]


def test_receipts_hang_together_and_name_nobody(store: Store) -> None:
    filled(store)
    for cap in (CAP, CAP - QUARTER, CAP - 2 * QUARTER):
        store.retract([order(until(cap), reason=Reason.REQUESTED)], at=NOW)
    receipts = store.receipts()
    assert [receipt.number for receipt in receipts] == [1, 2, 3]
    assert verify_chain(receipts) is None
    assert store.receipts_beside() == receipts
    said = b"".join(receipt.line() for receipt in receipts)
    assert EAN.encode() not in said
    assert b"REF-1" not in said
    assert len({receipt.metering_point for receipt in receipts}) == 1


def test_receivers_are_told_in_order_with_the_mandates_changes(store: Store) -> None:
    filled(store).retract([order(until(CAP))], at=NOW)
    first, told = store.ledger()
    assert (first.change.kind, told.change.kind) == (ChangeKind.FIRST_SEEN, ChangeKind.RETRACTED)
    (stretch,) = told.change.fields
    assert (stretch.field, stretch.before) == ("PT15M", "2026-11-01T01:00:00Z/2026-11-01T02:00:00Z")
    assert [one.entry for one in store.outstanding("sink")] == [first, told]


def test_bytes_are_left_until_the_file_is_rewritten(store: Store) -> None:
    receipts = filled(store).retract([order(until(CAP))], at=NOW)
    before = held(store)
    assert store.erasing() == receipts
    assert store.rewrite()
    assert store.erasing() == []
    assert not store.rewrite()
    assert held(store) == before
    assert store.commit([answer(quarters(T0, [3.0]), fetched_at=later(5))]).revised == 1


def test_decisions_are_kept_in_order(store: Store) -> None:
    said = [
        Decision(
            kind=kind, mandate_id=1, start=T0, end=None, decided_at=NOW, decided_by="an", why="so"
        )
        for kind in (DecisionKind.SUPPRESS, DecisionKind.LIFT)
    ]
    store.decide(said[:1])
    store.decide(said[1:])
    assert store.decisions() == said


hours = st.integers(0, 30).map(lambda number: T0 + number * HOUR)
stretches = st.tuples(hours, hours).filter(lambda two: two[0] < two[1])


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    st.lists(st.tuples(hours, st.integers(1, 12)), min_size=1, max_size=4),
    st.lists(stretches.map(lambda two: Interval(*two)), max_size=3),
)
def test_exactly_what_lies_in_no_kept_stretch_goes(
    make_store: MakeStore, blocks: list[tuple[datetime, int]], kept: list[Interval]
) -> None:
    store = make_store()
    list_mandate(store)
    store.commit(
        [
            answer(
                quarters(start, [float(number + i) for i in range(length)]),
                fetched_at=later(number),
            )
            for number, (start, length) in enumerate(blocks)
        ]
    )
    before, old = held(store), store.revisions().to_pylist()

    def stays(row: dict[str, Any]) -> bool:
        return any(part.covers(Interval(row["start"], row["end"])) for part in kept)

    found = store.find_outside([order(*kept)])
    made = store.retract([order(*kept)], at=NOW)
    assert held(store) == [row for row in before if stays(row)]
    assert store.revisions().to_pylist() == [row for row in old if stays(row)]
    assert sum(store.coverage()["present"].to_pylist()) == len(held(store))
    gone = [row for row in before + old if not stays(row)]
    assert sum(one.values + one.revisions for one in made) == len(gone)
    assert [(one.values, one.days) for one in found] == [(one.values, one.days) for one in made]
    for row in gone:
        assert any(b.covers(Interval(row["start"], row["end"])) for b in made[0].bounds)
