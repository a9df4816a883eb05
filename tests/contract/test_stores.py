"""What every store must do: decisions on which answer wins, what is kept, what is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.measurements import MEASUREMENTS_SCHEMA, SERIES_COLUMNS, Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.registry import Customer, KnownMandate, Reference
from kwartier.store import Committed, Selection, Store, StoreError, open_store
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import Mandate
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarter, quarters
from support.store_oracle import Oracle, Record, key_of, undescribed

MakeStore = Callable[[], Store]
T0 = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def duckdb_store(folder: Path) -> Store:
    return open_store(folder / "store.duckdb", create=True)


STORES: dict[str, Callable[[Path], Store]] = {"duckdb": duckdb_store}


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Makes empty stores, each in a folder of its own."""
    numbers = count()

    def make() -> Store:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return STORES[request.param](folder)

    return make


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()


def held(store: Store, selection: Selection | None = None) -> list[Record]:
    rows = pa.Table.from_batches(store.scan(selection), MEASUREMENTS_SCHEMA).to_pylist()
    return sorted(rows, key=lambda row: repr(key_of(row)))


def values(store: Store) -> list[float | None]:
    return [row["value"] for row in sorted(held(store), key=lambda row: row["start"])]


def changes(store: Store) -> list[tuple[Any, str]]:
    return [(row["value"], row["change"]) for row in store.revisions().to_pylist()]


def later(hours: float) -> datetime:
    return NOW + hours * HOUR


# --- which answer wins ------------------------------------------------------------------------


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


# --- what a read-time answer no longer carries -------------------------------------------------


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


# --- coverage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "quarters_of_day"),
    [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100), (date(2026, 10, 26), 96)],
)
def test_coverage_counts_the_quarters_of_the_local_day(
    store: Store, day: date, quarters_of_day: int
) -> None:
    interval = day_interval(day, "electricity")
    around = quarters(interval.start - QUARTER, [1.0] * (quarters_of_day + 2))
    store.commit([answer(around)])
    counts = {row["day"]: row["present"] for row in store.coverage().to_pylist()}
    one = timedelta(days=1)
    assert counts == {day - one: 1, day: quarters_of_day, day + one: 1}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 10, 25), 24)],
)
def test_coverage_counts_the_hours_of_the_gas_day(store: Store, day: date, hours: int) -> None:
    interval = day_interval(day, "gas")
    rows = [
        Row(
            start=interval.start + i * HOUR,
            end=interval.start + (i + 1) * HOUR,
            metering_point=GAS_EAN,
            energy_type="gas",
            granularity="PT1H",
            unit="kWh",
            gas_conversion_factor="P" if i % 2 else "D",
            validation_state="EST" if i == 0 else "READ",
        )
        for i in range(-1, hours + 1)
    ]
    gas = answer(rows, metering_point=GAS_EAN, energy_type="gas", granularities=(Granularity.HOUR,))
    store.commit([gas])
    [_, counted, _] = store.coverage([GAS_EAN]).to_pylist()
    assert counted["day"] == day
    assert (counted["present"], counted["estimated"], counted["provisional"]) == (
        hours,
        1,
        hours // 2,
    )


def test_coverage_follows_revisions_and_removals(store: Store) -> None:
    scope = Interval(T0, T0 + HOUR)
    store.commit([answer(quarters(T0, [1.0, 1.0, None], validation_state="EST"), scope=scope)])
    [row] = store.coverage().to_pylist()
    assert (row["present"], row["estimated"]) == (2, 2)
    store.commit([answer([quarter(T0, 1.0)], scope=scope, fetched_at=later(1))])
    [row] = store.coverage().to_pylist()
    assert (row["present"], row["estimated"]) == (1, 0)
    store.commit([answer(scope=scope, fetched_at=later(2))])
    assert store.coverage().num_rows == 0


# --- what was asked ---------------------------------------------------------------------------


