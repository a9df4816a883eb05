"""Successful replies of the API, and the provider's time of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from kwartier.errors import InputError
from kwartier.fluvius.errors import DecodeError, NotFoundError
from kwartier.fluvius.refusals import refusal
from kwartier.measurements.fetched import Undecoded
from kwartier.transport import BrokenReplyError, Reply
from kwartier.transport.reading import decoded
from kwartier.vocabulary.ean import check_ean
from kwartier.wire import fluvius_v3 as wire
from kwartier.wire.unreadable import UNREADABLE

T = TypeVar("T", bound=msgspec.Struct)
M = TypeVar("M", bound=wire.Mandate)

NO_MANDATE: Final = "Mandates.NotFound"


@dataclass(frozen=True, slots=True)
class EnergyReply:
    """An energy reply as it came, the provider's time of it (UTC), and the EAN asked for."""

    body: bytes = field(repr=False)
    fetched_at: datetime
    metering_point: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MandateList:
    """The mandates as the provider stated them at ``fetched_at`` (UTC).

    ``undecoded`` are those that could not be read: nothing may be taken for granted of them, not
    even that they are gone.
    """

    mandates: tuple[wire.Mandate, ...]
    fetched_at: datetime
    undecoded: tuple[Undecoded, ...] = ()


class _Envelope(msgspec.Struct):
    data: msgspec.Raw
    meta: Any = msgspec.field(default=None, name="_meta")


class _Listed(msgspec.Struct):
    mandates: list[msgspec.Raw]


class _Listing(msgspec.Struct):
    data: _Listed
    meta: Any = msgspec.field(default=None, name="_meta")


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def read_as(reply: Reply, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as a message; a refusal raises its error, a damaged body BrokenReplyError."""
    if not reply.is_success:
        raise refusal(reply)
    return decoded(reply.body, decoder, DecodeError)


def reader(type_: type[T]) -> Callable[[Reply], T]:
    """Reads a successful reply as a message of ``type_``, and raises what a refusal means."""
    decoder = msgspec.json.Decoder(type_)
    return lambda reply: read_as(reply, decoder)


def is_no_mandate(error: NotFoundError) -> bool:
    """Whether no mandate matches, rather than there being no such address."""
    return error.code == NO_MANDATE


def read_energy_reply(reply: Reply) -> EnergyReply:
    """The body undecoded, but known to be whole."""
    envelope = read_as(reply, _ENVELOPE)
    return EnergyReply(reply.body, stated_at(envelope.meta, reply))


def read_mandates(reply: Reply) -> wire.MandatesResponse:
    """The mandates, with the reply's time in ``meta.fetch_time`` whether stated or not."""
    response = read_as(reply, _MANDATES)
    if response.meta is not None:
        return response
    meta = wire.Meta(fetch_time=stated_at(None, reply))
    return msgspec.structs.replace(response, meta=meta)


def read_mandate_list(reply: Reply) -> MandateList:
    """The mandates one by one: a damaged one costs no other; that none match is an empty list."""
    try:
        listing = read_as(reply, _LISTING)
    except NotFoundError as error:
        if not is_no_mandate(error):
            raise
        return MandateList((), stated_at(None, reply))
    return one_by_one(listing.data.mandates, _MANDATE, stated_at(listing.meta, reply))


def one_by_one(
    raws: Sequence[msgspec.Raw], decoder: msgspec.json.Decoder[M], fetched_at: datetime
) -> MandateList:
    """The mandates that can be read, and notes on the others."""
    mandates: list[wire.Mandate] = []
    undecoded: list[Undecoded] = []
    for index, raw in enumerate(raws):
        try:
            mandates.append(_read_mandate(raw, decoder))
        except (*UNREADABLE, InputError, OverflowError) as error:
            undecoded.append(Undecoded(path=f"$.data.mandates[{index}]", why=str(error)))
    return MandateList(tuple(mandates), fetched_at, tuple(undecoded))


def _read_mandate(raw: msgspec.Raw, decoder: msgspec.json.Decoder[M]) -> M:
    """One mandate, its instants in UTC; one that names no real metering point is damaged."""
    mandate = decoder.decode(raw)
    if mandate.ean is not None:
        check_ean(mandate.ean)
    moments = {name: getattr(mandate, name) for name in _MOMENTS}
    in_utc = {name: at.astimezone(UTC) for name, at in moments.items() if at is not None}
    return msgspec.structs.replace(mandate, **in_utc)


_LISTING: Final = msgspec.json.Decoder(_Listing)
_MANDATE: Final = msgspec.json.Decoder(wire.Mandate)
_MOMENTS: Final = ("data_period_from", "data_period_to", "mandate_expiration_date")
_MANDATES: Final = msgspec.json.Decoder(wire.MandatesResponse)


def stated_at(meta: Any, reply: Reply) -> datetime:
    """``fetchTime``, else the Date header."""
    text = meta.get("fetchTime") if isinstance(meta, dict) else None
    try:
        stated = datetime.fromisoformat(text) if isinstance(text, str) else None
        if stated is not None and stated.tzinfo is not None:
            return stated.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    if reply.date is None:
        raise BrokenReplyError("the reply tells no time: neither fetchTime nor a Date header")
    return reply.date
