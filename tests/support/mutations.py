"""Energy replies, and a thousand ways in which one could come damaged."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

EAN: Final = "541440110000000001"
MIDNIGHT: Final = datetime(2024, 10, 26, 22, tzinfo=UTC)
"""Of the day on which clocks went back."""

_WHOLE_PARTS: Final = re.compile(rb'"[^"\\]*"|-?\d[\d.]*|null')
_PLAIN_VALUES: Final = re.compile(rb'(?<=:)(?:"[^"\\]*"|-?\d[\d.]*|null)')
_PLAIN_MEMBERS: Final = re.compile(rb'("[^"\\]*"):("[^"\\]*"|-?\d[\d.]*|null)')
_ODD: Final = (
    b"NaN", b"-Infinity", b"Infinity", b"1e999", b"-1e999", b"1e308", b"1E-400", b"2.5e-3", b"0",
    b"-0", b"-0.000", b"-1.5", b"-12.75", b"9" * 400, b"0." + b"3" * 40, b"123456789012345678",
    b"007", b"1.", b".5", b"+1", b"0x10", b"1_000", b"1,5", b"true", b"false", b"null", b"nul",
    b"{}", b"[]", b"[[]]",
    b'{"value":1}', b'[{"total":{"value":1}}]', b'""', b'"x"', b'"541440110000000002"', b'"E"',
    b'"G"', b'"m3"', b'"1.5"', b'"GUESSED"', b'"a word of more than sixteen letters"',
    b'"\\u0052EAD"', b'"\\ud83d\\ude00"', b'"\\ud800"', b'"\\udc00x"', b'"\\u0000"', b'"\x00"',
    b'"\n"', b'"\\q"', b'"\xff"', b'"\xc3"', b'"\xc3\xa9"', b'"\xed\xa0\x80"', b"'x'",
    b"\xef\xbb\xbf1", b'"2024-10-26T22:00:00Z"', b'"2024-10-26T22:15:00Z"',
    b'"2024-10-27T02:30:00"',
    b'"2024-10-27T02:30:00+02:00"', b'"2024-02-30T00:00:00Z"', b'"2024-10-26 22:30:00Z"',
    b'"2024-10-26T22:30:00.000Z"', b'"2024-10-26T22:30:60Z"', b'"0001-01-01T00:00:00+02:00"',
    b'"9999-12-31T23:59:59-02:00"', b'"0000-10-26T22:00:00Z"', b'"metering-on-headpoint"',
    b'"quarterHourlyEnergy"', b'"hourlyEnergy"', b'"weeklyEnergy"', b'"injection"', b'"day"',
    b'"value"', b'"start"', b"[" * 3000, b'{"a":' * 3000, b"[" * 50 + b"]" * 50,
)  # fmt: skip
_WORDS: Final = (
    "READ", "EST", "VAL", "NVAL", "GUESSED", "", "kWh", "kVArh", "m3", "P", "D", "E", "G", "x", "é",
    "metering-on-headpoint", "metering-on-headpoint-and-meter", "metering-by-ear", EAN,
)  # fmt: skip
_NAMES: Final = (
    "value", "unit", "validationState", "gasConversionFactor", "total", "day", "peak", "offtake",
    "injection", "borrowed", "measurements", "start", "end", "dailyEnergy", "hourlyEnergy",
    "quarterHourlyEnergy", "fiveMinuteEnergy", "physicalMeters", "subHeadpoints", "meterID",
    "seqNumber", "ean", "energyType", "$type", "vregId", "type", "remark",
)  # fmt: skip


def replies() -> dict[str, bytes]:
    """A small reply of every documented kind."""
    quarters = [_slice(i, {"offtake": _set(i), "injection": _set(9 - i)}) for i in range(10)]
    days = [_slice(i, {"offtake": _set(i, "day", "night")}, hours=24) for i in range(9)]
    gas = [
        _slice(
            i,
            {"offtake": _set(i, unit="m3")},
            {"offtake": _set(11 * i, gasConversionFactor="P" if i % 3 else "D")},
            hours=1,
        )
        for i in range(9)
    ]
    amr = [
        _slice(i, {"offtake": _set(i, "total", "reactive", unit="kVArh", state="VAL")})
        for i in range(9)
    ]
    sub = {
        "$type": "submetering-production", "ean": "541440110000000099", "seqNumber": "2",
        "vregId": "PV-7", "type": "PV",
        "quarterHourlyEnergy": [_slice(i, {"production": _set(i)}) for i in range(9)],
    }  # fmt: skip
    auxiliary = {"$type": "submetering-auxiliary", "seqNumber": "3", "dailyEnergy": days[:2]}
    holed = [_slice(i, *([{"offtake": _set(i)}] if i % 3 else [])) for i in range(10)]
    holed[4]["measurements"][0]["offtake"]["total"]["value"] = None
    holed[5]["measurements"] = None
    exchange = [
        {"seqNumber": "1", "meterID": "old", "quarterHourlyEnergy": holed[:5]},
        {"seqNumber": "2", "meterID": "new", "quarterHourlyEnergy": holed[4:]},
    ]
    meter = {"seqNumber": "1", "meterID": "1SAG-1"}
    return {
        "quarters": _reply(physicalMeters=[{**meter, "quarterHourlyEnergy": quarters}]),
        "days": _reply(physicalMeters=[{**meter, "dailyEnergy": days}]),
        "gas": _reply("G", physicalMeters=[{**meter, "hourlyEnergy": gas, "dailyEnergy": gas[:2]}]),
        "headpoint": _reply(
            kind="metering-on-headpoint", quarterHourlyEnergy=amr, subHeadpoints=[sub, auxiliary]
        ),
        "both": _reply(
            kind="metering-on-headpoint-and-meter",
            physicalMeters=[{**meter, "quarterHourlyEnergy": quarters[:2]}],
            quarterHourlyEnergy=quarters,
        ),
        "exchange": _reply(physicalMeters=exchange),
    }


def _reply(energy_type: str = "E", kind: str = "metering-on-meter", **members: Any) -> bytes:
    headpoint = {"$type": kind, "ean": EAN, "energyType": energy_type, **members}
    content = {"data": {"headpoint": headpoint}, "_meta": {"fetchTime": "2025-01-08T00:00:00Z"}}
    return json.dumps(content, separators=(",", ":")).encode()


def _slice(index: int, *measurements: Any, hours: float = 0.25) -> dict[str, Any]:
    start, end = (MIDNIGHT + timedelta(hours=hours) * i for i in (index, index + 1))
    return {
        "start": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "measurements": list(measurements),
    }


def _set(
    number: int, *registers: str, unit: str = "kWh", state: str = "READ", **more: str
) -> dict[str, Any]:
    return {
        register: {"value": (number * 37 + i) / 1000, "unit": unit, "validationState": state} | more
        for i, register in enumerate(registers or ("total",))
    }


def mutated(body: bytes, dice: random.Random) -> bytes:
    """``body`` with one to three damages."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        body = dice.choice(_MUTATIONS)(body, dice)
    return body


