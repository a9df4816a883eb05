"""How a slice is written: the text that all slices of its kind share, and what varies between.

A provider's software writes one slice like the next, to the byte, but for two instants, the
numbers and a few words. Knowing which places vary, many slices can be read in parallel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Final

import msgspec

from kwartier.wire.unreadable import UNREADABLE

DIRECTIONS: Final = frozenset({"offtake", "injection", "production", "auxiliary"})
REGISTERS: Final = frozenset({"total", "day", "night", "reactive", "inductive", "capacitive"})


class Kind(Enum):
    """What stands in a place that varies."""

    INSTANT = auto()
    NUMBER = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place that varies. The quotes around an instant or a word are not part of it."""

    kind: Kind


@dataclass(slots=True, kw_only=True)
class Amount:
    """One value of a slice. A part that is None is absent or null in every slice."""

    direction: str
    register: str
    unit: str | None = None
    value: Place | None = None
    validation_state: Place | None = None
    gas_conversion_factor: Place | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """``parts`` as they are written, shared text and varying places, and what the places mean."""

    parts: list[bytes | Place]
    start: Place
    end: Place
    amounts: list[Amount]


class _UnusualError(Exception):
    """A slice with parts that only the reading slice by slice knows how to take."""


def layout_of(sample: bytes) -> Layout | None:
    """How ``sample`` (a slice as JSON) is written, if in the usual way; None if it is not.

    Undocumented members are passed over if they are plain words or numbers. Spaces, escapes and
    members given twice are not part of the layout, so that the sample itself will not follow it.
    """
    draft = _Draft()
    try:
        draft.write_object(msgspec.json.decode(sample), draft.write_of_slice)
    except (_UnusualError, *UNREADABLE):
        return None
    if draft.start is None or draft.end is None:
        return None
    return Layout(draft.parts, draft.start, draft.end, draft.amounts)


class _Draft:
    """A layout in the making."""

    def __init__(self) -> None:
        self.parts: list[bytes | Place] = []
        self.amounts: list[Amount] = []
        self.start: Place | None = None
        self.end: Place | None = None

    def write_object(self, content: object, write_member: Callable[[str, object], None]) -> None:
        if not isinstance(content, dict):
            raise _UnusualError
        self._write(b"{")
        for index, (name, member) in enumerate(content.items()):
            self._write((b"," if index else b"") + msgspec.json.encode(name) + b":")
            write_member(name, member)
        self._write(b"}")

    def write_of_slice(self, name: str, member: object) -> None:
        match name:
            case "start":
                self.start = self._word(member, Kind.INSTANT)
            case "end":
                self.end = self._word(member, Kind.INSTANT)
            case "measurements" if isinstance(member, list):
                self._write(b"[")
                for index, measurement in enumerate(member):
                    self._write(b"," if index else b"")
                    self.write_object(measurement, self._write_of_measurement)
                self._write(b"]")
            case "measurements" if member is not None:
                raise _UnusualError
            case _:
                self._pass_over(member)

    def _write_of_measurement(self, name: str, member: object) -> None:
        if name in DIRECTIONS and member is not None:
            self.write_object(member, partial(self._write_of_direction, name))
        else:
            self._pass_over(member)

    def _write_of_direction(self, direction: str, name: str, member: object) -> None:
        if name in REGISTERS and member is not None:
            amount = Amount(direction=direction, register=name)
            self.amounts.append(amount)
            self.write_object(member, partial(self._write_of_amount, amount))
        else:
            self._pass_over(member)

    def _write_of_amount(self, amount: Amount, name: str, member: object) -> None:
        match name:
            case "value":
                amount.value = self._number(member)
            case "unit" if isinstance(member, str | None):
                amount.unit = member
                self._write(msgspec.json.encode(member))
            case "unit":
                raise _UnusualError
            case "validationState":
                amount.validation_state = self._word(member, Kind.WORD)
            case "gasConversionFactor":
                amount.gas_conversion_factor = self._word(member, Kind.WORD)
            case _:
                self._pass_over(member)

    def _pass_over(self, member: object) -> None:
        if isinstance(member, bool):
            self._write(msgspec.json.encode(member))
        elif isinstance(member, str):
            self._word(member, Kind.WORD)
        else:
            self._number(member)

    def _number(self, member: object) -> Place | None:
        if member is None:
            self._write(b"null")
            return None
        if isinstance(member, bool) or not isinstance(member, int | float):
            raise _UnusualError
        return self._leave(Kind.NUMBER)

    def _word(self, member: object, kind: Kind) -> Place | None:
        if member is None:
            self._write(b"null")
            return None
        if not isinstance(member, str):
            raise _UnusualError
        self._write(b'"')
        place = self._leave(kind)
        self._write(b'"')
        return place

    def _leave(self, kind: Kind) -> Place:
        place = Place(kind)
        self.parts.append(place)
        return place

    def _write(self, text: bytes) -> None:
        last = self.parts[-1] if self.parts else None
        if isinstance(last, bytes):
            self.parts[-1] = last + text
        else:
            self.parts.append(text)
