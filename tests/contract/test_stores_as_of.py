"""The table as it was known at a past moment."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched
from kwartier.store import Selection, Store
from kwartier.vocabulary.interval import Interval
from support.histories import answers, sequences
from support.measured import EAN, NOW, QUARTER, answer, quarter, quarters
from support.store_oracle import Oracle, Record, key_of
from support.stores import HOUR, T0, MakeStore, canonical, held, later

LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOMENTS = [LONG_AGO, *(NOW + hours * HOUR for hours in range(-1, 6)), FAR_AHEAD]
MICROSECOND = (NOW - NOW).resolution


def known(store: Store, hours: float) -> list[float | None]:
    """The values known so many hours after NOW, by their starts."""
    rows = held(store, as_of=later(hours))
    return [row["value"] for row in sorted(rows, key=lambda row: row["start"])]


def test_a_value_is_known_from_its_fetch_on(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    assert held(store, as_of=NOW - MICROSECOND) == []
    assert held(store, as_of=NOW) == held(store, as_of=FAR_AHEAD) == held(store)


def test_revised_several_times_and_back_each_moment_has_its_own_value(store: Store) -> None:
    for hours, value in enumerate([1.0, 2.0, 3.0, 1.0]):
        store.commit([answer([quarter(T0, value)], fetched_at=later(hours))])
    store.commit([answer([quarter(T0, 1.0)], fetched_at=later(9))])
    seen = [known(store, hours) for hours in (-1, 0, 0.9, 1, 2, 3, 9)]
    assert seen == [[], [1.0], [1.0], [2.0], [3.0], [1.0], [1.0]]
    [row] = held(store, as_of=later(2.5))
    assert row["fetched_at"] == later(2)


def test_a_removed_row_is_there_until_it_was_removed_and_again_when_it_came_back(
    store: Store,
) -> None:
    scope = Interval(T0, T0 + HOUR)
    for hours, values in enumerate([[1.0, 2.0], [1.0], [1.0, 2.0]]):
        store.commit([answer(quarters(T0, values), scope=scope, fetched_at=later(hours))])
    seen = [known(store, hours) for hours in (0, 1, 2)]
    assert seen == [[1.0, 2.0], [1.0], [1.0, 2.0]]


def test_of_two_fetches_of_one_instant_only_what_the_last_said_was_ever_known(
    store: Store,
) -> None:
    store.commit([answer([quarter(T0, 1.0)])])
    store.commit([answer([quarter(T0, 2.0)], fetched_at=later(1))])
    store.commit([answer([quarter(T0, 3.0)], fetched_at=later(1))])
    assert [known(store, hours) for hours in (0, 1, 2)] == [[1.0], [3.0], [3.0]]


def test_a_missing_value_and_a_changed_state_are_kept_apart_by_time(store: Store) -> None:
    store.commit([answer([quarter(T0, None)])])
    store.commit([answer([quarter(T0, 2.0, validation_state="EST")], fetched_at=later(1))])
    store.commit([answer([quarter(T0, 2.0)], fetched_at=later(2))])
    told = [held(store, as_of=later(hours))[0] for hours in (0, 1, 2)]
    assert [(row["value"], row["validation_state"]) for row in told] == [
        (None, "READ"),
        (2.0, "EST"),
        (2.0, "READ"),
    ]


def test_a_selection_holds_for_the_past_too(store: Store) -> None:
    rows = [*quarters(T0, [1.0, 2.0]), *quarters(T0, [5.0], direction="injection")]
    store.commit([answer(rows)])
    store.commit([answer(quarters(T0, [3.0, 4.0]), fetched_at=later(1))])
    chosen = Selection(metering_points=(EAN,), direction="offtake", start=T0 + QUARTER)
    assert [row["value"] for row in held(store, chosen, as_of=NOW)] == [2.0]
    nobody = Selection(metering_points=("541440000000000009",))
    assert held(store, nobody, as_of=NOW) == []


def test_the_past_has_exactly_the_measurements_schema(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0]))])
    store.commit([answer(quarters(T0, [3.0]), fetched_at=later(1))])
    batches = list(store.scan(as_of=NOW))
    assert all(batch.schema.equals(MEASUREMENTS_SCHEMA, check_metadata=True) for batch in batches)
    assert all(batch.num_rows for batch in batches)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="as_of: needs a time zone"):
        store.scan(as_of=datetime(2026, 11, 1))  # noqa: DTZ001 - what is refused


@settings(sequences, max_examples=8)
@given(history=st.lists(answers(), min_size=2, max_size=9), data=st.data())
def test_the_past_is_what_replaying_all_commits_until_then_leaves(
    make_store: MakeStore, history: list[Fetched], data: st.DataObject
) -> None:
    in_order = sorted(history, key=lambda one: one.fetched_at)
    cuts = data.draw(st.sets(st.integers(1, len(in_order) - 1), max_size=3))
    bounds = [0, *sorted(cuts), len(in_order)]
    batches = [in_order[first:last] for first, last in pairwise(bounds)]
    store = make_store()
    for batch in batches:
        store.commit(batch)
    with store.snapshot() as seen:
        for moment in MOMENTS:
            replayed = Oracle()
            for batch in batches:
                replayed.commit([one for one in batch if one.fetched_at <= moment])
            assert canonical(held(seen, as_of=moment)) == canonical(list(replayed.rows.values()))


@settings(sequences, max_examples=4)
@given(batches=st.lists(st.lists(answers(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_answers_that_arrive_late_never_give_a_slice_two_values(
    make_store: MakeStore, batches: list[list[Fetched]]
) -> None:
    store, oracle = make_store(), Oracle()
    for batch in batches:
        store.commit(batch)
        oracle.commit(batch)
    with store.snapshot() as seen:
        for moment in MOMENTS:
            rows = held(seen, as_of=moment)
            assert max(Counter(map(key_of, rows)).values(), default=1) == 1
            assert canonical(rows) == canonical(known_by_then(oracle, moment))
        assert held(seen, as_of=FAR_AHEAD) == held(seen)


def known_by_then(oracle: Oracle, moment: datetime) -> list[Record]:
    """The oracle's rows and superseded rows that were known at ``moment``."""
    former = [
        {name: row[name] for name in row if name not in {"superseded_at", "change"}}
        for row in oracle.revisions
        if row["superseded_at"] > moment
    ]
    return [row for row in [*oracle.rows.values(), *former] if row["fetched_at"] <= moment]
