"""A usages reply taken apart: its channels and their records, member names in any casing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from kwartier.eneco.errors import DecodeError
from kwartier.measurements.fetched import Undecoded
from kwartier.wire.eneco import ChannelId, Unit
from kwartier.wire.unreadable import UNREADABLE

Members = dict[str, msgspec.Raw]
"""An object's members, still JSON, by their names in lower case."""

_RECORD_LISTS: Final = ("usageRecords", "usageRecord")
"""Both spellings are documented; a channel has one of them."""
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw] | None)
_TEXT: Final = msgspec.json.Decoder(str | None)
_NUMBER: Final = msgspec.json.Decoder(float | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record; ``unreadable`` says what is wrong with its amount."""

    path: str
    timestamp: str
    amount: float | None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a channel measures, in which unit (None if it does not say), and its records."""

    channel_id: ChannelId
    unit: Unit | None
    records: list[Record]


@dataclass(slots=True, kw_only=True)
class Reply:
    """``path`` is where its members stand, ``count`` how many channels it has, unreadable ones
    included.
    """

    path: str
    start_date: str | None = None
    end_date: str | None = None
    count: int = 0
    channels: list[Channel] = field(default_factory=list)
    undecoded: list[Undecoded] = field(default_factory=list)


class _MissingError(Exception):
    """A member without which a part of the reply says nothing."""


_DAMAGE: Final = (_MissingError, *UNREADABLE)


def take_apart(body: bytes) -> Reply:
    """The parts of a usages reply, bare or wrapped in ``data``; what cannot be read is noted.

    Raises :class:`DecodeError` if it has no list of channels.
    """
    try:
        body.decode()  # not all parts of a reply are looked at: other bytes may stand anywhere
        path, members = _outermost(body)
        items = _decoded(_ITEMS, members["usagechannels"]) or []
    except (KeyError, *UNREADABLE) as error:
        raise DecodeError(
            f"not a usages reply: it should be JSON with usageChannels ({error})"
        ) from error
    reply = Reply(path=path, count=len(items))
    reply.start_date = _date(reply, members, "startDate")
    reply.end_date = _date(reply, members, "endDate")
    for index, item in enumerate(items):
        where = f"{path}.usageChannels[{index}]"
        try:
            reply.channels.append(_channel(reply, item, where))
        except _DAMAGE as error:
            reply.undecoded.append(Undecoded(path=where, why=str(error)))
    return reply


def _outermost(body: bytes) -> tuple[str, Members]:
    members = _members(body)
    if "usagechannels" not in members and "data" in members:
        return "$.data", _members(members["data"])
    return "$", members


def _channel(reply: Reply, item: msgspec.Raw, path: str) -> Channel:
    members = _members(item)
    unit = _text(members, "unit")
    return Channel(
        channel_id=ChannelId(_required(members, "channelId")),
        unit=Unit(unit) if unit else None,
        records=list(_records(reply, members, path)),
    )


def _records(reply: Reply, members: Members, path: str) -> Iterator[Record]:
    for name in _RECORD_LISTS:
        for index, item in enumerate(_decoded(_ITEMS, members.get(name.lower())) or []):
            where = f"{path}.{name}[{index}]"
            try:
                yield _record(item, where)
            except _DAMAGE as error:
                reply.undecoded.append(Undecoded(path=where, why=str(error)))


def _record(item: msgspec.Raw, path: str) -> Record:
    members = _members(item)
    timestamp = _required(members, "timestamp")
    try:
        amount = _decoded(_NUMBER, members.get("amount"))
    except UNREADABLE as error:
        return Record(path=path, timestamp=timestamp, amount=None, unreadable=f"amount: {error}")
    return Record(path=path, timestamp=timestamp, amount=amount)


def _date(reply: Reply, members: Members, name: str) -> str | None:
    try:
        return _text(members, name)
    except UNREADABLE as error:
        reply.undecoded.append(Undecoded(path=f"{reply.path}.{name}", why=str(error)))
        return None


def _members(item: bytes | msgspec.Raw) -> Members:
    return {name.lower(): member for name, member in _MEMBERS.decode(item).items()}


def _decoded(decoder: msgspec.json.Decoder[Any], member: msgspec.Raw | None) -> Any:
    return None if member is None else decoder.decode(member)


def _text(members: Members, name: str) -> str | None:
    text: str | None = _decoded(_TEXT, members.get(name.lower()))
    return text


def _required(members: Members, name: str) -> str:
    text = _text(members, name)
    if not text:
        raise _MissingError(f"{name}: missing")
    return text
