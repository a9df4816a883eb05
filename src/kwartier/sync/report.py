"""What a sync did, while it runs and in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Protocol

from kwartier.store.outcomes import Committed
from kwartier.sync.addresses import FetchedAddresses
from kwartier.sync.retention import Enforced
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason


@dataclass(slots=True)
class SyncReport:
    """Counts of one sync. Times are in seconds; ``requesting`` adds up over concurrent requests.

    Of the ``points``, ``points_planned`` are those whose ``planned`` requests are known by now.
    ``outcomes`` and ``reasons`` count the requests: how they ended, and why they were made;
    ``errors`` counts those that failed by the class of the error.
    ``received`` values were answered and decoded; once committed they are ``inserted``,
    ``revised`` (the old value is kept beside), ``unchanged`` or ``outdated`` (a later answer was
    there already); ``removed`` are old values that an answer no longer carried.

    ``beyond_consent`` counts values that the provider sent although no mandate permits them;
    they were not kept. ``unasked`` counts those that are permitted but outside the measured time
    that was asked for; they were not kept either. ``enforced`` is what was erased before;
    ``addresses`` counts the delivery addresses that were asked for.
    """

    now: datetime
    points: int = 0
    points_done: int = 0
    points_planned: int = 0
    planned: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    received: int = 0
    inserted: int = 0
    revised: int = 0
    unchanged: int = 0
    removed: int = 0
    outdated: int = 0
    beyond_consent: int = 0
    unasked: int = 0
    undecoded: int = 0
    commits: int = 0
    requesting: float = 0.0
    decoding: float = 0.0
    committing: float = 0.0
    stopped: bool = False
    last_error: str | None = None
    enforced: Enforced = field(default_factory=Enforced)
    addresses: FetchedAddresses = field(default_factory=FetchedAddresses)
    started: float = field(default_factory=perf_counter)
    ended: float | None = None

    @property
    def fetches(self) -> int:
        return self.outcomes.total()

    @property
    def failed(self) -> int:
        """Fetches that are to be asked again."""
        return self.fetches - self.outcomes[Outcome.OK]

    @property
    def seconds(self) -> float:
        return (self.ended or perf_counter()) - self.started

    @property
    def share_done(self) -> float:
        """How much of the sync is done (0 to 1), as far as can be told while it is being planned:
        as if the other metering points took as many requests as those planned.
        """
        if not self.planned:
            return self.points_done / self.points if self.points else 0.0
        expected = self.planned * max(1.0, self.points / self.points_planned)
        return min(self.fetches / expected, 1.0)

    def add(self, committed: Committed, seconds: float) -> None:
        self.commits += 1
        self.committing += seconds
        for name in ("inserted", "revised", "unchanged", "removed", "outdated"):
            setattr(self, name, getattr(self, name) + getattr(committed, name))


class Watcher(Protocol):
    """Told of a sync's progress, often."""

    def __call__(self, report: SyncReport) -> None: ...


def unwatched(report: SyncReport) -> None:
    """A watcher that does not look."""


def untold(fetch: Fetch) -> None:
    """For when nobody wants to hear of the plan."""
