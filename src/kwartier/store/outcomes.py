"""What came of a commit, and of handing changes to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kwartier.registry import LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What one commit did, in rows. ``exchanged`` are the metering points of which it brought
    values of a meter for days of which another told: they are to be read again
    (:class:`~kwartier.vocabulary.fetch.Asked`).
    """

    inserted: int = 0
    revised: int = 0
    unchanged: int = 0
    removed: int = 0
    outdated: int = 0
    exchanged: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """An entry that a sink has not taken: after ``attempts`` in vain it is ``due_at`` again."""

    entry: LedgerEntry
    attempts: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of handing an entry to a sink for the ``attempts``-th time, on the wall clock.

    ``due_at`` is when to try again; None: it was taken. ``error`` says why it was not.
    """

    entry_id: int
    attempts: int
    tried_at: datetime
    due_at: datetime | None = None
    error: str | None = None
