"""What to ask of a provider, why, and for which stretches of time the answer speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval


class Reason(StrEnum):
    """Why a fetch is made, the strongest reason first."""

    FORCED = "forced"
    BACKFILL = "backfill"
    DELTA = "delta"
    EXCHANGED = "exchanged"
    GAP = "gap"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"


PACED: Final = (Reason.GAP, Reason.PROVISIONAL, Reason.ESTIMATED)
"""Reasons to ask again after pauses that grow, for as long as it is in vain."""

FOLLOW_UPS: Final = (Reason.EXCHANGED, *PACED)
"""Reasons to ask again for what was asked for already."""


class WindowKind(StrEnum):
    """Whether a fetch's window is about when values were measured or when they were stored."""

    READ_TIME = "readTime"
    INSERT_TIME = "insertTime"


class Outcome(StrEnum):
    """How a fetch ended. Only OK speaks for its scopes; the others are asked again."""

    OK = "ok"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Measured time of one granularity that a fetch, once answered, has been asked for."""

    granularity: Granularity
    interval: Interval


@dataclass(frozen=True, slots=True)
class Due:
    """Measured time that is due to be asked for again for this ``reason``: ``times`` it was asked
    again before, the last read-time fetch of it was planned at ``last`` (None: there was none).
    """

    reason: Reason
    granularity: Granularity
    interval: Interval
    times: int
    last: datetime | None


# Structs, for these are made by the hundred thousand: a dataclass takes five times as long.
class Fetch(Struct, frozen=True, kw_only=True, gc=False):
    """One planned request.

    ``window`` goes over the wire as from and to. ``granularities`` are those that the mandates
    open at ``planned_at``; ``scopes`` say which measured time of them it settles: for a read-time
    fetch the permitted part of the window, for an insert-time fetch the permitted time since the
    fetch before (possibly none). ``permitted`` is all measured time that the mandates open: nothing
    else may be kept of the answer.
    """

    provider: str
    metering_point: str
    energy_type: str
    reason: Reason
    kind: WindowKind
    window: Interval
    granularities: tuple[Granularity, ...]
    scopes: tuple[Scope, ...]
    permitted: tuple[Scope, ...]
    planned_at: datetime
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """Measured time that read-time fetches asked for in vain for this ``reason``: it is still
    incomplete, provisional or estimated. ``times`` counts those fetches that asked again, ``last``
    is when the last of all was planned.
    """

    reason: Reason
    interval: Interval
    times: int
    last: datetime


class Asked(Struct, frozen=True, kw_only=True, gc=False):
    """What successful fetches have settled for one granularity of a metering point, and brought.

    ``settled`` is the union of their scopes, ``inserted`` that of their insert-time windows,
    ``first_read_at`` the earliest ``planned_at`` of a read-time fetch: what was stored by the
    provider from then on must come by insert-time fetches. ``complete``, ``estimated`` and
    ``provisional`` are local days: those of which every slice has a value, and those of which some
    value is an estimate, or of gas by a provisional conversion factor. ``exchanged`` are those on
    which several meters have values, of which some came since a read-time fetch last spoke for
    them: it alone takes away what a meter that was exchanged in retrospect no longer measured.
    """

    metering_point: str
    granularity: Granularity
    settled: tuple[Interval, ...] = ()
    inserted: tuple[Interval, ...] = ()
    first_read_at: datetime | None = None
    complete: tuple[Interval, ...] = ()
    estimated: tuple[Interval, ...] = ()
    provisional: tuple[Interval, ...] = ()
    exchanged: tuple[Interval, ...] = ()
    tried: tuple[Tried, ...] = ()

    @property
    def inserted_until(self) -> datetime | None:
        """Up to where insert-time fetches follow the first read-time fetch without a hole."""
        if self.first_read_at is None:
            return None
        reached = self.first_read_at
        for window in self.inserted:
            if window.start <= reached:
                reached = max(reached, window.end)
        return reached
