"""Answers as decoding gives them, made up: for measuring what a store does with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

T0 = datetime(2026, 1, 1, tzinfo=UTC)
_INSTANT = pa.timestamp("us", "UTC")
_WORDS = {
    "provider": "fluvius",
    "energy_type": "electricity",
    "source": "meter",
    "meter_id": "1SAG1100000001",
    "granularity": "PT15M",
    "register": "total",
    "unit": "kWh",
    "validation_state": "READ",
    "metering_type": "metering-on-meter",
    "seq_number": "1",
}


def ean(number: int) -> str:
    """The metering point with this number."""
    return f"{541440110000000000 + number}"


def answer(
    number: int,
    start: datetime,
    days: int,
    *,
    hours_later: int = 0,
    changed: float = 0.0,
    is_delta: bool = False,
) -> Fetched:
    """The quarters of one metering point, offtake before injection.

    Fetched so many hours after others, with this part of the values unlike those of another
    fetch of the same time.
    """
    fetched_at = T0 + timedelta(days=400, hours=hours_later)
    interval = Interval(start, start + timedelta(days=days))
    scopes = (Scope(Granularity.QUARTER_HOUR, interval),)
    fetch = Fetch(
        provider="fluvius",
        metering_point=ean(number),
        energy_type="electricity",
        reason=Reason.DELTA if is_delta else Reason.BACKFILL,
        kind=WindowKind.INSERT_TIME if is_delta else WindowKind.READ_TIME,
        window=interval,
        granularities=(Granularity.QUARTER_HOUR,),
        scopes=scopes,
        permitted=scopes,
        planned_at=fetched_at,
    )
    values = _values(number, start, days * 96 * 2, changed)
    table = _table(number, start, values, fetched_at)
    return Fetched(fetch=fetch, fetched_at=fetched_at, outcome=Outcome.OK, table=table)


def _values(number: int, start: datetime, count: int, changed: float) -> npt.NDArray[np.float64]:
    """Watt-hours as kWh, which a later fetch finds changed in places."""
    random = np.random.default_rng([number, int(start.timestamp())])
    watt_hours = random.integers(0, 800, count)
    watt_hours[random.random(count) < changed] += 1
    return watt_hours / 1000


def _table(
    number: int, start: datetime, values: npt.NDArray[np.float64], fetched_at: datetime
) -> pa.Table:
    count = len(values)
    quarters = np.arange(count // 2) * np.timedelta64(15, "m")
    starts = np.datetime64(start.replace(tzinfo=None), "us") + np.tile(quarters, 2)
    same = np.zeros(count, dtype=np.int32)
    columns = {name: _words(same, text) for name, text in _WORDS.items()} | {
        "metering_point": _words(same, ean(number)),
        "direction": _words(np.repeat([0, 1], count // 2), "offtake", "injection"),
        "start": pa.array(starts).cast(_INSTANT),
        "end": pa.array(starts + np.timedelta64(15, "m")).cast(_INSTANT),
        "value": pa.array(values),
        "fetched_at": pa.repeat(pa.scalar(fetched_at, _INSTANT), count),
    }
    arrays = [columns.get(f.name, pa.nulls(count, f.type)) for f in MEASUREMENTS_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=MEASUREMENTS_SCHEMA)


def _words(codes: npt.NDArray[np.integer], *text: str) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(text))
