"""Successful replies of v2, told as v3's are: its time is in ``data``, its EANs are eanNumber."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from kwartier.fluvius.replies import (
    EnergyReply,
    MandateList,
    one_by_one,
    read_as,
    stated_at,
)
from kwartier.transport import Reply
from kwartier.wire import fluvius_v2 as wire
from kwartier.wire import fluvius_v3 as v3


class _Dated(msgspec.Struct, rename="camel"):
    fetch_time: Any = None


class _Envelope(msgspec.Struct):
    data: _Dated


class _Listed(_Dated, kw_only=True):
    mandates: list[msgspec.Raw]


class _Listing(msgspec.Struct):
    data: _Listed


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_LISTING: Final = msgspec.json.Decoder(_Listing)
_MANDATE: Final = msgspec.json.Decoder(wire.Mandate)
_SESSION: Final = msgspec.json.Decoder(wire.ClientSessionResponse)
_MANDATES: Final = msgspec.json.Decoder(wire.MandatesResponse)
_MOCK: Final = msgspec.json.Decoder(wire.MockMandateResponse)


def read_session(reply: Reply) -> v3.ClientSessionResponse:
    """The session."""
    data = read_as(reply, _SESSION).data
    return v3.ClientSessionResponse(data=data, meta=_meta(data.fetch_time))


def read_mandates(reply: Reply) -> v3.MandatesResponse:
    """The mandates, with the reply's time in ``meta.fetch_time`` whether stated or not."""
    data = read_as(reply, _MANDATES).data
    fetched_at = data.fetch_time or _at(None, reply)
    mandates: list[v3.Mandate] = [*data.mandates]
    return v3.MandatesResponse(data=v3.Mandates(mandates=mandates), meta=_meta(fetched_at))


def read_mandate_list(reply: Reply) -> MandateList:
    """The mandates one by one: a damaged one costs no other."""
    data = read_as(reply, _LISTING).data
    return one_by_one(data.mandates, _MANDATE, _at(data.fetch_time, reply))


def read_mock(reply: Reply) -> v3.MockMandateResponse:
    """That a mandate was made."""
    data = read_as(reply, _MOCK).data
    return v3.MockMandateResponse(data=data, meta=_meta(data.fetch_time))


def read_energy_reply(reply: Reply) -> EnergyReply:
    """The body undecoded, but known to be whole."""
    return EnergyReply(reply.body, _at(read_as(reply, _ENVELOPE).data.fetch_time, reply))


def _meta(fetched_at: datetime | None) -> v3.Meta | None:
    return None if fetched_at is None else v3.Meta(fetch_time=fetched_at)


def _at(fetch_time: Any, reply: Reply) -> datetime:
    return stated_at({"fetchTime": fetch_time}, reply)
