"""The outer parts of an energy reply: where it is metered, and which arrays of slices it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from kwartier.fluvius.decode.at_once import headpoint_at_once
from kwartier.fluvius.errors import DecodeError
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.energy import ELECTRICITY, GAS, HEADPOINT, METER, SUB_HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.fluvius_v3 import EnergyType, HeadpointType
from kwartier.wire.unreadable import UNREADABLE

Members = dict[str, Any]
"""An object's members by their JSON names: still JSON (Raw), or already typed."""

GRANULARITIES: Final = {
    "quarterHourlyEnergy": Granularity.QUARTER_HOUR,
    "hourlyEnergy": Granularity.HOUR,
    "dailyEnergy": Granularity.DAY,
}
_ENERGY_TYPES: Final = {EnergyType.ELECTRICITY: ELECTRICITY, EnergyType.GAS: GAS}
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw] | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What all values of one array have in common (columns of the measurements schema)."""

    source: str
    granularity: Granularity
    meter_id: str | None = None
    sub_headpoint: str | None = None
    seq_number: str | None = None
    sub_headpoint_type: str | None = None
    installation_type: str | None = None
    vreg_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceArray:
    """An array of slices, each still JSON, and where in the reply it stands."""

    series: Series
    path: str
    slices: list[msgspec.Raw]


@dataclass(slots=True, kw_only=True)
class Reply:
    """A headpoint's own words and its arrays of slices."""

    ean: str | None = None
    energy_type: str | None = None
    metering_type: str | None = None
    arrays: list[SliceArray] = field(default_factory=list)
    undecoded: list[Undecoded] = field(default_factory=list)


def read_at_once(body: bytes) -> Reply:
    """Take a regular reply apart in one typed pass. Raises IrregularError if it is not one."""
    return _take_apart(_members(headpoint_at_once(body)))


def data_of(body: bytes) -> dict[str, msgspec.Raw]:
    """The members of ``data``, each still JSON. Raises DecodeError if there are none."""
    try:
        return _MEMBERS.decode(_MEMBERS.decode(body)["data"])
    except (KeyError, *UNREADABLE) as error:
        raise _no_energy_reply(error) from error


def read_by_parts(data: dict[str, msgspec.Raw]) -> Reply:
    """Take the reply apart down to its arrays of slices, which stay JSON.

    What cannot be read on the way is noted. Raises DecodeError if it is no energy reply.
    """
    try:
        headpoint = data["headpoint"]
        if bytes(headpoint) == b"null":
            return Reply()
        return _take_apart(_members(headpoint))
    except (KeyError, *UNREADABLE) as error:
        raise _no_energy_reply(error) from error


def _no_energy_reply(error: Exception) -> DecodeError:
    return DecodeError(f"not an energy reply: it should be JSON with data.headpoint ({error})")


def _take_apart(members: Members) -> Reply:
    reply = Reply(
        ean=_text(members, "ean"),
        energy_type=_energy_type(_text(members, "energyType")),
        metering_type=_text(members, "$type"),
    )
    path = "$.data.headpoint"
    if _counts_at_headpoint(reply.metering_type, members):
        _collect(reply, members, path, source=HEADPOINT)
    else:
        collect_meters(reply, members, path, "physicalMeters")
    _collect_sub_headpoints(reply, members, path)
    return reply


def _counts_at_headpoint(metering_type: str | None, members: Members) -> bool:
    """Whether the headpoint's own values count, and not the meters'.

    A headpoint measured at both levels carries the same energy twice: its own values count. Of a
    kind we do not know, its own values count if it has any (our reading).
    """
    kind = HeadpointType(metering_type) if metering_type is not None else None
    if kind is not None and kind.is_known:
        return kind is not HeadpointType.METERING_ON_METER
    return any(name in members for name in GRANULARITIES)


def collect_meters(reply: Reply, members: Members, path: str, name: str) -> None:
    """Add the arrays of the meters in member ``name``."""
    for index, where, meter in _each(reply, members, name, path):
        with _noting(reply, where):
            seq_number = _text(meter, "seqNumber")
            _collect(
                reply,
                meter,
                where,
                source=METER,
                meter_id=_text(meter, "meterID") or _nameless(seq_number, index),
                seq_number=seq_number,
            )


def _collect_sub_headpoints(reply: Reply, members: Members, path: str) -> None:
    for index, where, sub in _each(reply, members, "subHeadpoints", path):
        with _noting(reply, where):
            seq_number = _text(sub, "seqNumber")
            _collect(
                reply,
                sub,
                where,
                source=SUB_HEADPOINT,
                sub_headpoint=_text(sub, "ean") or _nameless(seq_number, index),
                seq_number=seq_number,
                sub_headpoint_type=_text(sub, "$type"),
                installation_type=_text(sub, "type"),
                vreg_id=_text(sub, "vregId"),
            )


def _nameless(seq_number: str | None, index: int) -> str:
    """Tells apart two meters that carry no identification (our reading: should not occur)."""
    return f"seq-{seq_number}" if seq_number else f"nr-{index + 1}"


def _collect(
    reply: Reply, members: Members, path: str, *, source: str, **series: str | None
) -> None:
    for name, slices in members.items():
        granularity, where = GRANULARITIES.get(name), f"{path}.{name}"
        if granularity is not None:
            described = Series(source=source, granularity=granularity, **series)
            with _noting(reply, where):
                array = SliceArray(series=described, path=where, slices=_items(slices))
                reply.arrays.append(array)
        elif name.endswith("Energy"):
            reply.undecoded.append(Undecoded(path=where, why="unknown granularity"))


def _each(
    reply: Reply, members: Members, name: str, path: str
) -> Iterator[tuple[int, str, Members]]:
    """The objects of an array member; what is no object is noted and passed over."""
    items: list[Any] = []
    with _noting(reply, f"{path}.{name}"):
        items = _items(members.get(name))
    for index, item in enumerate(items):
        where = f"{path}.{name}[{index}]"
        described: Members | None = None
        with _noting(reply, where):
            described = _members(item)
        if described is not None:
            yield index, where, described


@contextmanager
def _noting(reply: Reply, path: str) -> Iterator[None]:
    """A part that cannot be read is noted, and costs no more than itself."""
    try:
        yield
    except UNREADABLE as error:
        reply.undecoded.append(Undecoded(path=path, why=str(error)))


def _items(array: list[Any] | msgspec.Raw | None) -> list[Any]:
    return (_ITEMS.decode(array) if isinstance(array, msgspec.Raw) else array) or []


def _members(item: msgspec.Raw | msgspec.Struct) -> Members:
    """An object's members but for those that are null."""
    if isinstance(item, msgspec.Raw):
        return {name: raw for name, raw in _MEMBERS.decode(item).items() if bytes(raw) != b"null"}
    names = item.__struct_encode_fields__
    typed = zip(names, msgspec.structs.astuple(item), strict=True)
    return {name: value for name, value in typed if value is not None}


def _text(members: Members, name: str) -> str | None:
    """A member as text; a number keeps its digits, missing and empty are None."""
    member = members.get(name)
    if not isinstance(member, msgspec.Raw):
        return member or None
    written = bytes(member).decode()
    return written if written[0] in "-0123456789" else _TEXT.decode(member) or None


def _energy_type(text: str | None) -> str | None:
    return None if text is None else _ENERGY_TYPES.get(EnergyType(text), text)
