"""An array of slices as columns: at once if it is regular, slice by slice if it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.fluvius.decode.loose import read_loosely
from kwartier.fluvius.decode.run import INSTANT, TEXT, Run
from kwartier.measurements.fetched import Undecoded
from kwartier.wire.unreadable import UNREADABLE


class _Value(msgspec.Struct, gc=False, rename="camel"):
    value: float | None = None
    unit: str | None = None
    validation_state: str | None = None
    gas_conversion_factor: str | None = None


class _Set(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    total: _Value | None = None
    day: _Value | None = None
    night: _Value | None = None
    reactive: _Value | None = None
    inductive: _Value | None = None
    capacitive: _Value | None = None


class _Measurement(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    offtake: _Set | None = None
    injection: _Set | None = None
    production: _Set | None = None
    auxiliary: _Set | None = None


class Slice(msgspec.Struct, gc=False):
    """Times stay text here: Arrow reads a column of them six times faster than Python does."""

    start: str
    end: str
    measurements: tuple[_Measurement, ...] | None = None


class IrregularError(Exception):
    """Not as regular as most replies: to be read in smaller parts."""


_DECODER: Final = msgspec.json.Decoder(list[Slice] | None)
_DIRECTIONS: Final = {name: attrgetter(name) for name in _Measurement.__struct_fields__}
_REGISTERS: Final = {name: attrgetter(name) for name in _Set.__struct_fields__}

Positions = npt.NDArray[np.int64]


def read_slices(raw: msgspec.Raw | bytes, path: str) -> tuple[list[Run], list[Undecoded]]:
    """The values of an array of slices, one run per direction and register, and what was skipped.

    Whatever one strict pass cannot take (an unknown direction, a damaged value, slices with
    different numbers of measurements) is left to the slice-by-slice reading.
    """
    try:
        return read_regular(_DECODER.decode(raw) or []), []
    except (*UNREADABLE, IrregularError):
        return read_loosely(raw, path)


def read_regular(slices: list[Slice]) -> list[Run]:
    """The values as one run per direction and register; IrregularError if that cannot be."""
    start, end = _instants([s.start for s in slices]), _instants([s.end for s in slices])
    if not pc.all(pc.less(start, end), min_count=0).as_py():
        raise IrregularError("a slice that does not end after its start")
    measured: list[Any] = [s.measurements or () for s in slices]
    if () in measured:
        told = np.array([i for i, some in enumerate(measured) if some], np.int64)
        start, end, measured = start.take(told), end.take(told), [measured[i] for i in told]
    if not measured:
        return []
    width = len(measured[0])
    if set(map(len, measured)) != {width}:
        raise IrregularError("slices with different numbers of measurements")
    runs = []
    for k in range(width):
        column = [m[k] for m in measured]
        for direction, get_direction in _DIRECTIONS.items():
            sets, at = _present(column, get_direction)
            for register, get_register in _REGISTERS.items() if sets else ():
                values, within = _present(sets, get_register)
                if values:
                    where = _compose(at, within)
                    order = np.arange(len(measured)) if where is None else where
                    runs.append(
                        Run(
                            direction=direction,
                            register=register,
                            start=start if where is None else start.take(where),
                            end=end if where is None else end.take(where),
                            value=pa.array([v.value for v in values], pa.float64()),
                            unit=pa.array([v.unit for v in values], TEXT),
                            validation_state=pa.array([v.validation_state for v in values], TEXT),
                            gas_conversion_factor=pa.array(
                                [v.gas_conversion_factor for v in values], TEXT
                            ),
                            order=order * width + k,
                        )
                    )
    return runs


def _instants(texts: list[str]) -> pa.Array:
    """ISO 8601 texts as UTC instants; one without a zone, or beyond Python's years, is refused."""
    try:
        instants = pa.array(texts, TEXT).cast(INSTANT)
        pc.min_max(instants).as_py()
    except (pa.ArrowInvalid, UnicodeError, OverflowError) as error:
        raise IrregularError(str(error)) from error
    return instants


def _present(items: Sequence[Any], get: Callable[[Any], Any]) -> tuple[list[Any], Positions | None]:
    """The members that are there, and their positions (None: all are)."""
    members = list(map(get, items))
    absent = members.count(None)
    if not absent:
        return members, None
    if absent == len(members):
        return [], None
    at = [i for i, member in enumerate(members) if member is not None]
    return [members[i] for i in at], np.array(at, np.int64)


def _compose(outer: Positions | None, inner: Positions | None) -> Positions | None:
    if outer is None or inner is None:
        return inner if outer is None else outer
    return outer[inner]
