"""Slice by slice: what can be read is kept, what cannot is noted, unknown words included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from kwartier.errors import InputError
from kwartier.fluvius.decode.layout import DIRECTIONS, REGISTERS, Layout, layout_of
from kwartier.fluvius.decode.run import INSTANT, WORD, Run, order_of
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.interval import Interval
from kwartier.wire.unreadable import UNREADABLE


class Value(msgspec.Struct, rename="camel"):
    """One register's value, as the API writes it."""

    value: float | None = None
    unit: str | None = None
    validation_state: str | None = None
    gas_conversion_factor: str | None = None


class UnreadableError(Exception):
    """Why a slice cannot be read."""


_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_VALUE: Final = msgspec.json.Decoder(Value | None)

Row = tuple[int, int, Interval, Value]
"""Position of the slice, number of the value in it, and both."""

Values = list[tuple[str, str, Value]]
"""A slice's values by direction and register."""


class Bounds(msgspec.Struct):
    """A slice's bounds as they are written."""

    start: str
    end: str

    def interval(self) -> Interval:
        """Raises :class:`UnreadableError` or InputError if there is none between them."""
        return Interval(_instant(self.start, "start"), _instant(self.end, "end"))


@dataclass(frozen=True, slots=True)
class SliceForm:
    """How slices are written: who reads their bounds, who reads all of one, and who tells how one
    is laid out.

    ``read`` raises one of UNREADABLE, InputError or :class:`UnreadableError` for a damaged one.
    """

    bounds: msgspec.json.Decoder[Bounds]
    read: Callable[[msgspec.Raw], tuple[Interval, Values]]
    layout_of: Callable[[bytes], Layout | None]


class _Slice(Bounds):
    measurements: list[dict[str, msgspec.Raw]] | None = None


@dataclass(slots=True)
class _Read:
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    undecoded: list[Undecoded] = field(default_factory=list)


def read_loosely(
    slices: Iterable[tuple[int, msgspec.Raw]], path: str, form: SliceForm
) -> tuple[list[Run], list[Undecoded]]:
    """The values of slices given with their positions, one run per direction and register.

    A damaged slice becomes an Undecoded.
    """
    read = _Read()
    for index, item in slices:
        try:
            interval, values = form.read(item)
        except (*UNREADABLE, InputError, UnreadableError) as error:
            read.undecoded.append(
                Undecoded(path=f"{path}[{index}]", why=str(error), interval=_bounds(item, form))
            )
            continue
        for number, (direction, register, value) in enumerate(values):
            row = index, number, interval, value
            read.rows.setdefault((direction, register), []).append(row)
    return [_run(*key, rows) for key, rows in read.rows.items()], read.undecoded


def _read_slice(item: msgspec.Raw) -> tuple[Interval, Values]:
    read = _SLICE.decode(item)
    values = [value for members in read.measurements or [] for value in _values(members)]
    return read.interval(), values


def _values(members: dict[str, msgspec.Raw]) -> Iterator[tuple[str, str, Value]]:
    """A measurement's values by direction and register, unknown words kept.

    An unknown member that holds no values (a remark, a number) is no measurement: passed over.
    """
    for direction, registers in members.items():
        if direction not in DIRECTIONS and not _holds_values(registers):
            continue
        for register, raw in (_MEMBERS.decode(registers) or {}).items():
            if register not in REGISTERS and not _is_value(raw):
                continue
            value = _VALUE.decode(raw)
            if value is not None:
                yield direction, register, value


def _holds_values(raw: msgspec.Raw) -> bool:
    content: Any = msgspec.json.decode(raw)
    return isinstance(content, dict) and any(
        isinstance(member, dict) and "value" in member for member in content.values()
    )


def _is_value(raw: msgspec.Raw) -> bool:
    content: Any = msgspec.json.decode(raw)
    return isinstance(content, dict) and "value" in content


def _instant(text: str, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise UnreadableError(f"{name}: a date-time without a zone")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"{name}: not a date-time") from error


def _bounds(item: msgspec.Raw, form: SliceForm) -> Interval | None:
    try:
        return form.bounds.decode(item).interval()
    except (*UNREADABLE, InputError, UnreadableError):
        return None


_SLICE: Final = msgspec.json.Decoder(_Slice)
V3: Final = SliceForm(msgspec.json.Decoder(Bounds), _read_slice, layout_of)


def _run(direction: str, register: str, rows: list[Row]) -> Run:
    positions, numbers, intervals, values = zip(*rows, strict=True)
    return Run(
        direction=direction,
        register=register,
        start=pa.array([interval.start for interval in intervals], INSTANT),
        end=pa.array([interval.end for interval in intervals], INSTANT),
        value=pa.array([v.value for v in values], pa.float64()),
        unit=pa.array([v.unit for v in values], WORD),
        validation_state=pa.array([v.validation_state for v in values], WORD),
        gas_conversion_factor=pa.array([v.gas_conversion_factor for v in values], WORD),
        order=order_of(positions, np.array(numbers)),
    )
