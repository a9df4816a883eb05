"""How the store stands against what is due, held against the analysis that reads every value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from kwartier.analysis import ArrivalPolicy, month_coverage
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.registry import Listing
from kwartier.serve.standing import Standing, look_at
from kwartier.store import Store, open_store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate, permissions
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarters

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ARRIVAL = ArrivalPolicy()
START = datetime(2026, 11, 9, 23, tzinfo=UTC)
QUARTERS = ("electricity", "PT15M")


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
