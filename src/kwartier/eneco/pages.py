"""Pages of usages: the amounts of each channel's hours, not yet a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, cast

from kwartier.eneco.channels import flow_of, unit_of
from kwartier.eneco.timestamps import HOUR, Timestamps, UnclearHour
from kwartier.eneco.usages import Channel, Reply, outline, take_apart
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.interval import Interval

_DIFFERS: Final = "the hour comes more than once with different amounts; the last one was kept"


class Series(NamedTuple):
    """What there is one value an hour of."""

    energy_type: str
    direction: str
    unit: str | None


Amounts = dict[Series, dict[datetime, float | None]]
"""The amount of each hour, by its start (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When a page begins and ends (UTC), None if that cannot be read, and how many channels it
    has, unreadable ones included.
    """

    start: datetime | None
    end: datetime | None
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says, and what of it could not be read."""

    bounds: Bounds
    amounts: Amounts
    undecoded: tuple[Undecoded, ...]

    def between(self, start: datetime, end: datetime) -> Amounts:
        """The amounts of the hours that touch the time from ``start`` to ``end``."""
        first, hours = start - HOUR, hours_of([self.amounts])
        inside = {hour for hour in hours if first < hour < end}
        if len(inside) == len(hours):
            return self.amounts
        return {
            series: {hour: amount for hour, amount in amounts.items() if hour in inside}
            for series, amounts in self.amounts.items()
        }


def read_bounds(body: bytes, timestamps: Timestamps) -> Bounds:
    """Only where a page begins and ends, in a fraction of the time that all of it takes.

    Raises :class:`~kwartier.eneco.errors.DecodeError` if the body is no usages reply.
    """
    return _bounds(outline(body), timestamps)


def read_page(body: bytes, timestamps: Timestamps) -> Page:
    """All of a page; errors as of :func:`read_bounds`."""
    reply = take_apart(body)
    amounts: Amounts = {}
    for channel in reply.channels:
        reply.undecoded += _collect(amounts, channel, timestamps)
    bounds = _bounds(reply, timestamps)
    return Page(bounds=bounds, amounts=amounts, undecoded=tuple(reply.undecoded))


def hours_of(pages: Iterable[Amounts]) -> set[datetime]:
    """The starts of all hours that there is any amount of."""
    return set().union(*(hours for amounts in pages for hours in amounts.values()))


def _collect(amounts: Amounts, channel: Channel, timestamps: Timestamps) -> Iterator[Undecoded]:
    """Add a channel's amounts; tells what of it could not be read."""
    flow = flow_of(channel.channel_id)
    unit = None if channel.unit is None else unit_of(channel.unit)
    series = amounts.setdefault(Series(flow.energy_type, flow.direction, unit), {})
    hours = timestamps.hours([record.timestamp for record in channel.records])
    if not series and not channel.unreadable and set(map(type, hours)) == {Interval}:
        starts = [hour.start for hour in cast("list[Interval]", hours)]
        if len(set(starts)) == len(starts):
            series.update(zip(starts, [record.amount for record in channel.records], strict=True))
            return
    yield from _collect_one_by_one(series, channel, hours)


def _collect_one_by_one(
    series: dict[datetime, float | None],
    channel: Channel,
    hours: Sequence[Interval | UnclearHour],
) -> Iterator[Undecoded]:
    for place, (record, hour) in enumerate(zip(channel.records, hours, strict=True)):
        if isinstance(hour, UnclearHour):
            why = f"timestamp: {hour.why}"
            yield Undecoded(path=channel.path_of(place), why=why, interval=hour.interval)
        elif place in channel.unreadable:
            why = channel.unreadable[place]
            yield Undecoded(path=channel.path_of(place), why=why, interval=hour)
        else:
            start, amount = hour.start, record.amount
            if series.setdefault(start, amount) != amount:
                yield Undecoded(path=channel.path_of(place), why=_DIFFERS, interval=hour)
                series[start] = amount


def _bounds(reply: Reply, timestamps: Timestamps) -> Bounds:
    """Of two instants that a reply's bound may mean, the one that claims less."""
    start = _instants(reply, "startDate", reply.start_date, timestamps)
    end = _instants(reply, "endDate", reply.end_date, timestamps)
    return Bounds(
        start=start[1] if start else None, end=end[0] if end else None, channels=len(reply.items)
    )


def _instants(
    reply: Reply, name: str, text: str | None, timestamps: Timestamps
) -> tuple[datetime, datetime] | None:
    if text is None:
        return None
    instants = timestamps.bounds(text)
    if instants is None:
        reply.undecoded.append(Undecoded(path=f"{reply.path}.{name}", why="no such date-time"))
    return instants
