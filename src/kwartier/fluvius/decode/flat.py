"""Slices as v2 writes them: values side by side, the register in the members' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from kwartier.fluvius.decode.layout import (
    DIRECTIONS,
    REGISTERS,
    Amount,
    Draft,
    Layout,
    UnusualError,
    drafted,
)
from kwartier.fluvius.decode.loose import Bounds, SliceForm, UnreadableError, Value, Values
from kwartier.vocabulary.interval import Interval


class _Bounds(Bounds):
    start: str = msgspec.field(name="timestampStart")
    end: str = msgspec.field(name="timestampEnd")


class _Slice(_Bounds):
    measurement: list[dict[str, Any]] | None = None


_SLICE: Final = msgspec.json.Decoder(_Slice)
_MEMBER: Final = re.compile(r"([a-z]+)([A-Z][A-Za-z]*?)?(Value|ValidationState|UsedGCF)")
_PARTS: Final = {
    "Value": "value",
    "ValidationState": "validationState",
    "UsedGCF": "gasConversionFactor",
}


def _read_slice(item: msgspec.Raw) -> tuple[Interval, Values]:
    read = _SLICE.decode(item)
    values = [value for members in read.measurement or [] for value in _values(members)]
    return read.interval(), values


def _values(members: dict[str, Any]) -> Iterator[tuple[str, str, Value]]:
    """A measurement's values by direction and register, unknown words kept.

    A register of which all members are null is not there. An unknown one without a number is no
    value: passed over.
    """
    unit, told = members.get("unit"), dict[tuple[str, str], dict[str, Any]]()
    for name, content in members.items():
        named = _named(name)
        if named is not None and content is not None:
            direction, register, part = named
            told.setdefault((direction, register), {"unit": unit})[part] = content
    for (direction, register), parts in told.items():
        is_known = direction in DIRECTIONS and register in REGISTERS
        if is_known or type(parts.get("value")) in (int, float):
            yield direction, register, _value(parts, f"{direction} {register}")


def _named(name: str) -> tuple[str, str, str] | None:
    """Direction, register and part of a value that a member is by its name; None for others."""
    found = _MEMBER.fullmatch(name)
    if found is None:
        return None
    register = found[2] or "total"
    return found[1], register[0].lower() + register[1:], _PARTS[found[3]]


def _value(parts: dict[str, Any], name: str) -> Value:
    try:
        return msgspec.convert(parts, Value)
    except msgspec.ValidationError as error:
        raise UnreadableError(f"{name}: {error}") from error


class _Flat(Draft):
    """v2's: the parts of all values lie side by side."""

    start_name, end_name, measurements_name = "timestampStart", "timestampEnd", "measurement"

    def write_measurement(self, measurement: object) -> None:
        self._unit: str | None = None
        self._told: dict[tuple[str, str], Amount] = {}
        self.write_object(measurement, self._write_member)
        for amount in self._told.values():
            amount.unit = self._unit
            self.amounts.append(amount)

    def _write_member(self, name: str, member: object) -> None:
        named = _named(name)
        if name == "unit":
            self._unit = self.shared_word(member)
        elif named is None or member is None:
            self.pass_over(member)
        else:
            self._write_part(*named, member)

    def _write_part(self, direction: str, register: str, part: str, member: object) -> None:
        if direction not in DIRECTIONS or register not in REGISTERS:
            raise UnusualError
        new = Amount(direction=direction, register=register)
        amount = self._told.setdefault((direction, register), new)
        match part:
            case "value" if amount.value is None:
                amount.value = self.number(member)
            case "validationState" if amount.validation_state is None:
                amount.validation_state = self.word(member)
            case "gasConversionFactor" if amount.gas_conversion_factor is None:
                amount.gas_conversion_factor = self.word(member)
            case _:  # a part by a second name, such as offtakeTotalValue besides offtakeValue
                raise UnusualError


def flat_layout_of(sample: bytes) -> Layout | None:
    """How ``sample`` (a slice of v2 as JSON) is written; see :func:`drafted`."""
    return drafted(sample, _Flat())


V2: Final = SliceForm(msgspec.json.Decoder(_Bounds), _read_slice, flat_layout_of)
