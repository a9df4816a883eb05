"""What became of mandates, as webhooks tell it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from kwartier.api.messages.terms import Instant, said


class EventChange(msgspec.Struct, kw_only=True):
    """A field that changed, as text."""

    field: str
    before: str | None
    after: str | None


class EventStretch(msgspec.Struct, kw_only=True):
    """Measured time of which all values were erased."""

    granularity: str
    start: Instant
    end: Instant


class EventData(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The mandate as the change left it, and what changed."""

    entry_id: int
    customer_id: str | None
    mandate_id: int
    provider: str
    contract_number: str
    reference_number: str
    metering_point: str | None
    energy_type: str | None
    data_service_type: str
    granularities: list[str]
    status: str
    period_start: Instant | None
    period_end: Instant | None
    expires_at: Instant | None
    renewal_status: str | None
    is_ambiguous: bool
    missing_since: Instant | None
    changes: list[EventChange]
    retracted: list[EventStretch] | UnsetType = UNSET


class MandateEvent(msgspec.Struct, kw_only=True):
    """A change of a mandate, as webhooks tell it."""

    id: Annotated[str, said("unique everywhere, the same however often it is told")]
    type: Annotated[str, said("mandate.first_seen, changed, vanished, returned or retracted")]
    timestamp: Annotated[Instant, said("the provider's time of the list that first showed it")]
    data: EventData


class EventPage(msgspec.Struct, kw_only=True):
    """Events in order. ``next`` is the `after` to go on with, at the end too."""

    items: list[MandateEvent]
    next: int


class MandateHistory(msgspec.Struct, kw_only=True):
    """All changes of a mandate, the oldest first."""

    items: list[MandateEvent]
