"""Small measurements tables and answers, written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

EAN = "541440110000000000"
GAS_EAN = "541441010000000001"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the measurements table, a quarter-hour of electricity unless told otherwise."""

    start: datetime
    end: datetime
    value: float | None = 1.0
    validation_state: str | None = "READ"
    gas_conversion_factor: str | None = None
    provider: str = "fluvius"
    metering_point: str = EAN
    energy_type: str = "electricity"
    source: str = "meter"
    meter_id: str | None = "1SAG1100000001"
    sub_headpoint: str | None = None
    granularity: str = "PT15M"
    direction: str = "offtake"
    register: str = "total"
    unit: str | None = "kWh"
    metering_type: str | None = "metering-on-meter"
    seq_number: str | None = "1"
    sub_headpoint_type: str | None = None
    installation_type: str | None = None
    vreg_id: str | None = None


def quarter(start: datetime, value: float | None = 1.0, **columns: object) -> Row:
    """The quarter-hour that begins at ``start``."""
    return Row(start=start, end=start + QUARTER, value=value, **columns)  # type: ignore[arg-type]


def quarters(start: datetime, values: Iterable[float | None], **columns: object) -> list[Row]:
    """Quarter-hours one after the other."""
    return [quarter(start + i * QUARTER, value, **columns) for i, value in enumerate(values)]


def measurements(rows: Iterable[Row], fetched_at: datetime = NOW) -> pa.Table:
    """The rows as a measurements table."""
    records = [asdict(row) | {"fetched_at": fetched_at} for row in rows]
    return pa.Table.from_pylist(records, MEASUREMENTS_SCHEMA)


def answer(
    rows: Sequence[Row] = (),
    *,
    scope: Interval | None = None,
    fetched_at: datetime = NOW,
    kind: WindowKind = WindowKind.READ_TIME,
    window: Interval | None = None,
    metering_point: str = EAN,
    energy_type: str = "electricity",
    granularities: tuple[Granularity, ...] = (Granularity.QUARTER_HOUR,),
    undecoded: tuple[Undecoded, ...] = (),
    outcome: Outcome = Outcome.OK,
    error: str | None = None,
) -> Fetched:
    """The answer to a fetch that settles ``scope`` in each of ``granularities``.

    ``scope`` is the hull of the rows unless given; ``window`` is the scope unless given.
    """
    if scope is None and rows:
        scope = Interval(min(row.start for row in rows), max(row.end for row in rows))
    window = window or scope or Interval(fetched_at - timedelta(days=1), fetched_at)
    scopes = tuple(Scope(granularity, scope) for granularity in granularities if scope)
    return Fetched(
        fetch=Fetch(
            provider="fluvius",
            metering_point=metering_point,
            energy_type=energy_type,
            reason=Reason.BACKFILL if kind is WindowKind.READ_TIME else Reason.DELTA,
            kind=kind,
            window=window,
            granularities=granularities,
            scopes=scopes,
            permitted=scopes,
            planned_at=fetched_at - timedelta(seconds=1),
        ),
        fetched_at=fetched_at,
        outcome=outcome,
        table=measurements(rows, fetched_at) if outcome is Outcome.OK else None,
        undecoded=undecoded,
        error=error,
    )
