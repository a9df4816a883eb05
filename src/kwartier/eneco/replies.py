"""Successful replies of Eneco and KPN FIAM, and the provider's time of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec

from kwartier.eneco.errors import DecodeError, EnecoAPIError
from kwartier.eneco.refusals import fiam_refusal, refusal
from kwartier.eneco.usages import Channel, take_apart
from kwartier.transport import BrokenReplyError, Reply
from kwartier.transport.reading import decoded
from kwartier.wire import eneco as wire

T = TypeVar("T")

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class UsagesReply:
    """A usages reply as it came, the provider's time of it (UTC), and the data owner asked for."""

    body: bytes = field(repr=False)
    fetched_at: datetime
    metering_point: str = field(repr=False)


def reader(
    type_: type[T], refused: Callable[[Reply], EnecoAPIError] = refusal
) -> Callable[[Reply], T]:
    """Reads a successful reply as a message of ``type_``, and raises what a refusal means."""
    decoder = msgspec.json.Decoder(type_)

    def read(reply: Reply) -> T:
        if not reply.is_success:
            raise refused(reply)
        return decoded(reply.body, decoder, DecodeError)

    return read


def fiam_reader(type_: type[T]) -> Callable[[Reply], T]:
    """The same for KPN FIAM."""
    return reader(type_, fiam_refusal)


def usages_reader(data_owner_id: str) -> Callable[[Reply], UsagesReply]:
    """Leaves the body undecoded, but known to be whole."""

    def read(reply: Reply) -> UsagesReply:
        _whole(reply)
        return UsagesReply(reply.body, stated_at(reply), data_owner_id)

    return read


def read_usages_message(reply: Reply) -> wire.Usages:
    """All of a usages reply as a message, whichever way its members are written."""
    _whole(reply)
    parts = take_apart(reply.body)
    unreadable = [f"{each.path}: {each.why}" for each in parts.undecoded]
    unreadable += [
        f"{channel.path_of(place)}: {why}"
        for channel in parts.channels
        for place, why in channel.unreadable.items()
    ]
    if parts.start_date is None or parts.end_date is None:
        unreadable.append("startDate or endDate is missing")
    if unreadable or parts.start_date is None or parts.end_date is None:
        raise DecodeError(
            f"the reply cannot be read as it stands ({unreadable[0]}); fetch_usages and "
            "read_usages make of it what they can"
        )
    return wire.Usages(
        start_date=parts.start_date,
        end_date=parts.end_date,
        usage_channels=[_message(channel) for channel in parts.channels],
    )


def _message(channel: Channel) -> wire.UsageChannel:
    return wire.UsageChannel(
        channel_id=channel.channel_id,
        unit=channel.unit or wire.Unit(""),
        usage_records=[
            wire.UsageRecord(timestamp=record.timestamp, amount=record.amount)
            for record in channel.records
        ],
    )


def _whole(reply: Reply) -> None:
    if not reply.is_success:
        raise refusal(reply)
    decoded(reply.body, _MEMBERS, DecodeError)


def stated_at(reply: Reply) -> datetime:
    """The provider's time of a reply (UTC): its Date header is all there is."""
    date = reply.date
    if date is None:
        raise BrokenReplyError("the reply tells no time: it has no Date header")
    return date.astimezone(UTC)
