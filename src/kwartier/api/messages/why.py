"""Why there is no data."""

from __future__ import annotations

from typing import Annotated

import msgspec

from kwartier.api.messages.terms import Instant, said


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
