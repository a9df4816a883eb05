"""What every store must hold after any sequence of answers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements import SERIES_COLUMNS, Fetched
from kwartier.store import Store
from support.histories import answers, sequences
from support.measured import EAN, GAS_EAN
from support.store_oracle import Oracle
from support.stores import MakeStore, canonical, held


def check_against(oracle: Oracle, store: Store) -> None:
    assert canonical(held(store)) == canonical(list(oracle.rows.values()))
    assert canonical(store.revisions().to_pylist()) == canonical(oracle.revisions)
    counted = {
        (tuple(row[name] for name in SERIES_COLUMNS), row["day"]): (
            row["present"],
            row["estimated"],
            row["provisional"],
        )
        for row in store.coverage().to_pylist()
    }
    assert counted == oracle.coverage()
    asked = store.asked([EAN, GAS_EAN])
    settled = {(a.metering_point, str(a.granularity)): list(a.settled) for a in asked if a.settled}
    inserted = {
        (a.metering_point, str(a.granularity)): list(a.inserted) for a in asked if a.inserted
    }
    assert settled == oracle.settled()
    assert inserted == oracle.inserted()


@settings(sequences, max_examples=15)
@given(batches=st.lists(st.lists(answers(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_sequence_of_commits_leaves_what_the_rules_say(
    make_store: MakeStore, batches: list[list[Fetched]]
) -> None:
    store, oracle = make_store(), Oracle()
    for batch in batches:
        assert store.commit(batch) == oracle.commit(batch)
    check_against(oracle, store)


@settings(sequences, max_examples=6)
@given(batch=st.lists(answers(), min_size=2, max_size=5), data=st.data())
def test_it_makes_no_difference_how_answers_are_divided_over_commits(
    make_store: MakeStore, batch: list[Fetched], data: st.DataObject
) -> None:
    in_order = sorted(batch, key=lambda one: one.fetched_at)
    cut = data.draw(st.integers(1, len(in_order) - 1))
    together, apart = make_store(), make_store()
    together.commit(in_order)
    apart.commit(in_order[:cut])
    apart.commit(in_order[cut:])
    assert canonical(held(apart)) == canonical(held(together))
    assert canonical(apart.revisions().to_pylist()) == canonical(together.revisions().to_pylist())
    assert canonical(apart.coverage().to_pylist()) == canonical(together.coverage().to_pylist())
