"""The JSON of the API, but for rows of tables."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from kwartier.registry import Customer, DataOwner, KnownMandate, Reference


def said(text: str) -> msgspec.Meta:
    """What a member means."""
    return msgspec.Meta(description=text)


Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=300, description="at most 300 characters")]


class CustomerReference(msgspec.Struct, kw_only=True):
    """A reference number under which a customer gives mandates; of Eneco, the data owner."""

    provider: str
    reference_number: str
    created_at: Instant


class CustomerDataOwner(msgspec.Struct, kw_only=True):
    """What a customer is to Eneco, and since when it shares, if that was said."""

    data_owner: str
    since: Instant | None


class CustomerDetails(msgspec.Struct, kw_only=True):
    """A customer."""

    customer_id: Annotated[str, said("your own id of the customer")]
    label: Annotated[str, said("a name to show")]
    flow: Annotated[str, said("B2C for a person, B2B for an organisation")]
    enterprise_number: Annotated[str | None, said("of an organisation, 9 or 10 digits")]
    language: str
    contact: Annotated[str | None, said("an e-mail address or telephone number")]
    references: list[CustomerReference]
    data_owners: list[CustomerDataOwner]


class CustomerPut(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A customer as it is to be; what is left out is as of one that was just added."""

    label: Text = ""
    flow: Literal["B2C", "B2B"] = "B2C"
    enterprise_number: Text | None = None
    language: Literal["nl", "en", "fr", "de"] = "nl"
    contact: Text | None = None


class CustomerPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to change of a customer: null empties a member, what is left out stays (RFC 7396)."""

    label: Text | UnsetType | None = UNSET
    flow: Literal["B2C", "B2B"] | UnsetType = UNSET
    enterprise_number: Text | UnsetType | None = UNSET
    language: Literal["nl", "en", "fr", "de"] | UnsetType = UNSET
    contact: Text | UnsetType | None = UNSET


class DataOwnerPut(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Since when a customer shares as this data owner: needed where no contracts are listed."""

    since: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class CustomerProgress(msgspec.Struct, kw_only=True):
    """How far a customer has come."""

    customer_id: str
    label: str
    contact: str | None
    flow: str
    providers: list[str]
    stage: Annotated[str, said("from not_invited to complete, to_be_renewed or ended")]
    reached: Annotated[
        dict[str, Instant], said("when each stage on the way was reached, as far as known")
    ]
    days_left: Annotated[
        int | None, said("for the grid user to answer, or until the first consent expires")
    ]
    expected_eans: int | None
    granted_eans: Annotated[int, said("metering points of mandates that stand")]
    missing: Annotated[int, said("values that are due and not there")]
    needs: Annotated[list[str], said("why somebody should look: renewal, hold, gaps, stuck")]


class CustomerPage(msgspec.Struct, kw_only=True):
    """Customers in order of their ids, and where the list goes on."""

    items: list[CustomerProgress]
    next: str | None
    total: Annotated[int, said("how many customers the filters let through, on all pages")]


class WhyFinding(msgspec.Struct, kw_only=True):
    """A cause of there being no data, or of less than all."""

    cause: Annotated[str, said("one word")]
    says: Annotated[str, said("what is the matter, in a sentence")]
    next_step: Annotated[str, said("what to do")]
    who: Annotated[str, said("whose turn it is: customer, grid_user, provider, us, fluvius")]
    since: Instant | None
    metering_point: str | None
    energy_type: str | None


class WhyFindings(msgspec.Struct, kw_only=True):
    """Why a customer has no data: first what somebody can do something about."""

    items: list[WhyFinding]


class RunTrouble(msgspec.Struct, kw_only=True):
    """What keeps our runs with a provider from their work."""

    provider: str
    cause: Annotated[str, said("one word")]
    since: Annotated[Instant, said("when the same first went wrong since a run went well")]
    says: Annotated[str, said("what is the matter, in a sentence")]
    next_step: Annotated[str, said("what to do")]


class CauseCount(msgspec.Struct, kw_only=True):
    """How many customers have a cause of there being no data."""

    cause: Annotated[str, said("one word")]
    about: Annotated[str, said("what is the matter")]
    customers: Annotated[int, said("how many have it")]
    first: Annotated[int, said("of how many it is what they are told first")]


class CauseCounts(msgspec.Struct, kw_only=True):
    """Why customers have no data, counted; a customer may have several causes."""

    as_of: Instant
    troubles: list[RunTrouble]
    items: list[CauseCount]


class InvitationPost(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is asked of the customer; what is left out is as the settings say."""

    provider: Literal["fluvius", "eneco"] = "fluvius"
    services: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=40)]],
        msgspec.Meta(max_length=3, description="Fluvius' words, such as VH_kwartier_uur"),
    ] = []
    period_start: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    period_end: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    max_eans: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    expected_eans: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    sso: bool | None = None


class InvitationDetails(msgspec.Struct, kw_only=True):
    """The permanent link of a customer. It is a secret between you and the customer."""

    customer_id: str
    provider: str
    url: Annotated[str | None, said("the link; null once it was withdrawn")]
    invited_at: Instant
    withdrawn_at: Instant | None
    services: list[str]
    period_start: Instant | None
    period_end: Instant | None
    max_eans: int | None
    expected_eans: int | None
    sso: bool | None


class InvitationList(msgspec.Struct, kw_only=True):
    """The invitations of a customer, the oldest first."""

    items: list[InvitationDetails]


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


class Health(msgspec.Struct, kw_only=True):
    """That the API answers."""

    status: Literal["ok"]
    version: str


def customer_details(
    customer: Customer, references: list[Reference], owners: list[DataOwner]
) -> CustomerDetails:
    """A customer with its reference numbers and data owners."""
    return CustomerDetails(
        customer_id=customer.customer_id,
        label=customer.label,
        flow=customer.flow,
        enterprise_number=customer.enterprise_number,
        language=customer.language,
        contact=customer.contact,
        references=[
            CustomerReference(
                provider=one.provider,
                reference_number=one.reference_number,
                created_at=one.created_at,
            )
            for one in references
        ],
        data_owners=[
            CustomerDataOwner(data_owner=one.data_owner, since=one.since) for one in owners
        ],
    )


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
