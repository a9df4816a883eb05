"""A headpoint and its meter measure the same energy: no figure ever counts it twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.analysis import gas_days, month_coverage, month_peaks
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.energy import EnergyQuestion, answer
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.fluvius import decode_energy
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.energy import ELECTRICITY, GAS, HEADPOINT, METER
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import Permission
from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus, PeriodType

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERIOD = Interval(datetime(2026, 8, 31, 22, tzinfo=UTC), NOW)
EANS = ["541440210000000003", "541450222000000011", "541441210000000012", "541451222000000013"]


def all_series(ean: str) -> pa.Table:
    """Every series of the world as measurements: headpoint, meter and sub-headpoints."""
    table = pa.Table.from_batches(truth([ean], [], seed=1, now=NOW), TRUTH_SCHEMA)
    table = table.rename_columns({"ean": "metering_point"})
    start = pa.scalar(PERIOD.start, table["start"].type)
    table = table.filter(pc.greater_equal(table["start"], start))
    known = {
        "provider": pa.array(["fluvius"] * table.num_rows),
        "fetched_at": pa.array([NOW] * table.num_rows, pa.timestamp("us", "UTC")),
    }
    names = MEASUREMENTS_SCHEMA.names
    columns = [known[name] if name in known else table[name] for name in names]
    return pa.table(columns, names=names).cast(MEASUREMENTS_SCHEMA)


def of(table: pa.Table, source: str) -> pa.Table:
    return table.filter(pc.equal(table["source"], source))


def permissions(ean: str) -> list[Permission]:
    energy = GAS if ean[5] == "1" else ELECTRICITY
    return [
        Permission(
            metering_point=ean, energy_type=energy, granularity=granularity, intervals=(PERIOD,)
        )
        for granularity in (Granularity.DAY, finest(energy))
    ]


def figures(values: pa.Table, ean: str) -> dict[str, list[dict[str, object]]]:
    granted = permissions(ean)
    return {
        "peaks": month_peaks(values, granted, NOW).to_pylist(),
        "coverage": month_coverage(values, granted, NOW).to_pylist(),
        # A volume is known at the meter only, and so is how it was made energy there.
        "gas days": gas_days(values, granted, NOW)
        .select(["gas_day", "kwh", "complete"])
        .to_pylist(),
    }


@pytest.mark.parametrize("ean", EANS)
def test_with_the_meter_beside_it_the_headpoint_gives_the_same_figures(ean: str) -> None:
    everything = all_series(ean)
    assert set(everything["source"].to_pylist()) >= {HEADPOINT, METER}
    together = figures(everything, ean)
    assert together == figures(of(everything, HEADPOINT), ean)
    kinds = {"coverage", "gas days" if ean[5] == "1" else "peaks"}
    assert {name for name, rows in together.items() if rows} == kinds


@pytest.mark.parametrize("ean", EANS[:2])
def test_peaks_are_those_of_the_meter_alone(ean: str) -> None:
    everything = all_series(ean)
    of_both, of_meter = (
        month_peaks(values, permissions(ean), NOW).select(["month", "kw", "at", "present"])
        for values in (everything, of(everything, METER))
    )
    assert of_both.num_rows == 3
    assert of_both.equals(of_meter)


@pytest.mark.parametrize("ean", EANS[2:])
def test_kilowatt_hours_of_gas_are_the_headpoints(ean: str) -> None:
    everything = all_series(ean)
    of_both, of_meter = (
        gas_days(values, permissions(ean), NOW).to_pylist()
        for values in (everything, of(everything, METER))
    )
    assert len(of_both) == len(of_meter) > 60
    for both, meter in zip(of_both, of_meter, strict=True):
        assert both["gas_day"] == meter["gas_day"]
        assert both["kwh"] == pytest.approx(meter["kwh"], rel=0.01)


@pytest.mark.parametrize("ean", EANS)
def test_a_reply_is_read_without_the_meter_that_would_count_twice(ean: str) -> None:
    question = EnergyQuestion(
        ean=ean,
        period_type=PeriodType.READ_TIME,
        window=PERIOD,
        granularities=frozenset(Granularity),
    )
    everything = HeldMandate(
        reference_number="REF-1",
        ean=ean,
        data_service_type=DataServiceType.VH_ONBEPAALD,
        status=MandateStatus.APPROVED,
        last_updated=PERIOD.start,
        data_period_from=PERIOD.start,
    )
    body = answer(question, [everything], seed=1, asked_at=NOW)
    read = decode_energy(body, fetched_at=NOW)
    assert METER not in read["source"].to_pylist()
    assert figures(read, ean) == figures(of(all_series(ean), HEADPOINT), ean)
