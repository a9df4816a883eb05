"""Invitations, and what they ask for."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kwartier.api.messages.terms import Instant, said


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
