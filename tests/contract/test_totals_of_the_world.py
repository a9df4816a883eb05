"""Totals, peaks and coverage of the emulator's households, against what truly flowed there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import fsum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.analysis import Period, meter_exchanges, month_coverage, month_peaks, totals
from kwartier.emulator.events.event import Event, EventKind
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.energy import ELECTRICITY, GAS, HEADPOINT, METER
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_of, parse_instant
from kwartier.vocabulary.mandate import Permission
from support.listed import rows as rows_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW_YEAR = Interval(parse_instant("2025-12-30", "start"), parse_instant("2026-01-03", "end"))
CLOCK_CHANGE = Interval(parse_instant("2026-03-27", "start"), parse_instant("2026-04-02", "end"))
DAYS_PERMITTED = 10
EXCHANGE = parse_instant("2026-03-29T14:20", "at")
ON_METER, ON_HEADPOINT = "541440110000000021", "541450110000000022"
AT_BOTH, APART = "541440210000000023", "541450222000000024"
GAS_ON_METER, GAS_AT_BOTH = "541441010000000025", "541441210000000026"
EANS = [ON_METER, ON_HEADPOINT, AT_BOTH, APART, GAS_ON_METER, GAS_AT_BOTH]


@cache
def undisturbed(ean: str) -> pa.Table:
    return everything(ean)


@cache
def exchanged(ean: str) -> pa.Table:
    return everything(ean, exchange(ean))


def everything(ean: str, events: Sequence[Event] = ()) -> pa.Table:
    """Every series of the world as measurements."""
    batches = truth([ean], [], seed=1, now=NOW, events=lambda _ean: events)
    table = pa.Table.from_batches(batches, TRUTH_SCHEMA).rename_columns({"ean": "metering_point"})
    margin = timedelta(days=1)
    table = table.filter(
        pc.or_(*(starts_between(table, p.start - margin, p.end) for p in (NEW_YEAR, CLOCK_CHANGE)))
    )
    known = {
        "provider": pa.array(["fluvius"] * table.num_rows),
        "fetched_at": pa.array([NOW] * table.num_rows, pa.timestamp("us", "UTC")),
    }
    names = MEASUREMENTS_SCHEMA.names
    columns = [known[name] if name in known else table[name] for name in names]
    return pa.table(columns, names=names).cast(MEASUREMENTS_SCHEMA)


def starts_between(table: pa.Table, first: datetime, end: datetime) -> pa.ChunkedArray:
    low, high = (pa.scalar(at, table["start"].type) for at in (first, end))
    return pc.and_(pc.greater_equal(table["start"], low), pc.less(table["start"], high))


def permissions(ean: str) -> list[Permission]:
    energy = GAS if ean[5] == "1" else ELECTRICITY
    return [
        Permission(
            metering_point=ean,
            energy_type=energy,
            granularity=granularity,
            intervals=(NEW_YEAR, CLOCK_CHANGE),
        )
        for granularity in (Granularity.DAY, finest(energy))
    ]


def exchange(ean: str) -> list[Event]:
    return [Event(kind=EventKind.METER_EXCHANGE, ean=ean, effective=EXCHANGE, recorded_at=EXCHANGE)]


def flowed(table: pa.Table, ean: str, by: Period) -> dict[tuple[Any, ...], float]:
    """The finest values added up one by one, at the headpoint where there is one of the kind."""
    energy = GAS if ean[5] == "1" else ELECTRICITY
    length = {"day": 10, "month": 7, "year": 4}[by.value]
    is_total = pc.equal(table["register"], "total")
    is_fine = pc.equal(table["granularity"], str(finest(energy)))
    columns = ["source", "sub_headpoint", "direction", "unit", "start", "end", "value"]
    rows = [
        row
        for row in rows_of(table.filter(pc.and_(is_total, is_fine)).select(columns))
        if any(p.start <= row["start"] and row["end"] <= p.end for p in (NEW_YEAR, CLOCK_CHANGE))
    ]
    at_headpoint = {(r["direction"], r["unit"]) for r in rows if r["source"] == HEADPOINT}
    parts: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for row in rows:
        if row["source"] != METER or (row["direction"], row["unit"]) not in at_headpoint:
            name = day_of(row["start"], energy).isoformat()[:length]
            parts[row["sub_headpoint"], name, row["direction"], row["unit"]].append(row["value"])
    return {key: round(fsum(values), 6) for key, values in parts.items()}


@pytest.mark.parametrize("ean", EANS)
def test_totals_are_what_flowed(ean: str) -> None:
    table, [days, parts] = undisturbed(ean), permissions(ean)
    by_parts = totals(table, [parts], NOW, by=Period.MONTH)
    found = {
        (row["sub_headpoint"], row["period"], row["direction"], row["unit"]): round(row["value"], 6)
        for row in by_parts.to_pylist()
        if row["register"] == "total"
    }
    assert found == flowed(table, ean, Period.MONTH)
    assert set(by_parts["complete"].to_pylist()) == {True}
    by_days = totals(table, [days, parts], NOW, by=Period.YEAR)
    assert set(by_days["granularity"].to_pylist()) == {"P1D"}
    assert set(by_days["period"].to_pylist()) == {"2025", "2026"}


@pytest.mark.parametrize("ean", [ON_METER, AT_BOTH, GAS_ON_METER])
def test_days_and_their_parts_tell_the_same(ean: str) -> None:
    table, [days, parts] = undisturbed(ean), permissions(ean)
    keys = ["period", "direction", "unit", "start", "end"]
    told = []
    for granted in ([days], [parts]):
        rows = totals(table, granted, NOW, by=Period.DAY).to_pylist()
        told.append(
            {
                tuple(row[key] for key in keys): row["value"]
                for row in rows
                if row["register"] == "total"
            }
        )
    assert told[0] == pytest.approx({key: told[1][key] for key in told[0]}, abs=0.02)
    assert len({period for period, *_ in told[0]}) >= DAYS_PERMITTED - 2, "two gas days are cut off"


@pytest.mark.parametrize("ean", [ON_METER, AT_BOTH, GAS_ON_METER])
def test_an_exchange_changes_no_figure(ean: str) -> None:
    granted = permissions(ean)
    before, after = undisturbed(ean), exchanged(ean)
    for by in (Period.DAY, Period.MONTH):
        one, other = (totals(table, granted, NOW, by=by) for table in (before, after))
        assert one.drop(["value"]) == other.drop(["value"])
        assert one["value"].to_pylist() == pytest.approx(other["value"].to_pylist())
    one, other = (month_peaks(table, granted, NOW) for table in (before, after))
    assert one == other
    one, other = (month_coverage(table, granted, NOW) for table in (before, after))
    assert one == other


@pytest.mark.parametrize("ean", EANS)
def test_an_exchange_is_told_where_meters_are_shown(ean: str) -> None:
    assert meter_exchanges(undisturbed(ean), permissions(ean)).num_rows == 0
    table = exchanged(ean)
    found = meter_exchanges(table, permissions(ean)).to_pylist()
    if METER not in table["source"].to_pylist():
        assert found == []
        return
    [one] = found
    assert one["metering_point"] == ean
    assert one["day"] == day_of(EXCHANGE, GAS if ean[5] == "1" else ELECTRICITY)
    assert abs(one["at"] - EXCHANGE) <= timedelta(hours=1)
    assert one["old_meter"] != one["new_meter"]
    assert {one["old_meter"], one["new_meter"]} <= set(table["meter_id"].to_pylist())
