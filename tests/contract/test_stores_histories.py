"""What every store must hold after any sequence of answers."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kwartier.measurements import SERIES_COLUMNS, Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.store import Store
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer
from support.store_oracle import Oracle
from support.stores import HOUR, MakeStore, canonical, held

INSTANTS = [
    datetime(2026, 10, 30, 18, tzinfo=UTC),
    datetime(2026, 10, 31, 6, tzinfo=UTC),
    datetime(2026, 10, 31, 22, 45, tzinfo=UTC),  # the last quarter before Brussels' midnight
    datetime(2026, 11, 1, 4, tzinfo=UTC),  # the last hour of the gas day
    datetime(2026, 11, 1, 18, tzinfo=UTC),
    datetime(2026, 12, 24, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2027, 3, 28, tzinfo=UTC),
    datetime(2027, 3, 28, 6, tzinfo=UTC),
]
SLOTS = len(INSTANTS) - 1


def slot(number: int) -> datetime:
    """Instants around the ends of days and months, some months apart."""
    return INSTANTS[number]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    first = draw(st.integers(0, SLOTS - 1))
    last = draw(st.integers(first + 1, SLOTS))
    return Interval(slot(first), slot(last))


@st.composite
def answers(draw: st.DrawFn) -> Fetched:
    is_gas = draw(st.booleans())
    point, energy = (GAS_EAN, "gas") if is_gas else (EAN, "electricity")
    length = HOUR if is_gas else QUARTER
    granularity = Granularity.HOUR if is_gas else Granularity.QUARTER_HOUR
    keys = draw(
        st.lists(st.tuples(st.integers(0, SLOTS - 1), st.sampled_from(["m1", None])), max_size=6)
    )
    rows = [
        Row(
            start=slot(number),
            end=slot(number) + length,
            value=draw(st.sampled_from([1.0, 2.0, None])),
            validation_state=draw(st.sampled_from(["READ", "EST", None])),
            gas_conversion_factor=draw(st.sampled_from(["P", "D"])) if is_gas else None,
            meter_id=meter,
            metering_point=point,
            energy_type=energy,
            granularity=str(granularity),
        )
        for number, meter in keys
    ]
    undecoded = draw(st.lists(st.none() | intervals(), max_size=1))
    return answer(
        rows,
        scope=draw(intervals()),
        fetched_at=NOW + draw(st.integers(0, 4)) * HOUR,
        kind=draw(st.sampled_from(WindowKind)),
        metering_point=point,
        energy_type=energy,
        granularities=draw(st.sampled_from([(granularity,), (granularity, Granularity.DAY)])),
        undecoded=tuple(Undecoded(path="$", why="broken", interval=one) for one in undecoded),
        outcome=draw(st.sampled_from([Outcome.OK] * 5 + [Outcome.FAILED])),
    )


sequences = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes of commits
)


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
