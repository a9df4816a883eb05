"""What every store must count, and what it must say it has been asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kwartier.store import Store
from kwartier.vocabulary.fetch import WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer, quarter, quarters
from support.stores import HOUR, T0, later


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
