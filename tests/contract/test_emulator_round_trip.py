"""Any reply that the emulator can give is read as exactly what its world holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.energy import ComplexEnergyType, EnergyQuestion, answer
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import household_of
from kwartier.emulator.metering.sandbox_ean import connection_of
from kwartier.emulator.metering.series import days_read
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.fluvius import decode_energy
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.energy import ELECTRICITY, GAS, METER
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    HeadpointType,
    MandateStatus,
    PeriodType,
)
from support.listed import listed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2023, 11, 25, tzinfo=UTC)
SINCE = datetime(2025, 8, 1, tzinfo=UTC)
"""Earlier windows are not asked for, to save time; storing takes a month at most."""
EANS = (
    "541440000000000001",
    "541440110000000213",
    "541441010000000003",
    "541440010000000901",
    "541450000000000004",
    "541450110000000805",
    "541450011000000206",
    "541450112000000407",
    "541451010000000008",
    "541451012000000709",
    "541440210000000010",
    "541450222000000011",
    "541441210000000012",
    "541451222000000613",
)
SERVICES = (DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR, DataServiceType.VH_ONBEPAALD)
CLOCK_CHANGES = (date(2026, 3, 29), date(2026, 3, 28), date(2025, 10, 26), date(2025, 10, 25))
"""Both, and the days before them, which are the short and the long gas day."""

ROW = [name for name in MEASUREMENTS_SCHEMA.names if name not in {"provider", "fetched_at"}]

Rows = set[tuple[Any, ...]]

hours = st.integers(0, 420 * 24).map(lambda before: NOW - timedelta(hours=before))


@st.composite
def intervals(draw: st.DrawFn, longest: int) -> Interval:
    """Any, to the second; often right at the ends of days on which the clock changes."""
    if draw(st.booleans()):
        energy_type = draw(st.sampled_from([ELECTRICITY, GAS]))
        around = day_interval(draw(st.sampled_from(CLOCK_CHANGES)), energy_type)
        before, after = (
            timedelta(seconds=draw(st.sampled_from([-1, 0, 1, 900, 3600]))) for _ in range(2)
        )
        return Interval(around.start - before, around.end + after)
    start = draw(hours) + timedelta(seconds=draw(st.sampled_from([0, 0, 1, 900])))
    return Interval(start, start + timedelta(hours=draw(st.integers(1, longest * 24))))


@st.composite
def mandates(draw: st.DrawFn, ean: str) -> list[HeldMandate]:
    """One, or several that touch, overlap or leave something out."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        period = draw(st.one_of(st.just(Interval(LONG_AGO, NOW)), intervals(400)))
        found.append(
            HeldMandate(
                reference_number=f"REF-{number}",
                ean=ean,
                data_service_type=draw(st.sampled_from(SERVICES)),
                status=MandateStatus.APPROVED,
                last_updated=LONG_AGO,
                data_period_from=period.start,
                data_period_to=draw(st.sampled_from([None, period.end])),
                mandate_expiration_date=draw(st.sampled_from([None, NOW - timedelta(days=40)])),
            )
        )
    return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[EnergyQuestion, list[HeldMandate]]:
    ean = draw(st.sampled_from(EANS))
    question = EnergyQuestion(
        ean=ean,
        period_type=draw(st.sampled_from([PeriodType.READ_TIME, PeriodType.INSERT_TIME])),
        window=draw(intervals(5)),
        granularities=frozenset(draw(st.sets(st.sampled_from(list(Granularity)), min_size=1))),
        complex_energy_types=frozenset(
            draw(st.sets(st.sampled_from(list(ComplexEnergyType)), min_size=1))
        ),
    )
    return question, draw(mandates(ean))


@cache
def whole_truth(ean: str) -> pa.Table:
    """What is visible of an EAN now and was measured since ``SINCE``, by the names of the
    measurements table.
    """
    table = pa.Table.from_batches(truth([ean], [], seed=1, now=NOW), TRUTH_SCHEMA)
    table = table.filter(pc.greater_equal(table["start"], pa.scalar(SINCE, table["start"].type)))
    return table.rename_columns({"ean": "metering_point"}).combine_chunks()


