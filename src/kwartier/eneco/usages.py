"""A usages reply taken apart: its channels and their records, member names in any casing.

A list of records as documented is read in one typed pass, any other one record by record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import msgspec

from kwartier.eneco.errors import DecodeError
from kwartier.measurements.fetched import Undecoded
from kwartier.wire.eneco import ChannelId, Unit
from kwartier.wire.unreadable import UNREADABLE

Members = dict[str, msgspec.Raw]
"""An object's members, still JSON, by their names in lower case."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One record, by its documented members; ``timestamp`` as the API wrote it."""

    timestamp: Annotated[str, msgspec.Meta(min_length=1)]
    amount: float | None = None


_RECORD_LISTS: Final = ("usageRecords", "usageRecord")
"""Both spellings are documented; a channel has one of them."""
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw] | None)
_RECORDS: Final = msgspec.json.Decoder(list[Record] | None)
_TEXT: Final = msgspec.json.Decoder(str | None)
_NUMBER: Final = msgspec.json.Decoder(float | None)


@dataclass(slots=True, kw_only=True)
class Channel:
    """What a channel measures, in which unit (None if it does not say), and its records.

    ``unreadable`` says by a record's place in ``records`` what is wrong with its amount.
    """

    channel_id: ChannelId
    unit: Unit | None
    records: list[Record] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    _lists: list[tuple[int, str]] = field(default_factory=list)
    _paths: dict[int, str] = field(default_factory=dict)

    def path_of(self, place: int) -> str:
        """Where a record stands in the reply."""
        if place in self._paths:
            return self._paths[place]
        first, path = next(one for one in reversed(self._lists) if one[0] <= place)
        return f"{path}[{place - first}]"

    def add_all(self, records: list[Record], path: str) -> None:
        """Add a list that stands at ``path`` as it is."""
        self._lists.append((len(self.records), path))
        self.records += records

    def add(self, record: Record, path: str, unreadable: str | None) -> None:
        """Add the one record that stands at ``path``."""
        self._paths[len(self.records)] = path
        if unreadable is not None:
            self.unreadable[len(self.records)] = unreadable
        self.records.append(record)


@dataclass(slots=True, kw_only=True)
class Reply:
    """``path`` is where its members stand, ``items`` are its channels, still JSON."""

    path: str
    items: list[msgspec.Raw]
    start_date: str | None = None
    end_date: str | None = None
    channels: list[Channel] = field(default_factory=list)
    undecoded: list[Undecoded] = field(default_factory=list)


class _MissingError(Exception):
    """A member without which a part of the reply says nothing."""


_DAMAGE: Final = (_MissingError, *UNREADABLE)


def outline(body: bytes) -> Reply:
    """A usages reply, bare or wrapped in ``data``, without its channels taken apart.

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
    reply = Reply(path=path, items=items)
    reply.start_date = _date(reply, members, "startDate")
    reply.end_date = _date(reply, members, "endDate")
    return reply


def take_apart(body: bytes) -> Reply:
    """The parts of a usages reply; what cannot be read is noted.

    Raises :class:`DecodeError` if it has no list of channels.
    """
    reply = outline(body)
    for index, item in enumerate(reply.items):
        where = f"{reply.path}.usageChannels[{index}]"
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
    channel = Channel(
        channel_id=ChannelId(_required(members, "channelId")), unit=Unit(unit) if unit else None
    )
    for name in _RECORD_LISTS:
        records = members.get(name.lower())
        if records is not None:
            _add_records(reply, channel, records, f"{path}.{name}")
    return channel


def _add_records(reply: Reply, channel: Channel, records: msgspec.Raw, path: str) -> None:
    try:
        channel.add_all(_RECORDS.decode(records) or [], path)
    except UNREADABLE:
        for index, item in enumerate(_decoded(_ITEMS, records) or []):
            where = f"{path}[{index}]"
            try:
                _add_record(channel, item, where)
            except _DAMAGE as error:
                reply.undecoded.append(Undecoded(path=where, why=str(error)))


def _add_record(channel: Channel, item: msgspec.Raw, path: str) -> None:
    members = _members(item)
    timestamp = _required(members, "timestamp")
    try:
        amount, unreadable = _decoded(_NUMBER, members.get("amount")), None
    except UNREADABLE as error:
        amount, unreadable = None, f"amount: {error}"
    channel.add(Record(timestamp, amount), path, unreadable)


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
