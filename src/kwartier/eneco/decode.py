"""Eneco's usages as measurements.

Lenient in: unknown channels and units are kept, and a record that cannot be read never costs the
others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from kwartier.eneco.channels import REGISTER, flow_of, unit_of
from kwartier.eneco.timestamps import Timestamps, UnclearHour
from kwartier.eneco.usages import Channel, Reply, take_apart
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.energy import HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, require_utc
from kwartier.vocabulary.provider import ENECO

_DIFFERS: Final = "the hour comes more than once with different amounts; the last one was kept"
_BY_DEFAULT: Final = Timestamps()

Key = tuple[str, str, str | None, Interval]
"""Energy type, direction, unit and hour: what there is one value of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedUsages:
    """``table`` in the measurements schema, and what of the reply could not be read.

    ``start`` and ``end`` (UTC) are the reply's own, None if they cannot be read: the next page
    back ends at ``start``. ``channels`` counts the reply's channels, unreadable ones included;
    a reply without any is about a time of which nothing is available.
    """

    table: pa.Table
    undecoded: tuple[Undecoded, ...]
    start: datetime | None
    end: datetime | None
    channels: int


def read_usages(
    body: bytes,
    *,
    metering_point: str,
    fetched_at: datetime,
    timestamps: Timestamps = _BY_DEFAULT,
) -> DecodedUsages:
    """Read the body of ``GET {dataOwnerId}/heat/usages`` (Eneco DataShare v1).

    ``metering_point`` is the data owner's id that was asked for (the body names none),
    ``fetched_at`` the provider's time of the reply (zoned), ``timestamps`` says what its
    timestamps mean. Of an hour that comes more than once the last amount is kept; if they differ,
    ``undecoded`` says so. Of a member given twice the last counts. A number beyond the range of a
    float costs its record.

    Raises :class:`~kwartier.eneco.errors.DecodeError` if the body is no usages reply, and if it is
    no JSON in UTF-8: NaN and Infinity are none.
    """
    fetched_at = require_utc(fetched_at, "fetched_at")
    reply = take_apart(body)
    amounts: dict[Key, float | None] = {}
    for channel in reply.channels:
        reply.undecoded += _collect(amounts, channel, timestamps)
    start, end = _bounds(reply, timestamps)
    return DecodedUsages(
        table=_table(amounts, metering_point.lower(), fetched_at),
        undecoded=tuple(reply.undecoded),
        start=start,
        end=end,
        channels=reply.count,
    )


def decode_usages(
    body: bytes,
    *,
    metering_point: str,
    fetched_at: datetime,
    timestamps: Timestamps = _BY_DEFAULT,
) -> pa.Table:
    """The measurements of a usages reply; see :func:`read_usages`, which also tells what of the
    reply could not be read.
    """
    return read_usages(
        body, metering_point=metering_point, fetched_at=fetched_at, timestamps=timestamps
    ).table


def _collect(
    amounts: dict[Key, float | None], channel: Channel, timestamps: Timestamps
) -> Iterable[Undecoded]:
    """Add a channel's amounts; tells what of it could not be read."""
    flow = flow_of(channel.channel_id)
    unit = None if channel.unit is None else unit_of(channel.unit)
    hours = timestamps.hours([record.timestamp for record in channel.records])
    for record, hour in zip(channel.records, hours, strict=True):
        if isinstance(hour, UnclearHour):
            yield Undecoded(path=record.path, why=f"timestamp: {hour.why}", interval=hour.interval)
        elif record.unreadable is not None:
            yield Undecoded(path=record.path, why=record.unreadable, interval=hour)
        else:
            key = flow.energy_type, flow.direction, unit, hour
            if key in amounts and amounts[key] != record.amount:
                yield Undecoded(path=record.path, why=_DIFFERS, interval=hour)
            amounts[key] = record.amount


def _bounds(reply: Reply, timestamps: Timestamps) -> tuple[datetime | None, datetime | None]:
    """When the reply begins and ends; of two instants that it may mean, those that claim less."""
    start = _instants(reply, "startDate", reply.start_date, timestamps)
    end = _instants(reply, "endDate", reply.end_date, timestamps)
    return (start[1] if start else None, end[0] if end else None)


def _instants(
    reply: Reply, name: str, text: str | None, timestamps: Timestamps
) -> tuple[datetime, datetime] | None:
    if text is None:
        return None
    instants = timestamps.bounds(text)
    if instants is None:
        reply.undecoded.append(Undecoded(path=f"{reply.path}.{name}", why="no such date-time"))
    return instants


def _table(amounts: dict[Key, float | None], metering_point: str, fetched_at: datetime) -> pa.Table:
    hours = [hour for *_, hour in amounts]
    by_row: dict[str, list[object]] = {
        "energy_type": [energy_type for energy_type, _, _, _ in amounts],
        "direction": [direction for _, direction, _, _ in amounts],
        "unit": [unit for _, _, unit, _ in amounts],
        "start": [hour.start for hour in hours],
        "end": [hour.end for hour in hours],
        "value": list(amounts.values()),
    }
    alike = {
        "provider": ENECO,
        "metering_point": metering_point,
        "source": HEADPOINT,
        "granularity": str(Granularity.HOUR),
        "register": REGISTER,
        "fetched_at": fetched_at,
    }
    columns = [
        pa.array(by_row[field.name], field.type)
        if field.name in by_row
        else _repeated(alike.get(field.name), len(amounts), field.type)
        for field in MEASUREMENTS_SCHEMA
    ]
    return pa.table(columns, schema=MEASUREMENTS_SCHEMA)


def _repeated(value: object, rows: int, type_: pa.DataType) -> pa.Array:
    if value is None:
        return pa.nulls(rows, type_)
    is_text = pa.types.is_dictionary(type_)
    repeated = pa.repeat(pa.scalar(value, type_.value_type if is_text else type_), rows)
    return repeated.dictionary_encode() if is_text else repeated
