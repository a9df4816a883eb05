"""The truth is what requests show, found another way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.energy import EnergyQuestion, answer
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import DataServiceType, EnergyResponse, MandateStatus, PeriodType
from support.listed import listed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = NOW - timedelta(days=50)


def mandate(ean: str) -> HeldMandate:
    return HeldMandate(
        reference_number="REF-1",
        ean=ean,
        data_service_type=DataServiceType.VH_ONBEPAALD,
        status=MandateStatus.APPROVED,
        last_updated=NOW,
        data_period_from=START,
        data_period_to=NOW - timedelta(days=5),
    )


def true_values(ean: str) -> pa.Table:
    return pa.Table.from_batches(truth([ean], [mandate(ean)], seed=1, now=NOW), TRUTH_SCHEMA)


def shown_values(ean: str) -> set[tuple[object, ...]]:
    question = EnergyQuestion(
        ean=ean,
        period_type=PeriodType.READ_TIME,
        window=Interval(START - timedelta(days=20), NOW),
        granularities=frozenset(Granularity),
    )
    content = answer(question, [mandate(ean)], seed=1, asked_at=NOW)
    reply = msgspec.json.decode(content, type=EnergyResponse)
    assert reply.data.headpoint is not None
    (meter,) = reply.data.headpoint.physical_meters or []
    named = {"P1D": meter.daily_energy, "PT1H": meter.hourly_energy}
    named["PT15M"] = meter.quarter_hourly_energy
    rows: set[tuple[object, ...]] = set()
    for granularity, slices in named.items():
        for each in slices or []:
            for measured in each.measurements or []:
                for direction in ("offtake", "injection"):
                    registers = getattr(measured, direction)
                    for register in ("total", "day", "night"):
                        value = getattr(registers, register, None)
                        if value is not None:
                            row = (granularity, meter.meter_id, direction, register, value.unit)
                            state = (value.validation_state, value.gas_conversion_factor)
                            rows.add((*row, each.start, each.end, value.value, *state))
    return rows


@pytest.mark.parametrize(
    "ean", ["541440110000000001", "541440010000000217", "541441010000000003", "541441000000000901"]
)
def test_what_is_permitted_is_exactly_what_requests_show(ean: str) -> None:
    table = true_values(ean)
    columns = ("granularity", "meter_id", "direction", "register", "unit", "start", "end", "value")
    names = (*columns, "validation_state", "gas_conversion_factor")
    permitted = table.filter(table["permitted"])
    rows = set(zip(*(listed(permitted[name]) for name in names), strict=True))
    shown = shown_values(ean)
    assert rows == shown
    assert len(shown) > 50


def test_it_reaches_three_years_back_whatever_is_permitted() -> None:
    table = true_values("541440010000000001")
    first, last = (found.as_py() for found in pc.min_max(table["start"]).values())
    assert first < datetime(2023, 11, 20, tzinfo=UTC)
    assert last > NOW - timedelta(days=2)
    assert set(table["permitted"].unique().to_pylist()) == {True, False}
    assert table["energy_type"].unique().to_pylist() == ["electricity"]
