"""What is known of each customer, from store and office: what progress and its causes rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kwartier.office.invitations import Invitation
from kwartier.office.visits import Visited
from kwartier.registry import Customer, KnownMandate, Reference
from kwartier.retention import Hold
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One granularity of a metering point that the customer's mandates open, within ``intervals``:
    how many slices are ``due`` of it, and how many of them are ``present``. ``estimated`` and
    ``provisional`` are those of all that is there.
    """

    provider: str
    metering_point: str
    energy_type: str
    granularity: Granularity
    intervals: tuple[Interval, ...]
    due: int
    present: int = 0
    estimated: int = 0
    provisional: int = 0

    @property
    def missing(self) -> int:
        """Slices that are due and not there."""
        return max(0, self.due - self.present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How the requests for a metering point went that were made for this customer: when values
    first came, when the past was last filled in, when the last good answer came; when the last
    was tried, and how it ended.
    """

    first_values_at: datetime | None
    filled_at: datetime | None
    answered_at: datetime | None
    tried_at: datetime
    outcome: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """All that is known of one customer ``at`` a moment.

    ``invitations`` are those that stand, ``visits`` what happened at their links. ``turns`` has,
    by mandate, when each status or renewal status was first seen. ``opened`` and ``answered`` (by
    metering point) tell nothing of another customer's time on the same metering point.
    ``suppressed`` are the mandates of which nothing may be fetched on the customer's request, and
    since when.
    ``holds`` is what is held back on account of the mandates.
    """

    at: datetime
    customer: Customer
    references: tuple[Reference, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    visits: tuple[Visited, ...] = ()
    mandates: tuple[KnownMandate, ...] = ()
    turns: Mapping[int, Mapping[str, datetime]] = field(default_factory=dict)
    opened: tuple[Opened, ...] = ()
    answered: Mapping[str, Answered] = field(default_factory=dict)
    suppressed: Mapping[int, datetime] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
