"""What every store must do: which answer wins, and what comes back of it."""

from __future__ import annotations

import threading
from typing import Any

import pyarrow as pa
import pytest

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import Committed, Selection, Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarter, quarters
from support.stores import HOUR, STORES, T0, MakeStore, changes, held, later, values


def test_a_value_comes_back_as_it_went_in(store: Store) -> None:
    rows = quarters(T0, [0.25, None, 0.0])
    assert store.commit([answer(rows)]) == Committed(inserted=3)
    expected = pa.Table.to_pylist(answer(rows).table)
    assert sorted(held(store), key=lambda row: row["start"]) == expected


def test_what_is_not_a_number_is_missing(store: Store) -> None:
    store.commit([answer([quarter(T0, float("nan"))])])
    assert values(store) == [None]


def test_the_same_answer_twice_writes_nothing(store: Store) -> None:
    rows = quarters(T0, [0.25, None])
    store.commit([answer(rows)])
    assert store.commit([answer(rows, fetched_at=later(1))]) == Committed(unchanged=2)
    assert changes(store) == []
    assert {row["fetched_at"] for row in held(store)} == {NOW}


def test_a_snapshot_is_of_one_moment_and_a_commit_waits_for_its_end(store: Store) -> None:
    store.commit([answer(quarters(T0, [0.25]))])
    more = answer(quarters(T0, [0.5, 0.75]), fetched_at=later(1))
    committing = threading.Thread(target=store.commit, args=[[more]])
    with store.snapshot() as seen:
        assert values(seen) == [0.25]
        committing.start()
        assert (values(seen), seen.synced_at(), changes(seen)) == ([0.25], NOW, [])
    committing.join()
    assert set(values(store)) == {0.5, 0.75}
    assert store.synced_at() == later(1)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 2.0},
        {"value": None},
        {"validation_state": "EST"},
        {"validation_state": None},
        {"gas_conversion_factor": "D"},
    ],
    ids=str,
)
def test_a_changed_row_moves_the_old_one_to_the_revisions(
    store: Store, change: dict[str, Any]
) -> None:
    store.commit([answer([quarter(T0, gas_conversion_factor="P")])])
    new: dict[str, Any] = {"value": 1.0, "gas_conversion_factor": "P"} | change
    done = store.commit([answer([quarter(T0, **new)], fetched_at=later(1))])
    assert done == Committed(revised=1)
    [row] = held(store)
    assert {name: row[name] for name in new} == new
    assert row["fetched_at"] == later(1)
    [revision] = store.revisions().to_pylist()
    assert (revision["value"], revision["fetched_at"]) == (1.0, NOW)
    assert (revision["superseded_at"], revision["change"]) == (later(1), "revised")


def test_an_older_answer_that_arrives_late_changes_nothing_in_a_newer_ones_scope(
    store: Store,
) -> None:
    scope = Interval(T0, T0 + HOUR)
    store.commit([answer(quarters(T0, [1.0, 1.0]), scope=scope, fetched_at=later(2))])
    late = answer(quarters(T0, [9.0, 1.0, 9.0]), scope=scope, fetched_at=later(1))
    assert store.commit([late]) == Committed(outdated=3)
    assert values(store) == [1.0, 1.0]
    assert changes(store) == []


def test_the_row_a_newer_answer_confirmed_is_safe_from_an_older_one(store: Store) -> None:
    store.commit([answer([quarter(T0, 1.0)], fetched_at=later(1))])
    store.commit([answer([quarter(T0, 1.0)], fetched_at=later(3))])
    assert store.commit([answer([quarter(T0, 9.0)], fetched_at=later(2))]).outdated == 1
    assert values(store) == [1.0]


def test_in_one_commit_the_latest_answer_wins_whatever_the_order(make_store: MakeStore) -> None:
    old = answer([quarter(T0, 1.0)], fetched_at=later(1))
    new = answer([quarter(T0, 2.0)], fetched_at=later(2))
    for batch in ([old, new], [new, old]):
        store = make_store()
        assert store.commit(batch) == Committed(inserted=1, revised=1)
        assert values(store) == [2.0]
        assert changes(store) == [(1.0, "revised")]


