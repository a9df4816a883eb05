"""What people decided: kept, erased, confirmed, suppressed; only ever added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kwartier.registry import KnownMandate
from kwartier.vocabulary.interval import Interval, subtract

BEGINNING: Final = datetime.fromisoformat("1900-01-01T00:00:00Z")
END: Final = datetime.fromisoformat("2200-01-01T00:00:00Z")
"""The edges of an open period."""


class DecisionKind(StrEnum):
    """``keep`` and ``erase`` settle what a mandate holds back. ``confirm`` lets an order pass the
    fuse. ``suppress`` erases a mandate's data of a period and fetches it no more, until ``lift``.
    """

    KEEP = "keep"
    ERASE = "erase"
    CONFIRM = "confirm"
    SUPPRESS = "suppress"
    LIFT = "lift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what, when and why.

    ``mandate_id`` is the mandate's that it is about; of a ``confirm``, ``order`` is the order's
    digest instead. ``start`` (inclusive) and ``end`` bound a suppression; None: open.
    """

    kind: DecisionKind
    decided_at: datetime
    decided_by: str
    why: str
    mandate_id: int | None = None
    order: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def period(self) -> Interval:
        """The measured time that it is about."""
        return Interval(self.start or BEGINNING, self.end or END)


class People:
    """The decisions that are in force, given all there are, in order."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._about: dict[int, Decision] = {}
        self._suppressed: defaultdict[int, list[Decision]] = defaultdict(list)
        self.confirmed: set[str] = set()
        for decision in decisions:
            self._take(decision)

    def _take(self, decision: Decision) -> None:
        if decision.kind is DecisionKind.CONFIRM and decision.order is not None:
            self.confirmed.add(decision.order)
        if decision.mandate_id is None:
            return
        if decision.kind in (DecisionKind.KEEP, DecisionKind.ERASE):
            self._about[decision.mandate_id] = decision
        elif decision.kind is DecisionKind.SUPPRESS:
            self._suppressed[decision.mandate_id].append(decision)
        elif decision.kind is DecisionKind.LIFT:
            self._suppressed.pop(decision.mandate_id, None)

    def about(self, one: KnownMandate) -> Decision | None:
        """The last decision to keep or erase, if the mandate has not changed since."""
        decision = self._about.get(one.mandate_id)
        return decision if decision and decision.decided_at >= one.changed_at else None

    def erases(self, one: KnownMandate) -> bool:
        """Whether a person decided to erase what the mandate holds back."""
        decision = self.about(one)
        return decision is not None and decision.kind is DecisionKind.ERASE

    def before_erasing(self) -> People:
        """The same people, had none of them decided to erase what is held back."""
        found = People()
        found._about = {
            number: decision
            for number, decision in self._about.items()
            if decision.kind is not DecisionKind.ERASE
        }
        found._suppressed, found.confirmed = self._suppressed, self.confirmed
        return found

    def suppressions(self, one: KnownMandate) -> Sequence[Decision]:
        """The suppressions of the mandate that are in force."""
        return self._suppressed.get(one.mandate_id, ())

    def spared(self, one: KnownMandate, period: Iterable[Interval]) -> list[Interval]:
        """What of ``period`` is not suppressed."""
        return subtract(period, [decision.period for decision in self.suppressions(one)])