def insert_times(ean: str, granularity: Granularity, window: Interval) -> tuple[pa.Array, pa.Array]:
    """The slices that may have been stored in a window: their starts, and when they were last."""
    home = household_of(ean, 1)
    start, end = (window.start - timedelta(days=60)).timestamp(), window.end.timestamp()
    found = held(home, days_read(home, start, end), NOW.timestamp())
    series = found.days if granularity is Granularity.DAY else found.fine
    starts = pa.array(series.starts * 1_000_000).cast(pa.timestamp("us", "UTC"))
    return starts, pa.array(series.stored)


def expected(question: EnergyQuestion, held_mandates: Sequence[HeldMandate]) -> Rows:
    """What of the world the question should bring, found by what each row says of itself."""
    table, window = whole_truth(question.ean), question.window
    rows: Rows = set()
    for granularity in question.granularities & {Granularity.DAY, finest(energy_of(question.ean))}:
        part = table.filter(pc.equal(table["granularity"], granularity.value))
        if question.period_type is PeriodType.READ_TIME:
            part = within(part, window)
        else:
            starts, stored = insert_times(question.ean, granularity, window)
            when = pc.take(stored, pc.index_in(part["start"], starts))
            since = pc.greater_equal(when, int(window.start.timestamp()))
            part = part.filter(pc.and_(since, pc.less(when, int(window.end.timestamp()))))
        for mandate in held_mandates:
            period = mandate.permitted(NOW)
            if granularity in mandate.granularities and period is not None:
                rows |= rows_of(of_kind(within(part, period), question.complex_energy_types))
    return rows


def within(table: pa.Table, interval: Interval) -> pa.Table:
    since = pc.greater_equal(table["start"], pa.scalar(interval.start, table["start"].type))
    until = pc.less_equal(table["end"], pa.scalar(interval.end, table["end"].type))
    return table.filter(pc.and_(since, until))


def of_kind(table: pa.Table, kinds: frozenset[ComplexEnergyType]) -> pa.Table:
    """The registers asked for; of what is metered twice, only the headpoint's."""
    both = pc.equal(table["metering_type"], HeadpointType.METERING_ON_HEADPOINT_AND_METER.value)
    twice = pc.and_(both, pc.equal(table["source"], METER))
    reactive = pc.equal(table["unit"], "kVArh")
    asked = pc.equal(table["energy_type"], GAS)
    if ComplexEnergyType.ACTIVE in kinds:
        asked = pc.or_(asked, pc.invert(reactive))
    if ComplexEnergyType.REACTIVE in kinds:
        asked = pc.or_(asked, reactive)
    return table.filter(pc.and_(asked, pc.invert(twice)))


def rows_of(table: pa.Table) -> Rows:
    return set(zip(*(listed(table[name]) for name in ROW), strict=True))


def energy_of(ean: str) -> str:
    return connection_of(ean).energy_type


def decoded(question: EnergyQuestion, held_mandates: Sequence[HeldMandate]) -> Rows:
    body = answer(question, held_mandates, seed=1, asked_at=NOW)
    table = decode_energy(body, fetched_at=NOW, metering_point=question.ean)
    assert table.schema.equals(MEASUREMENTS_SCHEMA)
    assert set(table["provider"].to_pylist()) <= {"fluvius"}
    rows = rows_of(table)
    assert len(rows) == table.num_rows
    return rows


@given(asked=questions())
@settings(max_examples=40, deadline=None)
def test_any_reply_is_read_as_the_world_is(
    asked: tuple[EnergyQuestion, list[HeldMandate]],
) -> None:
    question, held_mandates = asked
    assert decoded(question, held_mandates) == expected(question, held_mandates)


@pytest.mark.parametrize("ean", EANS)
@pytest.mark.parametrize("day", CLOCK_CHANGES)
def test_days_on_which_the_clock_changes_are_read_whole(ean: str, day: date) -> None:
    energy_type = energy_of(ean)
    question = EnergyQuestion(
        ean=ean,
        period_type=PeriodType.READ_TIME,
        window=day_interval(day, energy_type),
        granularities=frozenset(Granularity),
    )
    everything = HeldMandate(
        reference_number="REF-1",
        ean=ean,
        data_service_type=DataServiceType.VH_ONBEPAALD,
        status=MandateStatus.APPROVED,
        last_updated=LONG_AGO,
        data_period_from=LONG_AGO,
    )
    rows = decoded(question, [everything])
    assert rows == expected(question, [everything])
    days = {row for row in rows if row[ROW.index("granularity")] == "P1D"}
    assert {(row[ROW.index("start")], row[ROW.index("end")]) for row in days} == {
        (question.window.start, question.window.end)
    }
