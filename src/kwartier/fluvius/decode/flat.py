"""Slices as v2 writes them: values side by side, the register in the members' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from kwartier.fluvius.decode.layout import DIRECTIONS, REGISTERS
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
        found = _MEMBER.fullmatch(name)
        if found is not None and content is not None:
            register = found[2] or "total"
            key = found[1], register[0].lower() + register[1:]
            told.setdefault(key, {"unit": unit})[_PARTS[found[3]]] = content
    for (direction, register), parts in told.items():
        is_known = direction in DIRECTIONS and register in REGISTERS
        if is_known or type(parts.get("value")) in (int, float):
            yield direction, register, _value(parts, f"{direction} {register}")


def _value(parts: dict[str, Any], name: str) -> Value:
    try:
        return msgspec.convert(parts, Value)
    except msgspec.ValidationError as error:
        raise UnreadableError(f"{name}: {error}") from error


V2: Final = SliceForm(msgspec.json.Decoder(_Bounds), _read_slice)
