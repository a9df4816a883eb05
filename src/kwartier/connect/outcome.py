"""What came of a customer's visit, by what the provider of the data says, never by an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.mandate import Mandate

_DUE: Final = {m.TO_BE_RENEWED, m.EXPIRED}
_LAST_DIGITS: Final = 4


class Word(StrEnum):
    """An outcome in one word: of several, the one that the customer is told first."""

    GRANTED = "granted"
    DUE = "due"
    WAITING = "waiting"
    REFUSED = "refused"
    ENDED = "ended"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A connection that is shared: its energy, and the last digits of its EAN alone."""

    energy_type: str
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``shared`` now; ``waiting`` for their grid user are so many mandates, ``refused`` and
    ``ended`` so many. ``is_due``: a mandate has to be renewed, the first at ``expires_at``;
    ``is_expired``: none brings new data any more.
    """

    shared: tuple[Shared, ...] = ()
    waiting: int = 0
    refused: int = 0
    ended: int = 0
    is_due: bool = False
    is_expired: bool = False
    expires_at: datetime | None = None

    @property
    def word(self) -> Word:
        """The outcome in one word."""
        if self.is_due:
            return Word.WAITING if self.waiting else Word.DUE
        if self.shared:
            return Word.GRANTED
        for count, word in (
            (self.waiting, Word.WAITING),
            (self.refused, Word.REFUSED),
            (self.ended, Word.ENDED),
        ):
            if count:
                return word
        return Word.NOTHING

    def missing(self, expected: int | None) -> int:
        """How many connections less than ``expected`` were chosen."""
        if expected is None or self.is_due:
            return 0
        return max(0, expected - len(self.shared) - self.waiting)


def outcome_of(mandates: Sequence[Mandate]) -> Outcome:
    """What all mandates under one reference number come to. A connection with several services
    counts once; so do, as their EANs are not shown, several that wait for one (the most of one
    service).
    """
    shared: dict[str, Shared] = {}
    waiting: dict[str, int] = {}
    refused = ended = 0
    due: list[Mandate] = []
    approved = [one for one in mandates if one.is_approved]
    for one in mandates:
        is_waiting = one.status == m.REQUESTED or (
            one.is_approved and one.renewal_status == m.RENEWAL_REQUESTED
        )
        if is_waiting:
            waiting[one.data_service_type] = waiting.get(one.data_service_type, 0) + 1
        if one.is_approved and one.metering_point is not None:
            shared[one.metering_point] = _shared(one, one.metering_point)
            due += [one] if one.renewal_status in _DUE else []
        refused += one.status == m.REJECTED
        ended += one.status == m.FINISHED
    return Outcome(
        shared=tuple(shared[point] for point in sorted(shared)),
        waiting=max(waiting.values(), default=0),
        refused=refused,
        ended=ended,
        is_due=bool(due),
        is_expired=bool(due) and not any(one.may_bring_new_data for one in approved),
        expires_at=min((one.expires_at for one in due if one.expires_at), default=None),
    )


def _shared(mandate: Mandate, point: str) -> Shared:
    return Shared(energy_type=mandate.energy_type or "", ending=point[-_LAST_DIGITS:])
