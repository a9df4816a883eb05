"""Receipts of what was erased."""

from __future__ import annotations

from typing import Annotated

import msgspec

from kwartier.api.messages.terms import Instant, said


class ErasedStretch(msgspec.Struct, kw_only=True):
    """A stretch of measured time; null where an end is open."""

    start: Instant | None
    end: Instant | None


class ReceiptDetails(msgspec.Struct, kw_only=True):
    """What was erased, when and why: counts and bounds, no values."""

    number: int
    erased_at: Instant
    reason: str
    metering_point: Annotated[str, said("a digest, with a key that stays with the store")]
    reference: Annotated[str, said("a digest too")]
    energy_type: str
    granularity: str | None
    bounds: list[ErasedStretch]
    values: int
    revisions: int
    days: int
    previous: Annotated[str, said("the hash of the receipt before")]
    hash: str


class ReceiptPage(msgspec.Struct, kw_only=True):
    """Receipts in order of their numbers, and where the list goes on."""

    items: list[ReceiptDetails]
    next: str | None


class CustomerReceipt(msgspec.Struct, kw_only=True):
    """A customer's part of a receipt; without counts where others have a part in it."""

    receipt: int
    erased_at: Instant
    reason: str
    metering_point: str | None
    energy_type: str
    granularity: str | None
    bounds: list[ErasedStretch]
    values: int | None
    revisions: int | None
    hash: str


class CustomerReceiptList(msgspec.Struct, kw_only=True):
    """What was erased of a customer."""

    items: list[CustomerReceipt]
