"""What every store must do with rows that a read-time answer no longer carries."""

from __future__ import annotations

import pytest

from kwartier.measurements.fetched import Undecoded
from kwartier.store import Committed, Store, StoreError
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.measured import EAN, GAS_EAN, QUARTER, answer, quarter, quarters
from support.stores import HOUR, T0, changes, held, later, values


def test_a_row_no_longer_carried_moves_to_the_revisions(store: Store) -> None:
    scope = Interval(T0, T0 + HOUR)
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0]))])
    exchanged = quarters(T0, [1.0, 2.0], meter_id="1SAG1100000002")
    done = store.commit([answer(exchanged, scope=scope, fetched_at=later(1))])
    assert done == Committed(inserted=2, removed=4)
    assert {row["meter_id"] for row in held(store)} == {"1SAG1100000002"}
    assert changes(store) == [(value, "removed") for value in (1.0, 2.0, 3.0, 4.0)]


def test_an_empty_read_time_answer_empties_its_scope_and_nothing_more(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0]))])
    scope = Interval(T0 + QUARTER, T0 + 3 * QUARTER)
    assert store.commit([answer(scope=scope, fetched_at=later(1))]).removed == 2
    assert values(store) == [1.0, 4.0]


def test_a_slice_that_only_overlaps_the_scope_stays(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0]))])
    scope = Interval(T0 + QUARTER / 3, T0 + QUARTER * 5 / 3)
    assert store.commit([answer(scope=scope, fetched_at=later(1))]).removed == 0


def test_only_the_granularities_of_its_scopes_are_emptied(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    daily = answer(
        scope=Interval(T0, T0 + HOUR), fetched_at=later(1), granularities=(Granularity.DAY,)
    )
    assert store.commit([daily]).removed == 0


@pytest.mark.parametrize(
    ("interval", "left"),
    [(Interval(T0 + QUARTER, T0 + 2 * QUARTER), [2.0]), (None, [1.0, 2.0, 3.0])],
)
def test_what_could_not_be_decoded_is_no_reason_to_remove(
    store: Store, interval: Interval | None, left: list[float]
) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0]))])
    damaged = answer(
        scope=Interval(T0, T0 + HOUR),
        fetched_at=later(1),
        undecoded=(Undecoded(path="$.data", why="no number", interval=interval),),
    )
    assert store.commit([damaged]).removed == 3 - len(left)
    assert values(store) == left


def test_an_insert_time_answer_removes_nothing(store: Store) -> None:
    scope = Interval(T0, T0 + HOUR)
    store.commit([answer(quarters(T0, [1.0, 2.0]))])
    delta = answer(scope=scope, fetched_at=later(1), kind=WindowKind.INSERT_TIME)
    assert store.commit([delta]) == Committed()
    assert values(store) == [1.0, 2.0]


def test_a_late_answer_removes_nothing_that_a_newer_one_brought(store: Store) -> None:
    new = answer(quarters(T0, [1.0]), fetched_at=later(2), kind=WindowKind.INSERT_TIME)
    store.commit([new])
    late = answer(scope=Interval(T0, T0 + HOUR), fetched_at=later(1))
    assert store.commit([late]) == Committed()
    assert values(store) == [1.0]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.FORBIDDEN, Outcome.NOT_FOUND])
def test_an_unsuccessful_fetch_is_recorded_and_speaks_for_nothing(
    store: Store, outcome: Outcome
) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    failed = answer(
        scope=Interval(T0, T0 + HOUR), fetched_at=later(1), outcome=outcome, error="503"
    )
    store.commit([failed])
    assert values(store) == [1.0]
    [_, fetch] = store.fetches().to_pylist()
    assert (fetch["outcome"], fetch["error"]) == (str(outcome), "503")
    [asked] = store.asked([EAN])
    assert asked.settled == (Interval(T0, T0 + QUARTER),)


def test_rows_of_another_metering_point_than_asked_are_refused(store: Store) -> None:
    stranger = answer(quarters(T0, [1.0], metering_point=GAS_EAN))
    with pytest.raises(StoreError, match="rows of another metering_point") as caught:
        store.commit([answer(quarters(T0, [1.0])), stranger])
    assert EAN not in str(caught.value)
    assert held(store) == []
    assert store.fetches().num_rows == 0


def test_a_series_keeps_its_newest_description(store: Store) -> None:
    store.commit([answer([quarter(T0, vreg_id="7", installation_type="PV")])])
    newer = quarter(T0, vreg_id=None, installation_type="BAT")
    store.commit([answer([newer], fetched_at=later(2))])
    late = quarter(T0, vreg_id="9", installation_type="WKK")
    store.commit([answer([late], fetched_at=later(1))])
    [row] = held(store)
    assert (row["vreg_id"], row["installation_type"]) == ("7", "BAT")
