"""What an energy reply says, worked out value by value in plain Python.

Written from what the API's documentation says of a reply and from what decoding promises, with
Python's own JSON reader: slow, and plain enough to be judged by reading it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

Record = dict[str, Any]
Note = tuple[str, tuple[datetime, datetime] | None]
"""A part that cannot be read: its path, and the time it is about if that is known."""

ARRAYS = {"dailyEnergy": "P1D", "hourlyEnergy": "PT1H", "quarterHourlyEnergy": "PT15M"}
DIRECTIONS = ("offtake", "injection", "production", "auxiliary")
REGISTERS = ("total", "day", "night", "reactive", "inductive", "capacitive")
KEY = (
    "source", "granularity", "meter_id", "sub_headpoint", "direction", "register", "unit", "start",
)  # fmt: skip
SAID = ("end", "value", "validation_state", "gas_conversion_factor")


class NoEnergyReplyError(Exception):
    """Nothing of it may be read."""


class DamagedError(Exception):
    """A part that cannot be read."""


class Members(dict[str, Any]):
    """A JSON object. Of a member given twice the last counts; ``repeats`` tells of it."""

    repeats = False


class Number(str):
    """A JSON number as it is written."""


@dataclass
class Said:
    """All that was said of each key, in order, with the path of its array; and what cannot be
    read. Slices that name a member twice may be among the ``refused``.
    """

    refused: Set[Note] = frozenset()
    told: dict[tuple[Any, ...], list[tuple[Record, str]]] = field(default_factory=dict)
    unread: set[Note] = field(default_factory=set)

    def rows(self) -> list[Record]:
        """Of rows with the same key the last counts."""
        return [told[-1][0] for told in self.told.values()]

    def notes(self) -> set[Note]:
        """What cannot be read, and the last rows that contradict an earlier one."""
        contradicted = set()
        for *earlier, (last, path) in self.told.values():
            if any(row[name] != last[name] for row, _ in earlier for name in SAID):
                contradicted.add((path, (last["start"], last["end"])))
        return self.unread | contradicted


def read_reply(
    body: bytes, *, asked: str | None, fetched_at: datetime, refused: Set[Note] = frozenset()
) -> Said:
    """All that ``body`` says of the metering point ``asked`` for."""
    said = Said(refused)
    headpoint = _headpoint(body)
    if headpoint is None:
        return said
    try:
        replied = _text(headpoint, "ean")
        kind = _text(headpoint, "$type")
        energy_type = _text(headpoint, "energyType")
    except DamagedError as error:
        raise NoEnergyReplyError(error) from error
    if replied and asked and replied != asked:
        raise NoEnergyReplyError("another metering point")
    common = {
        "provider": "fluvius",
        "metering_point": replied or asked,
        "energy_type": {"e": "electricity", "g": "gas"}.get(
            (energy_type or "").lower(), energy_type
        ),
        "metering_type": kind,
        "fetched_at": fetched_at,
    }
    for series, path, slices in _arrays(headpoint, kind, said):
        _read_array(said, common | series, path, slices)
    if said.told and None in (common["metering_point"], common["energy_type"]):
        raise NoEnergyReplyError("values of nobody knows what")
    return said


def _headpoint(body: bytes) -> Members | None:
    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON")

    try:
        content = json.loads(
            body.decode(),
            object_pairs_hook=_checked_members if b"\\u" in body else _members,
            parse_constant=refuse,
            parse_int=Number,
            parse_float=Number,
        )
        headpoint = content["data"]["headpoint"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise NoEnergyReplyError(error) from error
    if not isinstance(headpoint, Members | None):
        raise NoEnergyReplyError("no headpoint")
    return headpoint


def _checked_members(pairs: list[tuple[str, Any]]) -> Members:
    """Half a surrogate pair is no text, wherever it stands (I-JSON, RFC 7493)."""
    json.dumps(pairs, ensure_ascii=False).encode()
    return _members(pairs)


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    members.repeats = len(members) < len(pairs) or any(_repeats(value) for _, value in pairs)
    return members


def _repeats(content: object) -> bool:
    if isinstance(content, list):
        return any(map(_repeats, content))
    return isinstance(content, Members) and content.repeats


def _arrays(
    headpoint: Members, kind: str | None, said: Said
) -> Iterator[tuple[Record, str, list[Any]]]:
    """Every array of slices that counts, with the words that describe its series."""
    path = "$.data.headpoint"
    counts_here = {
        "metering-on-meter": False,
        "metering-on-headpoint": True,
        "metering-on-headpoint-and-meter": True,
    }.get((kind or "").lower(), any(headpoint.get(name) is not None for name in ARRAYS))
    if counts_here:
        yield from _arrays_of(headpoint, path, {"source": "headpoint"}, said)
    else:
        for number, where, meter in _objects(headpoint, "physicalMeters", path, said):
            try:
                sequence = _text(meter, "seqNumber")
                name = _text(meter, "meterID") or _nameless(sequence, number)
            except DamagedError:
                said.unread.add((where, None))
                continue
            series = {"source": "meter", "meter_id": name, "seq_number": sequence}
            yield from _arrays_of(meter, where, series, said)
    for number, where, sub in _objects(headpoint, "subHeadpoints", path, said):
        try:
            sequence = _text(sub, "seqNumber")
            series = {
                "source": "sub_headpoint",
                "sub_headpoint": _text(sub, "ean") or _nameless(sequence, number),
                "seq_number": sequence,
                "sub_headpoint_type": _text(sub, "$type"),
                "installation_type": _text(sub, "type"),
                "vreg_id": _text(sub, "vregId"),
            }
        except DamagedError:
            said.unread.add((where, None))
            continue
        yield from _arrays_of(sub, where, series, said)


def _nameless(sequence: str | None, number: int) -> str:
    return f"seq-{sequence}" if sequence else f"nr-{number + 1}"


def _objects(
    members: Members, name: str, path: str, said: Said
) -> Iterator[tuple[int, str, Members]]:
    items = members.get(name)
    if not isinstance(items, list | None):
        said.unread.add((f"{path}.{name}", None))
        return
    for number, item in enumerate(items or []):
        if isinstance(item, Members):
            yield number, f"{path}.{name}[{number}]", item
        else:
            said.unread.add((f"{path}.{name}[{number}]", None))


def _arrays_of(
    members: Members, path: str, series: Record, said: Said
) -> Iterator[tuple[Record, str, list[Any]]]:
    for name, content in members.items():
        where = f"{path}.{name}"
        if content is None or not name.endswith("Energy"):
            continue
        if name in ARRAYS and isinstance(content, list):
            yield series | {"granularity": ARRAYS[name]}, where, content
        else:
            said.unread.add((where, None))


def _read_array(said: Said, series: Record, path: str, slices: list[Any]) -> None:
    for number, one in enumerate(slices):
        where = f"{path}[{number}]"
        as_refused = said.refused & {(where, None), (where, _bounds(one))}
        if as_refused and _repeats(one):
            said.unread |= as_refused
            continue
        try:
            rows = list(_rows(one))
        except DamagedError:
            said.unread.add((where, _bounds(one)))
            continue
        for row in rows:
            whole = series | row
            key = tuple(whole.get(name) for name in KEY)
            said.told.setdefault(key, []).append((whole, path))


def _rows(one: object) -> Iterator[Record]:
    if not isinstance(one, Members):
        raise DamagedError("no slice")
    start, end = _interval(one)
    measurements = one.get("measurements")
    if not isinstance(measurements, list | None):
        raise DamagedError("measurements")
    for measurement in measurements or []:
        if not isinstance(measurement, Members):
            raise DamagedError("measurement")
        for direction, registers in measurement.items():
            if registers is None or (direction not in DIRECTIONS and not _holds(registers)):
                continue
            if not isinstance(registers, Members):
                raise DamagedError(direction)
            for register, value in registers.items():
                if value is None or (register not in REGISTERS and not _is_value(value)):
                    continue
                said = {"direction": direction, "register": register, "start": start, "end": end}
                yield said | _value(value)


def _holds(registers: object) -> bool:
    return isinstance(registers, Members) and any(map(_is_value, registers.values()))


def _is_value(value: object) -> bool:
    return isinstance(value, Members) and "value" in value


def _value(members: object) -> Record:
    if not isinstance(members, Members):
        raise DamagedError("value")
    amount = members.get("value")
    if amount is not None:
        if not isinstance(amount, Number):
            raise DamagedError("no number")
        amount = float(amount)
        if amount in (float("inf"), float("-inf")):
            raise DamagedError("beyond all numbers")
    words = {}
    for column, name in (
        ("unit", "unit"),
        ("validation_state", "validationState"),
        ("gas_conversion_factor", "gasConversionFactor"),
    ):
        words[column] = members.get(name)
        if isinstance(words[column], Number) or not isinstance(words[column], str | None):
            raise DamagedError(name)
    return {"value": amount, **words}


def _interval(one: Members) -> tuple[datetime, datetime]:
    start, end = _instant(one.get("start")), _instant(one.get("end"))
    if end <= start:
        raise DamagedError("ends before it starts")
    return start, end


def _bounds(one: object) -> tuple[datetime, datetime] | None:
    try:
        return _interval(one) if isinstance(one, Members) else None
    except DamagedError:
        return None


def _instant(text: object) -> datetime:
    if isinstance(text, Number) or not isinstance(text, str):
        raise DamagedError("no date-time")
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise DamagedError("no zone")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DamagedError("no date-time") from error


def _text(members: Members, name: str) -> str | None:
    """A member as text; numbers keep their digits, empty is missing."""
    content = members.get(name)
    if not isinstance(content, str | None):
        raise DamagedError(name)
    return str(content) if content else None
