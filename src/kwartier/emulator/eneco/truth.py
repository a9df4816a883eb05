"""What is true of data owners: all values that there are now, without the days that replies cut.

For whoever wants to prove a store right; in the schema of the truth about metering points, a data
owner's UUID in the place of the EAN. Contracts decide only the column ``permitted``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.emulator.eneco.arrival import HOUR
from kwartier.emulator.eneco.data_owners import DataOwner
from kwartier.emulator.eneco.happenings import happenings
from kwartier.emulator.eneco.hours import Known, hour_of, known
from kwartier.emulator.eneco.load import STEPS
from kwartier.emulator.events.event import Event
from kwartier.emulator.fiam.contracts import period_of
from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.emulator.metering.truth import TRUTH_REACH, TRUTH_SCHEMA
from kwartier.vocabulary.energy import (
    COOLING,
    ELECTRICITY,
    GAS,
    HEADPOINT,
    HEAT,
    HOT_WATER,
    INJECTION,
    OFFTAKE,
    PRODUCTION,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.eneco import CHANNEL_UNITS, ChannelId, Unit
from kwartier.wire.fiam import Contract

_MEANS: Final = {
    ChannelId.GAS: (GAS, OFFTAKE),
    ChannelId.WARMTH: (HEAT, OFFTAKE),
    ChannelId.ELECTRICITY: (ELECTRICITY, OFFTAKE),
    ChannelId.REDELIVERY: (ELECTRICITY, INJECTION),
    ChannelId.PRODUCED: (ELECTRICITY, PRODUCTION),
    ChannelId.TAPWATER: (HOT_WATER, OFFTAKE),
    ChannelId.COOLING: (COOLING, OFFTAKE),
}
"""The energy type and direction of each channel."""

_UNITS: Final = {Unit.CUBIC_METER: "m3", Unit.KILOWATT_HOUR: "kWh"}
"""As the measurements table writes them; any other stays as it is."""


def truth(
    owners: Iterable[DataOwner],
    contracts: Iterable[Contract],
    *,
    seed: int,
    now: datetime,
    events: Callable[[str], Iterable[Event]],
) -> Iterator[pa.RecordBatch]:
    """One batch for each channel of each data owner, in :data:`TRUTH_SCHEMA`.

    ``contracts`` are those that permit; ``events`` tells what happened to a data owner.
    """
    opened = list(contracts)
    asked_at = now.timestamp()
    for owner in owners:
        happened = happenings(events(owner.id), asked_at)
        first, end = hour_of(now - TRUTH_REACH), hour_of(now)
        found = known(owner, seed, first, end, asked_at=asked_at, happened=happened)
        permitted = _permitted(
            found.hours, [each for each in opened if each.data_owner == owner.id]
        )
        for channel in owner.channels:
            yield _batch(owner, channel, found, permitted)


def _permitted(hours: Ints, contracts: list[Contract]) -> Mask:
    permitted = np.zeros(len(hours), dtype=bool)
    for contract in contracts:
        start, end = (moment.timestamp() for moment in period_of(contract))
        permitted |= (hours * HOUR >= start) & ((hours + 1) * HOUR <= end)
    return permitted


def _batch(owner: DataOwner, channel: ChannelId, found: Known, permitted: Mask) -> pa.RecordBatch:
    energy_type, direction = _MEANS[channel]
    unit = CHANNEL_UNITS[channel]
    texts = {
        "ean": owner.id,
        "energy_type": energy_type,
        "granularity": Granularity.HOUR.value,
        "source": HEADPOINT,
        "direction": direction,
        "register": "total",
        "unit": _UNITS.get(unit, unit.value),
    }
    columns = {
        "start": _instants(found.hours),
        "end": _instants(found.hours + 1),
        "value": pa.array(found.values[channel] / STEPS[channel]),
        "permitted": pa.array(permitted),
    }
    arrays = [
        columns[field.name]
        if field.name in columns
        else _repeated(texts.get(field.name), field.type, len(found.hours))
        for field in TRUTH_SCHEMA
    ]
    return pa.record_batch(arrays, schema=TRUTH_SCHEMA)


def _repeated(text: str | None, kind: pa.DataType, count: int) -> pa.Array:
    if text is None:
        return pa.nulls(count, kind)
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int8)), [text])


def _instants(hours: Ints) -> pa.Array:
    return pa.array(hours * HOUR * 1_000_000).cast(pa.timestamp("us", "UTC"))
