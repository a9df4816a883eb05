"""What is true: all values visible now, computed without any of the windows that a request cuts.

For whoever wants to prove a store right. Mandates decide only the column ``permitted``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from kwartier.emulator.events.event import Event
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.happenings import Happenings, happenings
from kwartier.emulator.metering.headpoints import Place, places_of
from kwartier.emulator.metering.held import Held, held
from kwartier.emulator.metering.household import Household, household_of
from kwartier.emulator.metering.local_calendar import Days, day_number_at
from kwartier.emulator.metering.meters import meters_of
from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.emulator.metering.registers import Register
from kwartier.emulator.metering.series import Series
from kwartier.vocabulary.energy import METER
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.quality import DEFINITIVE, PROVISIONAL

TRUTH_REACH = timedelta(days=3 * 366 + 7)
"""How far back slices start: three years and a bit."""

_TEXT = pa.dictionary(pa.int8(), pa.string())

TRUTH_SCHEMA = pa.schema(
    [
        ("ean", _TEXT),
        ("energy_type", _TEXT),
        ("granularity", _TEXT),
        ("source", _TEXT),
        ("meter_id", _TEXT),
        ("sub_headpoint", _TEXT),
        ("direction", _TEXT),
        ("register", _TEXT),
        ("unit", _TEXT),
        ("start", pa.timestamp("us", "UTC")),
        ("end", pa.timestamp("us", "UTC")),
        ("value", pa.float64()),
        ("validation_state", _TEXT),
        ("gas_conversion_factor", _TEXT),
        ("metering_type", _TEXT),
        ("seq_number", _TEXT),
        ("sub_headpoint_type", _TEXT),
        ("installation_type", _TEXT),
        ("vreg_id", _TEXT),
        ("permitted", pa.bool_()),
    ]
)


def truth(
    eans: Iterable[str],
    mandates: Iterable[HeldMandate],
    *,
    seed: int,
    now: datetime,
    events: Callable[[str], Iterable[Event]] = lambda _ean: (),
    since: datetime | None = None,
) -> Iterator[pa.RecordBatch]:
    """One batch for each register of each place of each EAN, in :data:`TRUTH_SCHEMA`.

    Its columns are the measurements table's. An EAN that is metered at its headpoint and at its
    meter has both, and so the same energy twice: ``source`` tells them apart. ``events`` tells
    what happened at an EAN. ``since`` leaves out what starts before it, unless a mandate permits
    it.
    """
    held_mandates = list(mandates)
    for ean in eans:
        home = household_of(ean, seed)
        mine = [mandate for mandate in held_mandates if mandate.ean == ean]
        first = day_number_at(_told_from(mine, now, since).timestamp(), home.energy_type)
        last = day_number_at(now.timestamp(), home.energy_type)
        happened = happenings(events(ean), home.energy_type, now.timestamp())
        days = Days(home.energy_type, min(first, last), last + 1)
        found = held(home, days, now.timestamp(), happened)
        for granularity in (Granularity.DAY, finest(home.energy_type)):
            for place, series in _places(home, found, happened, granularity):
                permitted = _permitted(series, granularity, mine, now)
                if since is not None:
                    told = permitted | (series.starts >= since.timestamp())
                    series, permitted = series.where(told), permitted[told]
                for registers in place.measurements(granularity):
                    for register in registers:
                        yield _batch(home, place, granularity, series, register, permitted)


def _told_from(mandates: list[HeldMandate], now: datetime, since: datetime | None) -> datetime:
    """Before what instant nothing is told: ``since``, or an earlier start of what is permitted, but
    never further back than the truth reaches.
    """
    if since is None:
        return now - TRUTH_REACH
    periods = [period for mandate in mandates if (period := mandate.permitted(now))]
    return max(now - TRUTH_REACH, min([since, *(period.start for period in periods)]))


def _places(
    home: Household, found: Held, happened: Happenings, granularity: Granularity
) -> Iterator[tuple[Place, Series]]:
    """Where it is metered, each with its slices; a meter that was exchanged is several."""
    daily = granularity is Granularity.DAY
    for place in places_of(home.connection):
        if place.source == METER and happened.exchanges:
            series = found.meter_days if daily else found.meter_fine
            for meter in meters_of(home, happened):
                yield place.hung(meter), meter.of(series)
        else:
            yield place, found.days if daily else found.fine


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
    home: Household,
    place: Place,
    granularity: Granularity,
    series: Series,
    register: Register,
    permitted: Mask,
) -> pa.RecordBatch:
    count = len(series)

    def repeated(text: str | None) -> pa.Array:
        return pa.nulls(count, _TEXT) if text is None else _either(np.zeros(count, bool), text)

    def instants(unix: Ints) -> pa.Array:
        return pa.array(unix * 1_000_000).cast(pa.timestamp("us", "UTC"))

    columns = {
        "ean": repeated(home.ean),
        "energy_type": repeated(home.energy_type),
        "granularity": repeated(granularity.value),
        "direction": repeated(register.direction),
        "register": repeated(register.name),
        "unit": repeated(register.unit),
        "start": instants(series.starts),
        "end": instants(series.ends),
        "value": pa.array(series.columns[register.column] / 1000),
        "validation_state": _either(series.estimated, *place.states),
        "gas_conversion_factor": repeated(None),
        "permitted": pa.array(permitted),
        **{name: repeated(text) for name, text in place.described(home).items()},
    }
    if register.with_factor:
        columns["gas_conversion_factor"] = _either(series.definitive, PROVISIONAL, DEFINITIVE)
    return pa.record_batch([columns[name] for name in TRUTH_SCHEMA.names], schema=TRUTH_SCHEMA)


def _either(which: Mask, plain: str, marked: str | None = None) -> pa.Array:
    words = [plain] if marked is None else [plain, marked]
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int8)), words)
