"""Mandates as they stand."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from kwartier.api.messages.terms import Instant, said
from kwartier.registry import KnownMandate


class MandateDetails(msgspec.Struct, kw_only=True):
    """A mandate as the provider of data last stated it (of Eneco: a contract)."""

    mandate_id: Annotated[int, said("our own number; mandates carry none")]
    customer_id: Annotated[str | None, said("null where nobody known has the reference number")]
    provider: str
    contract_number: str
    reference_number: str
    metering_point: Annotated[str | None, said("null until it was approved")]
    energy_type: str | None
    data_service_type: str
    granularities: list[str]
    status: str
    period_start: Instant | None
    period_end: Annotated[Instant | None, said("exclusive; null while open")]
    expires_at: Instant | None
    renewal_status: str | None
    is_ambiguous: Annotated[bool, said("it could not be told apart from another")]
    missing_since: Annotated[Instant | None, said("when a list first lacked it")]
    first_seen_at: Instant
    changed_at: Instant


class MandatePage(msgspec.Struct, kw_only=True):
    """Mandates in order of their numbers, and where the list goes on."""

    items: list[MandateDetails]
    next: str | None


def mandate_details(known: KnownMandate, customer_id: str | None) -> MandateDetails:
    """A mandate, and whose it is."""
    about: dict[str, Any] = {
        name: getattr(known.mandate, name)
        for name in MandateDetails.__struct_fields__
        if hasattr(known.mandate, name)
    }
    about["granularities"] = sorted(map(str, known.mandate.granularities))
    return MandateDetails(
        mandate_id=known.mandate_id,
        customer_id=customer_id,
        is_ambiguous=known.is_ambiguous,
        missing_since=known.missing_since,
        first_seen_at=known.first_seen_at,
        changed_at=known.changed_at,
        **about,
    )
