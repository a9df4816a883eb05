"""How a slice is written: the text that all slices of its kind share, and what varies between.

A provider's software writes one slice like the next, to the byte, but for two instants, the
numbers and a few words. Knowing which places vary, many slices can be read in parallel.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import ClassVar, Final

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


class UnusualError(Exception):
    """A slice with parts that only the reading slice by slice knows how to take."""


def layout_of(sample: bytes) -> Layout | None:
    """How ``sample`` (a slice of v3 as JSON) is written; see :func:`drafted`."""
    return drafted(sample, _Nested())


def drafted(sample: bytes, draft: Draft) -> Layout | None:
    """How ``sample`` (a slice as JSON) is written, if in the usual way; None if it is not.

    Undocumented members are passed over if they are plain words or numbers. Spaces, escapes and
    members given twice are not part of the layout, so that the sample itself will not follow it.
    """
    try:
        draft.write_object(msgspec.json.decode(sample), draft.write_of_slice)
    except (UnusualError, *UNREADABLE):
        return None
    if draft.start is None or draft.end is None:
        return None
    return Layout(draft.parts, draft.start, draft.end, draft.amounts)


class Draft(ABC):
    """A layout in the making. Subclasses know the names of a slice's members, and how values lie
    in a measurement; what they do not expect raises :class:`UnusualError`.
    """

    start_name: ClassVar[str]
    end_name: ClassVar[str]
    measurements_name: ClassVar[str]

    def __init__(self) -> None:
        self.parts: list[bytes | Place] = []
        self.amounts: list[Amount] = []
        self.start: Place | None = None
        self.end: Place | None = None

    @abstractmethod
    def write_measurement(self, measurement: object) -> None:
        """Write one of the objects that hold a slice's values."""

    def write_object(self, content: object, write_member: Callable[[str, object], None]) -> None:
        if not isinstance(content, dict):
            raise UnusualError
        self.write(b"{")
        for index, (name, member) in enumerate(content.items()):
            self.write((b"," if index else b"") + msgspec.json.encode(name) + b":")
            write_member(name, member)
        self.write(b"}")

    def write_of_slice(self, name: str, member: object) -> None:
        if name == self.start_name:
            self.start = self.word(member, Kind.INSTANT)
        elif name == self.end_name:
            self.end = self.word(member, Kind.INSTANT)
        elif name == self.measurements_name and isinstance(member, list):
            self.write(b"[")
            for index, measurement in enumerate(member):
                self.write(b"," if index else b"")
                self.write_measurement(measurement)
            self.write(b"]")
        elif name == self.measurements_name and member is not None:
            raise UnusualError
        else:
            self.pass_over(member)

    def pass_over(self, member: object) -> None:
        if isinstance(member, bool):
            self.write(msgspec.json.encode(member))
        elif isinstance(member, str):
            self.word(member)
        else:
            self.number(member)

    def number(self, member: object) -> Place | None:
        if member is None:
            self.write(b"null")
            return None
        if isinstance(member, bool) or not isinstance(member, int | float):
            raise UnusualError
        return self._leave(Kind.NUMBER)

    def word(self, member: object, kind: Kind = Kind.WORD) -> Place | None:
        if member is None:
            self.write(b"null")
            return None
        if not isinstance(member, str):
            raise UnusualError
        self.write(b'"')
        place = self._leave(kind)
        self.write(b'"')
        return place

    def shared_word(self, member: object) -> str | None:
        """A word that is the same in all slices."""
        if not isinstance(member, str | None):
            raise UnusualError
        self.write(msgspec.json.encode(member))
        return member

    def _leave(self, kind: Kind) -> Place:
        place = Place(kind)
        self.parts.append(place)
        return place

    def write(self, text: bytes) -> None:
        last = self.parts[-1] if self.parts else None
        if isinstance(last, bytes):
            self.parts[-1] = last + text
        else:
            self.parts.append(text)


class _Nested(Draft):
    """v3's: a value is an object, in a register, in a direction."""

    start_name, end_name, measurements_name = "start", "end", "measurements"

    def write_measurement(self, measurement: object) -> None:
        self.write_object(measurement, self._write_of_measurement)

    def _write_of_measurement(self, name: str, member: object) -> None:
        if name in DIRECTIONS and member is not None:
            self.write_object(member, partial(self._write_of_direction, name))
        else:
            self.pass_over(member)

    def _write_of_direction(self, direction: str, name: str, member: object) -> None:
        if name in REGISTERS and member is not None:
            amount = Amount(direction=direction, register=name)
            self.amounts.append(amount)
            self.write_object(member, partial(self._write_of_amount, amount))
        else:
            self.pass_over(member)

    def _write_of_amount(self, amount: Amount, name: str, member: object) -> None:
        match name:
            case "value":
                amount.value = self.number(member)
            case "unit":
                amount.unit = self.shared_word(member)
            case "validationState":
                amount.validation_state = self.word(member)
            case "gasConversionFactor":
                amount.gas_conversion_factor = self.word(member)
            case _:
                self.pass_over(member)