def test_asked_joins_scopes_and_insert_time_windows(store: Store) -> None:
    day = timedelta(days=1)
    both = (Granularity.QUARTER_HOUR, Granularity.DAY)
    reads = [
        answer(scope=Interval(T0 + i * day, T0 + (i + 1) * day), granularities=both)
        for i in (0, 1, 3)
    ]
    delta = answer(window=Interval(T0, T0 + day), kind=WindowKind.INSERT_TIME, fetched_at=later(1))
    store.commit([*reads, delta])
    by_granularity = {asked.granularity: asked for asked in store.asked([EAN])}
    assert set(by_granularity) == set(both)
    quarter_hours = by_granularity[Granularity.QUARTER_HOUR]
    assert quarter_hours.settled == (
        Interval(T0, T0 + 2 * day),
        Interval(T0 + 3 * day, T0 + 4 * day),
    )
    assert quarter_hours.inserted == (Interval(T0, T0 + day),)
    assert quarter_hours.first_read_at == NOW - timedelta(seconds=1)
    assert by_granularity[Granularity.DAY].inserted == ()
    assert store.asked([GAS_EAN]) == []


# --- scanning ---------------------------------------------------------------------------------


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


def test_scan_gives_batches_of_exactly_the_measurements_schema(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    [batch] = store.scan()
    assert batch.schema.equals(MEASUREMENTS_SCHEMA, check_metadata=True)


def test_a_commit_may_follow_a_scan_that_was_not_used_up(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0]))])
    scan = store.scan()
    store.commit([answer(quarters(T0, [2.0]), fetched_at=later(1))])
    assert [batch.num_rows for batch in scan] == [1]


# --- customers and mandates -------------------------------------------------------------------


def reference(number: str, customer_id: str) -> Reference:
    return Reference(
        reference_number=number, customer_id=customer_id, provider="fluvius", created_at=NOW
    )


def test_customers_are_added_and_updated_by_id(store: Store) -> None:
    store.add_customers([Customer(customer_id="b"), Customer(customer_id="a", label="An")], [])
    changed = Customer(customer_id="a", label="Anna", flow="B2B", enterprise_number="0123456749")
    store.add_customers([changed], [reference("KW-1", "a")])
    store.add_customers([], [reference("KW-1", "a"), reference("KW-2", "a")])
    assert store.customers() == [changed, Customer(customer_id="b")]
    assert store.references() == [reference("KW-1", "a"), reference("KW-2", "a")]


@pytest.mark.parametrize(
    ("number", "customer_id", "rule"),
    [("KW-1", "b", "already the reference of"), ("KW-2", "c", "a customer that is not there")],
)
def test_a_reference_belongs_to_one_known_customer(
    store: Store, number: str, customer_id: str, rule: str
) -> None:
    store.add_customers(
        [Customer(customer_id="a"), Customer(customer_id="b")], [reference("KW-1", "a")]
    )
    with pytest.raises(InputError, match=rule):
        store.add_customers([Customer(customer_id="d")], [reference(number, customer_id)])
    assert [customer.customer_id for customer in store.customers()] == ["a", "b"]


def known(mandate_id: int, **mandate: Any) -> KnownMandate:
    return KnownMandate(
        mandate_id=mandate_id,
        mandate=Mandate(
            provider="fluvius",
            contract_number="C1",
            reference_number="KW-1",
            data_service_type="VH_kwartier_uur",
            **mandate,
        ),
        first_seen_at=NOW,
        changed_at=NOW,
    )


def test_mandates_are_kept_whole_and_replaced_by_id(store: Store) -> None:
    waiting = known(1, status="Requested")
    approved = known(
        1,
        status="Approved",
        metering_point=EAN,
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR, Granularity.DAY}),
        period_start=T0,
    )
    store.record_mandates([waiting, known(2, status="Rejected")])
    store.record_mandates([approved])
    store.record_mandates([])
    assert store.mandates() == [approved, known(2, status="Rejected")]


# --- any sequence of answers ------------------------------------------------------------------

SLOTS = 8
STEP = timedelta(hours=12)
FIRST = datetime(2026, 10, 30, 6, tzinfo=UTC)


def slot(number: int) -> datetime:
    """Instants half a day apart, over the end of October."""
    return FIRST + number * STEP


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


def canonical(rows: Sequence[Record]) -> list[str]:
    """The rows as sorted text, so that equal instants look alike whatever their zone object."""
    return sorted(
        "; ".join(f"{name}={value}" for name, value in sorted(undescribed(row).items()))
        for row in rows
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
