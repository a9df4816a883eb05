"""Several energy types of one metering point: gas days and other days tell of one timeline."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from kwartier.retention import Order, Reason
from kwartier.store import Store, open_store
from kwartier.store.duckdb.connection import writing
from kwartier.store.duckdb.timelines_anew import work_out_days
from kwartier.vocabulary.energy import COOLING, GAS, HEAT
from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.local_time import day_interval, day_start
from kwartier.vocabulary.provider import ENECO
from support.data_owners import contract, list_contracts
from support.measured import NOW, Row, answer

ONE, HOUR = timedelta(days=1), timedelta(hours=1)
POINT = "7a1c6d0e-0b0f-4e55-9a57-2f0a6c1f2b11"
DAYS_OF_A_TIMELINE = "kind NOT IN ('settled', 'inserted', 'read')"


class Hours(NamedTuple):
    """Hours of a channel: the first, counted from the first day's midnight, and how many."""

    channel: str
    first: int
    hours: int


def hour(start: datetime, channel: str, value: float | None = 1.0) -> Row:
    return Row(
        start=start,
        end=start + HOUR,
        value=value,
        validation_state=None,
        provider=ENECO,
        metering_point=POINT,
        energy_type=channel,
        source="headpoint",
        meter_id=None,
        granularity="PT1H",
        unit="m3",
        metering_type=None,
        seq_number=None,
    )


def commit(store: Store, rows: Iterable[Row], window: Interval, number: int = 0) -> None:
    fetched = answer(
        list(rows),
        scope=window,
        fetched_at=NOW + number * HOUR,
        metering_point=POINT,
        energy_type=HEAT,
        granularities=(Granularity.HOUR,),
    )
    store.commit([replace(fetched, fetch=structs.replace(fetched.fetch, provider=ENECO))])


def told(store: Store) -> Asked:
    [asked] = store.asked([POINT])
    return asked


def whole_days(held: dict[str, set[datetime]], days: Sequence[date]) -> list[Interval]:
    """The days of which some channel has every hour, by the wall clock."""
    found = []
    for channel, starts in held.items():
        for day in days:
            interval = day_interval(day, channel)
            hours = range(int(interval.duration / HOUR))
            if all(interval.start + number * HOUR in starts for number in hours):
                found.append(interval)
    return union(found)


batches = st.lists(
    st.builds(
        Hours,
        st.sampled_from([HEAT, GAS, COOLING]),
        st.integers(0, 70),
        st.integers(1, 60),
    ),
    min_size=1,
    max_size=4,
)
SATURDAYS = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 11, 7))


@settings(deadline=None, max_examples=3)
@given(first=st.sampled_from(SATURDAYS), batches=batches)
@example(first=SATURDAYS[0], batches=[Hours(HEAT, 0, 71), Hours(GAS, 5, 24)])
@example(
    first=SATURDAYS[1], batches=[Hours(GAS, 6, 49), Hours(HEAT, 24, 25), Hours(COOLING, 30, 1)]
)
@example(first=SATURDAYS[2], batches=[Hours(HEAT, 0, 1), Hours(GAS, 0, 1), Hours(COOLING, 0, 48)])
def test_an_instant_is_complete_if_its_day_or_its_gas_day_is(
    first: date, batches: list[Hours]
) -> None:
    """Each batch speaks for no more than its own hours of its own channel: what came stays."""
    begin = day_start(first, HEAT)
    held: dict[str, set[datetime]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.duckdb"
        store = open_store(path, create=True)
        for number, (channel, at, hours) in enumerate(batches):
            starts = [begin + (at + offset) * HOUR for offset in range(hours)]
            held.setdefault(channel, set()).update(starts)
            window = Interval(starts[0], starts[-1] + HOUR)
            rows = [
                hour(start, name)
                for name, known in held.items()
                for start in known
                if start in window
            ]
            commit(store, rows, window, number)
        days = [first + number * ONE for number in range(-2, 9)]
        asked = told(store)
        assert list(asked.complete) == whole_days(held, days)
        with writing(path, 30) as connection:
            connection.execute(f"DELETE FROM timelines WHERE {DAYS_OF_A_TIMELINE}")
            work_out_days(connection)
        assert told(store).complete == asked.complete


def test_a_gas_day_that_loses_an_hour_leaves_the_other_channels_days_complete(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "store.duckdb", create=True)
    sunday = day_interval(date(2026, 10, 25), HEAT)
    span = Interval(sunday.start - ONE, sunday.end + ONE)
    starts = [span.start + number * HOUR for number in range(int(span.duration / HOUR))]
    commit(store, [hour(start, channel) for start in starts for channel in (HEAT, GAS)], span)
    assert told(store).complete == (span,), "three days, the middle one of 25 hours"
    lost = sunday.start + 10 * HOUR
    here = Interval(lost, lost + HOUR)
    commit(store, [hour(lost, HEAT), hour(lost, GAS, None)], here, 1)
    assert told(store).complete == (span,)
    commit(store, [hour(lost, HEAT, None), hour(lost, GAS, None)], here, 2)
    gas = day_interval(date(2026, 10, 24), GAS)
    assert gas.end - gas.start == 25 * HOUR, "the gas day before has the hour that comes twice"
    assert told(store).complete == (
        Interval(span.start, gas.end),
        Interval(sunday.end, span.end),
    )


def test_what_no_mandate_permits_any_more_goes_once_of_each_channel(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.duckdb", create=True)
    span = Interval(day_start(date(2026, 10, 24), HEAT), day_start(date(2026, 10, 27), HEAT))
    starts = [span.start + number * HOUR for number in range(int(span.duration / HOUR))]
    commit(store, [hour(start, channel) for start in starts for channel in (HEAT, GAS)], span)
    cap = day_start(date(2026, 10, 26), HEAT)
    list_contracts(store, contract(POINT, period_start=span.start, period_end=cap))
    orders = [
        Order(
            provider=ENECO,
            metering_point=POINT,
            energy_type=channel,
            granularity=Granularity.HOUR,
            kept=(Interval(span.start, cap),),
            gone=(Interval(cap, span.end),),
            reason=Reason.PERIOD_ENDED,
            mandate_id=1,
        )
        for channel in (GAS, HEAT)
    ]
    assert [one.values for one in store.find_outside(orders)] == [24, 24]
    receipts = store.retract(orders, at=NOW)
    assert [(one.energy_type, one.values) for one in receipts] == [(GAS, 24), (HEAT, 24)]
    assert sum(batch.num_rows for batch in store.scan()) == 2 * (len(starts) - 24)
    present = store.coverage().to_pylist()
    assert sum(row["present"] for row in present) == 2 * (len(starts) - 24)
    assert told(store).settled == (Interval(span.start, cap),)
