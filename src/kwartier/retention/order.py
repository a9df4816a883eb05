"""What has to go: which slices of which metering point, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

Key = tuple[str, str, Granularity]
"""Provider, metering point and granularity."""


class Reason(StrEnum):
    """Why values are erased. ``period_ended``: no mandate's period has them any more.
    ``finished``: the mandate was ended, and the policy's grace period is over. ``decided``: a
    person decided so. ``requested``: erased on the customer's request. ``restored``: a receipt
    says that they were erased before, and a backup brought them back. ``lifted`` says that nothing
    was erased: what was not to be fetched again on request may be.
    """

    PERIOD_ENDED = "period_ended"
    FINISHED = "finished"
    DECIDED = "decided"
    REQUESTED = "requested"
    RESTORED = "restored"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a store holds of one granularity of a metering point, revisions too: all of it lies
    within ``hull``.
    """

    provider: str
    metering_point: str
    energy_type: str
    granularity: Granularity
    hull: Interval

    @property
    def key(self) -> Key:
        return self.provider, self.metering_point, self.granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Of one granularity of a metering point only slices stay that lie wholly inside one of
    ``kept``, disjoint and in order; intervals that touch stay apart.

    ``gone`` is what of the store's hull lies outside; it is empty where only slices across two
    periods go. ``mandate_id`` is the mandate whose end it follows from.
    """

    provider: str
    metering_point: str
    energy_type: str
    granularity: Granularity
    kept: tuple[Interval, ...]
    gone: tuple[Interval, ...]
    reason: Reason
    mandate_id: int

    @property
    def key(self) -> Key:
        return self.provider, self.metering_point, self.granularity

    @property
    def words(self) -> str:
        """What names the order: never to be told, for the EAN stands in it. A digest of it with
        the store's key is.
        """
        return "|".join([*map(str, self.key), *map(str, self.kept)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an order takes, or took, away: ``values`` and ``revisions`` in rows, ``days`` in local
    days that lose some of their values or revisions, from ``start`` to ``end``.
    """

    order: Order
    values: int
    revisions: int
    days: int
    start: datetime
    end: datetime
