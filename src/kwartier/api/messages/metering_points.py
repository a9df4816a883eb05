"""Metering points: whose they are, and what there is of them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from kwartier.api.messages.terms import Instant, said


class PointHolder(msgspec.Struct, kw_only=True):
    """Whose a metering point's time is, under one mandate."""

    customer_id: str | None
    mandate_id: int
    stands: Annotated[bool, said("whether the mandate is approved, and listed")]
    granularities: list[str]
    start: Annotated[Instant | None, said("null: from the beginning")]
    end: Annotated[Instant | None, said("exclusive; null while open")]


class PointHeld(msgspec.Struct, kw_only=True):
    """What there is of one granularity, revisions too: all of it lies from start to end."""

    provider: str
    energy_type: str
    granularity: str
    start: Instant
    end: Instant


class MeteringPoint(msgspec.Struct, kw_only=True):
    """A metering point: whose it is or was, and what there is of it."""

    metering_point: str
    holders: list[PointHolder]
    held: list[PointHeld]


class MeteringPointList(msgspec.Struct, kw_only=True):
    """The metering points of a customer."""

    items: list[MeteringPoint]
