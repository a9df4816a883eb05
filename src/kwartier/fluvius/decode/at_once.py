"""The outer parts of a reply that is as documented, in one typed pass over its bytes."""

from __future__ import annotations

from typing import Final

import msgspec

from kwartier.wire.unreadable import UNREADABLE


class IrregularError(Exception):
    """Not as regular as most replies: to be read in smaller parts."""


class _Metered(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    daily_energy: list[msgspec.Raw] | None = None
    hourly_energy: list[msgspec.Raw] | None = None
    quarter_hourly_energy: list[msgspec.Raw] | None = None


class _Meter(_Metered, kw_only=True):
    seq_number: str | None = None
    meter_id: str | None = msgspec.field(default=None, name="meterID")


class _SubHeadpoint(_Metered, kw_only=True):
    type_: str | None = msgspec.field(default=None, name="$type")
    ean: str | None = None
    seq_number: str | None = None
    vreg_id: str | None = None
    type: str | None = None


class _Headpoint(_Metered, kw_only=True):
    type_: str | None = msgspec.field(default=None, name="$type")
    ean: str | None = None
    energy_type: str | None = None
    physical_meters: list[_Meter] | None = None
    sub_headpoints: list[_SubHeadpoint] | None = None


class _Data(msgspec.Struct):
    headpoint: _Headpoint


class _Body(msgspec.Struct):
    data: _Data


_BODY: Final = msgspec.json.Decoder(_Body)


def headpoint_at_once(body: bytes) -> msgspec.Struct:
    """The headpoint, typed but for its slices. Raises :class:`IrregularError`."""
    try:
        return _BODY.decode(body).data.headpoint
    except UNREADABLE as error:
        raise IrregularError(str(error)) from error