def test_of_two_answers_of_one_instant_the_later_in_the_batch_wins(store: Store) -> None:
    store.commit([answer([quarter(T0, 1.0)]), answer([quarter(T0, 2.0)])])
    assert values(store) == [2.0]


def test_of_a_slice_that_an_answer_carries_twice_the_last_is_kept(store: Store) -> None:
    assert store.commit([answer([quarter(T0, 1.0), quarter(T0, 2.0)])]).inserted == 1
    assert values(store) == [2.0]


def test_scan_selects_by_point_energy_granularity_direction_and_start(store: Store) -> None:
    rows = quarters(T0, [1.0, 2.0, 3.0])
    injected = quarters(T0, [4.0], direction="injection")
    gas = Row(
        start=T0,
        end=T0 + HOUR,
        value=5.0,
        metering_point=GAS_EAN,
        energy_type="gas",
        granularity="PT1H",
    )
    store.commit(
        [answer([*rows, *injected]), answer([gas], metering_point=GAS_EAN, energy_type="gas")]
    )

    def selected(**selection: Any) -> set[float]:
        return {row["value"] for row in held(store, Selection(**selection))}

    assert selected() == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert selected(metering_points=(EAN,)) == {1.0, 2.0, 3.0, 4.0}
    assert selected(metering_points=()) == set()
    assert selected(metering_points=("541440000000000009",)) == set()
    assert selected(energy_type="gas") == {5.0}
    assert selected(granularity=Granularity.HOUR) == {5.0}
    assert selected(direction="injection") == {4.0}
    assert selected(start=T0 + QUARTER) == {2.0, 3.0}
    assert selected(end=T0 + QUARTER, direction="offtake") == {1.0, 5.0}


@pytest.mark.parametrize("energy_type", [None, "electricity", "gas", "heat"])
@pytest.mark.parametrize("direction", [None, "offtake", "injection", "production"])
@pytest.mark.parametrize("granularity", [None, Granularity.QUARTER_HOUR, Granularity.HOUR])
def test_a_selection_gives_exactly_those_rows_of_the_whole(
    store_of_many_series: Store,
    energy_type: str | None,
    direction: str | None,
    granularity: Granularity | None,
) -> None:
    selection = Selection(energy_type=energy_type, direction=direction, granularity=granularity)
    wanted = {"energy_type": energy_type, "direction": direction, "granularity": granularity}
    rows = [
        row
        for row in held(store_of_many_series)
        if all(word is None or row[name] == word for name, word in wanted.items())
    ]
    assert held(store_of_many_series, selection) == rows


@pytest.fixture(scope="module", params=STORES)
def store_of_many_series(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Store:
    """Every mixture of metering point, granularity, direction, unit and quality."""
    store = STORES[request.param](tmp_path_factory.mktemp("many"))
    for number, (energy, point) in enumerate({"electricity": EAN, "gas": GAS_EAN}.items()):
        rows = [
            row
            for granularity in ("PT15M", "PT1H")
            for direction in ("offtake", "injection")
            for unit in ("kWh", None)
            for row in quarters(
                T0,
                [number + 0.5, None],
                metering_point=point,
                energy_type=energy,
                granularity=granularity,
                direction=direction,
                unit=unit,
                meter_id=None if direction == "injection" else "1SAG1100000001",
                validation_state="EST" if unit else None,
            )
        ]
        store.commit([answer(rows, metering_point=point, energy_type=energy)])
    return store


def test_scan_gives_batches_of_exactly_the_measurements_schema(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    [batch] = store.scan()
    assert batch.schema.equals(MEASUREMENTS_SCHEMA, check_metadata=True)


def test_a_commit_may_follow_a_scan_that_was_not_used_up(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    scan = store.scan()
    store.commit([answer(quarters(T0, [2.0]), fetched_at=later(1))])
    assert [batch.num_rows for batch in scan] == [1]
