"""What alerts are judged by: everything there is to know at one moment, and nothing to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kwartier.office.runs import Run

Kind = tuple[str, str]
"""Energy type (``other`` for one we do not know) and granularity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFact:
    """A certificate to sign in to ``provider`` with; ``name`` is ``current``, ``next`` or ``fiam``.
    ``valid_until`` is on the real clock; None: its file cannot be read.
    """

    provider: str
    name: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A metering point of which values of one ``kind`` are ``late``: from the end of the newest
    slice to the end of the newest that should be there.
    """

    provider: str
    kind: Kind
    metering_point: str
    late: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfChanges:
    """What mandates did on one local ``day``, by the customers' ids: whose data period was ended
    earlier than it had been (``capped``), of whom values were erased (``retracted``), and whose
    request was ``refused``. Where no customer is known, the id is empty.
    """

    day: date
    capped: Sequence[str] = ()
    retracted: Sequence[str] = ()
    refused: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """How the store stands: of how many metering points anything is ``due``, by provider and kind;
    what is ``overdue``; and what mandates did lately.
    """

    due: Mapping[tuple[str, Kind], int] = field(default_factory=dict)
    overdue: Sequence[Overdue] = ()
    changes: Sequence[DayOfChanges] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFacts:
    """How much waits for a person: retractions that the fuse ``blocked``, and ``holds``."""

    blocked: int
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFacts:
    """The disk of the store, and the store itself, in bytes."""

    total: int
    free: int
    store: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything at once. ``as_of`` is the time that the data goes by. What could not be looked
    into is None: there is cause neither for an alert nor for its end. ``runs`` are the latest of
    each provider, the newest first; ``publishing`` those of the published dataset.
    """

    as_of: datetime
    certificates: Sequence[CertificateFact] | None = None
    runs: Mapping[str, Sequence[Run]] | None = None
    publishing: Sequence[Run] | None = None
    store: StoreFacts | None = None
    waiting: WaitingFacts | None = None
    disk: DiskFacts | None = None
