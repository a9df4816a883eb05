"""How the store stands against what is due, held against the analysis that reads every value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.analysis import ArrivalPolicy, month_coverage
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.registry import Listing
from kwartier.serve.standing import Standing, count_slices, look_at, wanted_days
from kwartier.store import Store, open_store
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarters

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ARRIVAL = ArrivalPolicy()
BASE = datetime(2026, 3, 25, tzinfo=UTC)
START = datetime(2026, 11, 9, 23, tzinfo=UTC)
QUARTERS = ("electricity", "PT15M")

minutes = st.integers(0, 215 * 24 * 60)
kinds = st.sampled_from(
    [
        (Granularity.QUARTER_HOUR, "electricity"),
        (Granularity.HOUR, "gas"),
        (Granularity.DAY, "electricity"),
        (Granularity.DAY, "gas"),
    ]
)


@given(minutes, st.integers(1, 10 * 24 * 60), kinds)
@settings(max_examples=80, deadline=None)
def test_slices_are_counted_as_they_are_listed(
    start: int, length: int, kind: tuple[Granularity, str]
) -> None:
    first = BASE + timedelta(minutes=start)
    interval = Interval(first, first + timedelta(minutes=length))
    assert count_slices(interval, *kind) == len(slice_starts(interval, *kind))


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=4),
    st.sampled_from(["electricity", "gas"]),
)
@settings(max_examples=50, deadline=None)
def test_wanted_days_touch_what_is_permitted_and_never_each_other(
    spans: list[tuple[int, int]], energy_type: str
) -> None:
    intervals, end = [], BASE
    for gap, length in spans:
        start = end + timedelta(hours=gap)
        end = start + timedelta(hours=length)
        intervals.append(Interval(start, end))
    permission = Permission(
        metering_point=EAN,
        energy_type=energy_type,
        granularity=Granularity.HOUR,
        intervals=tuple(intervals),
    )
    found = list(wanted_days(permission, NOW, ARRIVAL))
    for one, following in pairwise(found):
        assert one.last_day < following.first_day
    for interval in intervals:
        assert any(
            day_start(one.first_day, energy_type) <= interval.start
            and interval.end <= day_start(one.last_day + DAY, energy_type)
            for one in found
        )


def mandate(point: str, energy_type: str, granularity: Granularity) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="1",
        reference_number=f"R-{point}",
        status="Approved",
        data_service_type="VH_kwartier_uur",
        metering_point=point,
        energy_type=energy_type,
        granularities=frozenset({granularity}),
        period_start=START,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = open_store(tmp_path / "store.duckdb", create=True)
    mandates = [
        mandate(EAN, "electricity", Granularity.QUARTER_HOUR),
        mandate(GAS_EAN, "gas", Granularity.HOUR),
    ]
    made.record_mandates(Listing(mandates, NOW), provider="fluvius")
    return made


def stand(store: Store, now: datetime = NOW) -> Standing:
    return look_at(store, now, ARRIVAL)


def test_an_empty_store_lacks_all_that_is_due(store: Store) -> None:
    standing = stand(store)
    assert {point for point, *_ in standing.opened} == {EAN, GAS_EAN}
    assert standing.mandates == {"Approved": 2}
    due = 10 * 96
    backlog = standing.backlog[QUARTERS]
    assert (backlog.points, backlog.lagging, backlog.missing) == (1, 1, due)
    assert backlog.lag == due * QUARTER


def test_gaps_lag_and_estimates_are_those_that_the_coverage_tells(store: Store) -> None:
    store.commit(
        [
            answer(quarters(START, [1.0] * 90)),
            answer(quarters(START + 2 * DAY, [1.0] * 100, validation_state="EST")),
            answer(quarters(START + 7 * DAY, [1.0] * 20)),
            answer(gas_hours(50), metering_point=GAS_EAN, energy_type="gas"),
        ]
    )
    standing = stand(store)
    table = pa.Table.from_batches(store.scan(), MEASUREMENTS_SCHEMA)
    listed = [known.mandate for known in store.mandates()]
    told = month_coverage(table, permissions(listed, until=NOW), NOW).to_pylist()
    by_kind = {(row["energy_type"], row["granularity"]): row for row in told}
    electricity, gas = standing.backlog[QUARTERS], standing.backlog["gas", "PT1H"]
    assert electricity.missing == by_kind[QUARTERS]["missing"] == 960 - 90 - 100 - 20
    assert electricity.estimated == by_kind[QUARTERS]["estimated"] == 100
    assert gas.provisional == by_kind["gas", "PT1H"]["provisional"] == 50
    assert electricity.lag == START + 10 * DAY - (START + 7 * DAY + 20 * QUARTER)


def gas_hours(number: int) -> list[Row]:
    first = START + 6 * HOUR
    return [
        Row(
            start=first + each * HOUR,
            end=first + (each + 1) * HOUR,
            metering_point=GAS_EAN,
            energy_type="gas",
            granularity="PT1H",
            unit="kWh",
            gas_conversion_factor="P",
        )
        for each in range(number)
    ]


def test_the_lag_grows_with_time_and_ends_when_values_come(store: Store) -> None:
    store.commit([answer(quarters(START, [1.0] * 960))])
    assert stand(store).backlog[QUARTERS].lag == timedelta(0)
    later = stand(store, NOW + 3 * DAY).backlog[QUARTERS]
    assert (later.lag, later.missing, later.lagging) == (3 * DAY, 3 * 96, 1)


def test_a_mandate_that_is_no_longer_listed_is_counted_and_not_missed(store: Store) -> None:
    store.record_mandates(Listing([], NOW + DAY), provider="fluvius")
    standing = stand(store, NOW + DAY)
    assert (standing.missing_mandates, standing.opened, standing.backlog) == (2, frozenset(), {})
