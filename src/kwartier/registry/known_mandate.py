"""A mandate as the provider last stated it, with when we saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kwartier.vocabulary.mandate import Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMandate:
    """``mandate_id`` is ours (mandates carry none); ``changed_at`` is the time of the list that
    first showed it as it is now. ``is_ambiguous`` marks one that could not be told apart from
    another when its state last changed; nothing is erased on its account. ``missing_since`` is the
    time of the first list that no longer showed it: by itself no proof that it ended.
    """

    mandate_id: int
    mandate: Mandate
    first_seen_at: datetime
    changed_at: datetime
    is_ambiguous: bool = False
    missing_since: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether its period has ended by ``at``."""
        return self.mandate.period_end is not None and self.mandate.period_end <= at
