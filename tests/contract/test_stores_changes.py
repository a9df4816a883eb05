"""What superseded what, and by how much, as every store must tell it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.store import Selection, Store
from kwartier.vocabulary.interval import Interval
from support.histories import answers, sequences
from support.measured import EAN, GAS_EAN, QUARTER, Row, answer, quarter, quarters
from support.store_oracle import key_of
from support.stores import HOUR, T0, MakeStore, held, later

SCOPE = Interval(T0, T0 + HOUR)


def told(store: Store, selection: Selection | None = None, **since: Any) -> list[tuple[Any, ...]]:
    """Which quarter of the hour changed, how, from what to what."""
    return [
        ((row["start"] - T0) // QUARTER, row["change"], row["value"], row["new_value"])
        for row in store.changes(selection, **since).to_pylist()
    ]


def test_each_change_stands_beside_what_took_its_place_in_order_of_time(store: Store) -> None:
    told_so_far: list[list[float | None]] = [[1, None, 3], [1, 2, 4], [1, 2], [1, 2.5]]
    for hours, values in enumerate(told_so_far):
        store.commit([answer(quarters(T0, values), scope=SCOPE, fetched_at=later(hours))])
    assert told(store) == [
        (1, "revised", None, 2.0),
        (2, "revised", 3.0, 4.0),
        (2, "removed", 4.0, None),
        (1, "revised", 2.0, 2.5),
    ]


def test_a_change_tells_of_states_factors_and_the_fetch_that_made_it(store: Store) -> None:
    gas: dict[str, Any] = {"metering_point": GAS_EAN, "energy_type": "gas"}
    hour = Row(start=T0, end=T0 + HOUR, granularity="PT1H", gas_conversion_factor="P", **gas)
    now = Row(start=T0, end=T0 + HOUR, granularity="PT1H", validation_state=None, **gas)
    store.commit([answer([hour], **gas)])
    store.commit([answer([now], fetched_at=later(1), window=SCOPE, **gas)])
    [row] = store.changes().to_pylist()
    assert (row["validation_state"], row["new_validation_state"]) == ("READ", None)
    assert (row["gas_conversion_factor"], row["new_gas_conversion_factor"]) == ("P", None)
    assert (row["fetched_at"], row["superseded_at"]) == (later(0), later(1))
    assert (row["reason"], row["kind"]) == ("backfill", "readTime")
    assert (row["window_start"], row["window_end"]) == (SCOPE.start, SCOPE.end)


def test_changes_are_chosen_by_point_slice_and_time_of_change(store: Store) -> None:
    other = "541440110000000001"
    for hours, value in enumerate([1.0, 2.0, 3.0]):
        store.commit(
            [
                answer(quarters(T0, [value, value]), fetched_at=later(hours)),
                answer(
                    [quarter(T0, value * 10, metering_point=other)],
                    metering_point=other,
                    fetched_at=later(hours),
                ),
            ]
        )
    assert len(told(store)) == 6
    assert told(store, Selection(metering_points=(other,))) == [
        (0, "revised", 10.0, 20.0),
        (0, "revised", 20.0, 30.0),
    ]
    second = Selection(metering_points=(EAN,), start=T0 + QUARTER)
    assert told(store, second) == [(1, "revised", 1.0, 2.0), (1, "revised", 2.0, 3.0)]
    assert told(store, second, since=later(2)) == [(1, "revised", 2.0, 3.0)]
    assert told(store, Selection(end=T0)) == []
    assert told(store, Selection(metering_points=("541440000000000009",))) == []


@settings(sequences, max_examples=4)
@given(history=st.lists(answers(), min_size=2, max_size=8))
def test_from_change_to_change_each_slice_comes_to_its_present_value(
    make_store: MakeStore, history: list[Fetched]
) -> None:
    store = make_store()
    for fetched in sorted(history, key=lambda one: one.fetched_at):
        store.commit([fetched])
    with store.snapshot() as seen:
        changes = seen.changes().to_pylist()
        kept = seen.revisions().to_pylist()
        present = {key_of(row): row["value"] for row in held(seen)}
    assert sorted((repr(key_of(row)), row["superseded_at"], row["change"]) for row in changes) == (
        sorted((repr(key_of(row)), row["superseded_at"], row["change"]) for row in kept)
    )
    became: dict[tuple[Any, ...], tuple[str, Any]] = {}
    for row in changes:
        key = key_of(row)
        change, value = became.get(key, ("removed", None))
        assert change == "removed" or value == row["value"]
        became[key] = (row["change"], row["new_value"])
    for key, (change, value) in became.items():
        assert change == "removed" or present[key] == value
