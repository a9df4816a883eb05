"""Successful replies of the API, and the provider's time of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec

from kwartier.fluvius.errors import DecodeError, NotFoundError
from kwartier.fluvius.refusals import refusal
from kwartier.transport import BrokenReplyError, Reply
from kwartier.wire import fluvius_v3 as wire

T = TypeVar("T", bound=msgspec.Struct)

NO_MANDATE: Final = "Mandates.NotFound"


@dataclass(frozen=True, slots=True)
class EnergyReply:
    """An energy reply as it came, and the provider's time of it (UTC)."""

    body: bytes = field(repr=False)
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class MandateList:
    """The mandates as the provider stated them at ``fetched_at`` (UTC)."""

    mandates: tuple[wire.Mandate, ...]
    fetched_at: datetime


class _Envelope(msgspec.Struct):
    data: msgspec.Raw
    meta: Any = msgspec.field(default=None, name="_meta")


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def read_as(reply: Reply, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as a message; a refusal raises its error, a damaged body BrokenReplyError."""
    if not reply.is_success:
        raise refusal(reply)
    try:
        return decoder.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _is_whole(reply.body):
            raise DecodeError(f"the reply is not what the API documents: {error}") from error
        raise BrokenReplyError(f"the reply's body is damaged: {error}") from error


def _is_whole(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def read_energy_reply(reply: Reply) -> EnergyReply:
    """The body undecoded, but known to be whole."""
    envelope = read_as(reply, _ENVELOPE)
    return EnergyReply(reply.body, _stated_at(envelope.meta, reply))


def read_mandates(reply: Reply) -> wire.MandatesResponse:
    """The mandates, with the reply's time in ``meta.fetch_time`` whether stated or not."""
    response = read_as(reply, _MANDATES)
    if response.meta is not None:
        return response
    meta = wire.Meta(fetch_time=_stated_at(None, reply))
    return msgspec.structs.replace(response, meta=meta)


def read_mandate_list(reply: Reply) -> MandateList:
    """Like :func:`read_mandates`; that none match is an empty list and no error."""
    try:
        response = read_mandates(reply)
    except NotFoundError as error:
        if error.code != NO_MANDATE:
            raise
        return MandateList((), _stated_at(None, reply))
    stated_at = response.meta.fetch_time if response.meta else _stated_at(None, reply)
    return MandateList(tuple(response.data.mandates), stated_at)


_MANDATES: Final = msgspec.json.Decoder(wire.MandatesResponse)


def _stated_at(meta: Any, reply: Reply) -> datetime:
    """``fetchTime``, else the Date header."""
    text = meta.get("fetchTime") if isinstance(meta, dict) else None
    try:
        stated = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        stated = None
    if stated is not None and stated.tzinfo is not None:
        return stated.astimezone(UTC)
    if reply.date is None:
        raise BrokenReplyError("the reply tells no time: neither fetchTime nor a Date header")
    return reply.date
