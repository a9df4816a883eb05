"""Month peaks that a store sums up are those of its values, whatever they are."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.analysis import PEAKS_SCHEMA, month_peaks, peak_stretches, peaks_of_summaries
from kwartier.analysis.peaks import in_order
from kwartier.errors import InputError
from kwartier.measurements import SERIES_COLUMNS, empty_measurements
from kwartier.store import Store
from kwartier.vocabulary.energy import ELECTRICITY, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, disjoint
from kwartier.vocabulary.local_time import day_interval, day_of
from kwartier.vocabulary.mandate import Permission
from support.measured import QUARTER, Row, answer, quarter, quarters
from support.stores import STORES

GRANULARITIES = (
    (Granularity.QUARTER_HOUR,),
    (Granularity.QUARTER_HOUR, Granularity.DAY),
    (Granularity.QUARTER_HOUR, Granularity.HOUR),
    (Granularity.DAY,),
    (),
)
GROUP = (*SERIES_COLUMNS, "validation_state")
POINTS = ("541440110000000001", "541440110000000002", "541440110000000003")
SPRING = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
MONTH_END = datetime(2026, 3, 31, 21, 0, tzinfo=UTC)
APRIL, MAY = datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)
KINDS: tuple[dict[str, Any], ...] = (
    {"register": "day"},
    {"register": "night"},
    {"register": "reactive", "unit": "kVArh"},
    {"direction": "injection"},
    {"source": "headpoint", "meter_id": None},
    {"source": "sub_headpoint", "meter_id": None, "sub_headpoint": "541440110000000099"},
    {"meter_id": "1SAG1100000002"},
)

states = st.sampled_from(["READ", "READ", "READ", "VAL", "EST", "NVAL", "NEW WORD", None])
kwh = st.sampled_from([0.0, -0.0, 0.25, 0.25, 1.5, -0.5, None])
instants = st.builds(
    lambda base, quarters_on, over: base + quarters_on * QUARTER + over * timedelta(minutes=5),
    st.sampled_from([SPRING, MONTH_END, AUTUMN]),
    st.integers(-20, 40),
    st.sampled_from([0, 0, 0, 1]),
)
bounds_of_mandates = st.one_of(
    st.sampled_from([(SPRING, AUTUMN), (MONTH_END, AUTUMN), (APRIL, MAY)]),
    st.tuples(instants, instants),
)


@st.composite
def rows_of(draw: st.DrawFn, point: str, kind: dict[str, Any]) -> list[Row]:
    """Some quarters in a row, from anywhere near what is interesting."""
    start = draw(st.sampled_from([SPRING, MONTH_END, AUTUMN])) + draw(st.integers(0, 20)) * QUARTER
    start += draw(st.sampled_from([timedelta(0)] * 9 + [timedelta(minutes=5)]))
    length = draw(st.sampled_from([QUARTER] * 9 + [2 * QUARTER]))
    given = draw(st.lists(st.tuples(kwh, states), max_size=20))
    return [
        Row(
            metering_point=point,
            start=start + place * QUARTER,
            end=start + place * QUARTER + length,
            value=value,
            validation_state=state,
            **kind,
        )
        for place, (value, state) in enumerate(given)
    ]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Row], list[Permission], datetime]:
    """Values, permissions and a moment."""
    rows: dict[tuple[object, ...], Row] = {}
    granted = []
    for point in POINTS:
        kinds = [{}, *draw(st.sampled_from([[], [], *([kind] for kind in KINDS)]))]
        parts = [draw(rows_of(point, kind)) for kind in kinds for _ in range(2)]
        parts.append(draw(days_of(point)))
        for row in chain.from_iterable(parts):
            key = (row.metering_point, row.provider, row.source, row.meter_id, row.granularity)
            rows[*key, row.direction, row.register, row.start] = row
        for granularity in draw(st.sampled_from(GRANULARITIES)):
            bounds = draw(st.lists(bounds_of_mandates, min_size=1, max_size=3))
            intervals = [Interval(*sorted(pair)) for pair in bounds if pair[0] != pair[1]]
            if intervals:
                granted.append(
                    Permission(
                        metering_point=point,
                        energy_type=ELECTRICITY,
                        granularity=granularity,
                        intervals=tuple(disjoint(intervals)),
                    )
                )
    moment = draw(instants) + draw(st.sampled_from([0, 1, 3, 300])) * timedelta(days=1)
    return list(rows.values()), granted, moment


@st.composite
def days_of(draw: st.DrawFn, point: str) -> list[Row]:
    days = draw(st.lists(st.integers(0, 4), max_size=3, unique=True))
    found = []
    for day in days:
        interval = day_interval(day_of(SPRING, ELECTRICITY) + timedelta(days=day), ELECTRICITY)
        whole = {"start": interval.start, "end": interval.end, "granularity": "P1D"}
        found.append(Row(metering_point=point, value=draw(kwh), **whole))  # type: ignore[arg-type]
    return found


def both_ways(
    store: Store, permissions: Sequence[Permission], now: datetime
) -> tuple[pa.Table, pa.Table, list[Permission]]:
    """The peaks of all values; those of sums and of the values that sums leave; what they left."""
    batches = list(store.scan())
    values = pa.Table.from_batches(batches) if batches else empty_measurements()
    stretches = peak_stretches(permissions, now)
    sums = store.summaries(stretches, granularity=Granularity.QUARTER_HOUR, direction=OFFTAKE)
    known, left = peaks_of_summaries(sums, permissions, now)
    rest = month_peaks(values, left, now, known=known)
    return (
        month_peaks(values, permissions, now),
        in_order(pa.concat_tables([known, rest])),
        left,
    )


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_sums_give_the_peaks_of_the_values(
    kind: str, world: tuple[list[Row], list[Permission], datetime]
) -> None:
    rows, permissions, now = world
    with tempfile.TemporaryDirectory() as folder:
        store = STORES[kind](Path(folder))
        by_point = {p: [row for row in rows if row.metering_point == p] for p in POINTS}
        store.commit([answer(mine, metering_point=p) for p, mine in by_point.items() if mine])
        of_values, of_sums, _ = both_ways(store, permissions, now)
    assert of_sums.schema.equals(PEAKS_SCHEMA)
    assert of_sums.to_pylist() == of_values.to_pylist()


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_sums_are_those_of_the_slices(
    kind: str, world: tuple[list[Row], list[Permission], datetime]
) -> None:
    rows, permissions, now = world
    stretches = peak_stretches(permissions, now)
    with tempfile.TemporaryDirectory() as folder:
        store = STORES[kind](Path(folder))
        by_point = {p: [row for row in rows if row.metering_point == p] for p in POINTS}
        store.commit([answer(mine, metering_point=p) for p, mine in by_point.items() if mine])
        slices = [one for batch in store.scan() for one in batch.to_pylist()]
        sums = store.summaries(stretches, granularity=Granularity.QUARTER_HOUR, direction=OFFTAKE)
    told = {
        (row["stretch"], *(row[name] for name in GROUP)): told_by(row) for row in sums.to_pylist()
    }
    expected = {
        (number, *group): added_up(members)
        for number, stretch in enumerate(stretches.to_pylist())
        for group, members in groups_within(stretch, slices).items()
    }
    assert len(told) == sums.num_rows
    assert told == expected


def told_by(row: dict[str, Any]) -> tuple[object, ...]:
    return row["present"], row["greatest"], row["greatest_at"], row["off_grid"]


def groups_within(
    stretch: dict[str, Any], slices: list[dict[str, Any]]
) -> dict[tuple[object, ...], list[dict[str, Any]]]:
    """The quarters taken in a stretch, by series and validation state."""
    groups = defaultdict(list)
    for one in slices:
        is_quarter = one["granularity"] == "PT15M" and one["end"] - one["start"] == QUARTER
        is_within = stretch["start"] <= one["start"] < stretch["end"]
        is_whose = one["metering_point"] == stretch["metering_point"]
        if is_quarter and is_within and is_whose and one["direction"] == OFFTAKE:
            groups[tuple(one[name] for name in GROUP)].append(one)
    return groups


def added_up(members: list[dict[str, Any]]) -> tuple[object, ...]:
    there = [one for one in members if one["value"] is not None]
    greatest = max((one["value"] for one in there), default=None)
    first = min((one["start"] for one in there if one["value"] == greatest), default=None)
    return len(there), greatest, first, any(one["start"].minute % 15 for one in members)


def permit(point: str, start: datetime, end: datetime) -> Permission:
    return Permission(
        metering_point=point,
        energy_type=ELECTRICITY,
        granularity=Granularity.QUARTER_HOUR,
        intervals=(Interval(start, end),),
    )


def test_one_series_is_summed_and_several_are_left(store: Store) -> None:
    one, two, none = POINTS
    store.commit(
        [answer(quarters(SPRING, [0.5, 1.5, 1.5], metering_point=one), metering_point=one)]
    )
    meters = [quarter(SPRING, 1.0, metering_point=two, **kind) for kind in ({}, KINDS[-1])]
    store.commit([answer(meters, metering_point=two)])
    granted = [permit(point, SPRING, SPRING + timedelta(days=2)) for point in (one, two, none)]
    of_values, of_sums, left = both_ways(store, granted, MONTH_END)
    assert of_sums.equals(of_values)
    assert [permission.metering_point for permission in left] == [two]
    first = of_sums.to_pylist()[0]
    assert (first["kw"], first["at"], first["present"]) == (6.0, SPRING + QUARTER, 3)


def test_many_points_each_permitted_since_another_day(store: Store) -> None:
    points = [f"5414401100000{number:05d}" for number in range(30)]
    batch = [
        answer(quarters(SPRING, [0.25, 2.0, 0.5, 1.0], metering_point=p), metering_point=p)
        for p in points
    ]
    store.commit(batch)
    granted = [
        permit(point, SPRING + number * timedelta(minutes=3), MONTH_END)
        for number, point in enumerate(points)
    ]
    of_values, of_sums, left = both_ways(store, granted, MONTH_END + timedelta(days=1))
    assert of_sums.equals(of_values)
    assert left == []
    assert len({row["kw"] for row in of_sums.to_pylist()}) == 3


def test_days_are_not_summed(store: Store) -> None:
    stretches = peak_stretches([], MONTH_END)
    with pytest.raises(InputError, match="granularity"):
        store.summaries(stretches, granularity=Granularity.DAY, direction=OFFTAKE)