def _flip_a_bit(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + bytes([body[at] ^ 1 << dice.randrange(8)]) + body[at + 1 :]


def _replace_a_byte(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + bytes([dice.choice(b'0123456789"{}[],:.-+eE \\TZ\x00\xff')]) + body[at + 1 :]


def _delete_a_stretch(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + body[at + dice.choice((1, 1, 2, 5, 40)) :]


def _cut_off(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(1, len(body))]


def _repeat_a_stretch(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body))
    end = at + dice.choice((1, 3, 20, 150))
    return body[:end] + body[at:end] + body[end:]


def _swap_two_parts(body: bytes, dice: random.Random) -> bytes:
    parts = list(_WHOLE_PARTS.finditer(body))
    if len(parts) < 2:
        return body
    one, other = sorted(dice.sample(parts, 2), key=re.Match.start)
    between = body[one.end() : other.start()]
    return body[: one.start()] + other[0] + between + one[0] + body[other.end() :]


def _put_something_odd(body: bytes, dice: random.Random) -> bytes:
    parts = list(_PLAIN_VALUES.finditer(body))
    if not parts:
        return body
    part = dice.choice(parts)
    return body[: part.start()] + dice.choice(_ODD) + body[part.end() :]


def _repeat_a_member(body: bytes, dice: random.Random) -> bytes:
    """A member given twice, the first or the second time with something else."""
    found = list(_PLAIN_MEMBERS.finditer(body))
    if not found:
        return body
    member = dice.choice(found)
    other = member[1] + b":" + dice.choice((member[2], *_ODD[:50]))
    both = dice.choice(((member[0], other), (other, member[0])))
    return body[: member.start()] + b",".join(both) + body[member.end() :]


def _change_the_tree(body: bytes, dice: random.Random) -> bytes:
    try:
        content = json.loads(body)
        change = dice.choice((_reorder, _rename, _add, _drop, _retype, _reword, _repeat))
        change(dice.choice(list(_containers(content))), dice)
        return json.dumps(content, separators=dice.choice(((",", ":"), (", ", ": ")))).encode()
    except (ValueError, IndexError, RecursionError):
        return body


def _containers(content: Any) -> Iterator[Any]:
    if isinstance(content, dict | list) and content:
        yield content
        for inner in content.values() if isinstance(content, dict) else content:
            yield from _containers(inner)


def _reorder(inside: Any, dice: random.Random) -> None:
    items = list(inside.items() if isinstance(inside, dict) else inside)
    dice.shuffle(items)
    inside.clear()
    inside.update(items) if isinstance(inside, dict) else inside.extend(items)


def _rename(inside: Any, dice: random.Random) -> None:
    if isinstance(inside, dict):
        inside[dice.choice(_NAMES)] = inside.pop(dice.choice(list(inside)))


def _add(inside: Any, dice: random.Random) -> None:
    new = dice.choice(_things())
    if isinstance(inside, dict):
        inside[dice.choice(_NAMES)] = new
    else:
        inside.insert(dice.randrange(len(inside) + 1), new)


def _drop(inside: Any, dice: random.Random) -> None:
    del inside[dice.choice(_places(inside))]


def _retype(inside: Any, dice: random.Random) -> None:
    inside[dice.choice(_places(inside))] = dice.choice(_things())


def _reword(inside: Any, dice: random.Random) -> None:
    inside[dice.choice(_places(inside))] = dice.choice(_WORDS)


def _repeat(inside: Any, dice: random.Random) -> None:
    if isinstance(inside, list):
        copied = json.loads(json.dumps(dice.choice(inside)))
        inside.insert(dice.randrange(len(inside) + 1), copied)


def _places(inside: Any) -> list[Any]:
    return list(inside) if isinstance(inside, dict) else list(range(len(inside)))


def _things() -> list[Any]:
    value = {"value": 7.5, "unit": "kWh", "validationState": "READ"}
    return [
        None, True, 0, -1.25, 1e300, "x", [], {}, [None], value, {"total": value},
        [{"offtake": {"total": value}}], _slice(3, {"offtake": {"total": value}}),
    ]  # fmt: skip


Mutation = Callable[[bytes, random.Random], bytes]
_MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flip_a_bit, _replace_a_byte, _delete_a_stretch, _cut_off, _repeat_a_stretch, _swap_two_parts,
    _put_something_odd, _put_something_odd, _put_something_odd, _repeat_a_member,
    _change_the_tree, _change_the_tree, _change_the_tree, _change_the_tree, _change_the_tree,
)  # fmt: skip
