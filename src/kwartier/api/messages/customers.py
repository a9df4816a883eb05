"""Customers, and how far each has come."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from kwartier.api.messages.terms import Instant, Text, said
from kwartier.registry import Customer, DataOwner, Reference


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
