"""What is true: all values visible now, computed without any of the windows that a request cuts.

For whoever wants to prove a store right. Mandates decide only the column ``permitted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from kwartier.emulator.household import Household, household_of
from kwartier.emulator.local_calendar import Days, day_number_at
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.noise import Ints, Mask
from kwartier.emulator.series import Series, held
from kwartier.vocabulary.energy import GAS, INJECTION, OFFTAKE
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.quality import DEFINITIVE, ESTIMATED, PROVISIONAL, READ

TRUTH_REACH = timedelta(days=3 * 366 + 7)
"""How far back slices start: three years and a bit."""

_TEXT = pa.dictionary(pa.int8(), pa.string())

TRUTH_SCHEMA = pa.schema(
    [
        ("ean", _TEXT),
        ("energy_type", _TEXT),
        ("granularity", _TEXT),
        ("meter_id", _TEXT),
        ("direction", _TEXT),
        ("register", _TEXT),
        ("unit", _TEXT),
        ("start", pa.timestamp("us", "UTC")),
        ("end", pa.timestamp("us", "UTC")),
        ("value", pa.float64()),
        ("validation_state", _TEXT),
        ("gas_conversion_factor", _TEXT),
        ("permitted", pa.bool_()),
    ]
)

_REGISTERS = {
    "offtake": (OFFTAKE, "total", "kWh"),
    "injection": (INJECTION, "total", "kWh"),
    "offtake_day": (OFFTAKE, "day", "kWh"),
    "offtake_night": (OFFTAKE, "night", "kWh"),
    "injection_day": (INJECTION, "day", "kWh"),
    "injection_night": (INJECTION, "night", "kWh"),
    "litres": (OFFTAKE, "total", "m3"),
    "energy": (OFFTAKE, "total", "kWh"),
}


def truth(
    eans: Iterable[str], mandates: Iterable[HeldMandate], *, seed: int, now: datetime
) -> Iterator[pa.RecordBatch]:
    """One batch for each register of each EAN, in :data:`TRUTH_SCHEMA`."""
    held_mandates = list(mandates)
    for ean in eans:
        home = household_of(ean, seed)
        mine = [mandate for mandate in held_mandates if mandate.ean == ean]
        first = day_number_at((now - TRUTH_REACH).timestamp(), home.energy_type)
        last = day_number_at(now.timestamp(), home.energy_type)
        found = held(home, Days(home.energy_type, first, last + 1), now.timestamp())
        for granularity, series in (
            (Granularity.DAY, found.days),
            (finest(home.energy_type), found.fine),
        ):
            permitted = _permitted(series, granularity, mine, now)
            for name in series.columns:
                yield _batch(home, granularity, series, name, permitted)


def _permitted(
    series: Series, granularity: Granularity, mandates: list[HeldMandate], now: datetime
) -> Mask:
    """Whether each slice starts in a mandate's period and does not reach past its end."""
    permitted = np.zeros(len(series), dtype=bool)
    for mandate in mandates:
        period = mandate.permitted(now) if granularity in mandate.granularities else None
        if period is not None:
            first = np.searchsorted(series.starts, period.start.timestamp(), side="left")
            last = np.searchsorted(series.ends, period.end.timestamp(), side="right")
            permitted[first:last] = True
    return permitted


def _batch(
    home: Household, granularity: Granularity, series: Series, name: str, permitted: Mask
) -> pa.RecordBatch:
    direction, register, unit = _REGISTERS[name]
    count = len(series)
    factor = pa.nulls(count, _TEXT)
    if home.energy_type == GAS and unit == "kWh":
        factor = _either(series.definitive, PROVISIONAL, DEFINITIVE)

    def repeated(text: str) -> pa.Array:
        return _either(np.zeros(count, dtype=bool), text, text)

    def instants(unix: Ints) -> pa.Array:
        return pa.array(unix * 1_000_000).cast(pa.timestamp("us", "UTC"))

    columns = [
        repeated(home.ean),
        repeated(home.energy_type),
        repeated(granularity.value),
        repeated(home.meter_id),
        repeated(direction),
        repeated(register),
        repeated(unit),
        instants(series.starts),
        instants(series.ends),
        pa.array(series.columns[name] / 1000),
        _either(series.estimated, READ, ESTIMATED),
        factor,
        pa.array(permitted),
    ]
    return pa.record_batch(columns, schema=TRUTH_SCHEMA)


def _either(which: Mask, plain: str, marked: str) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int8)), [plain, marked])
