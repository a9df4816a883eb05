"""What a provider said of mandates at one moment, and how far that goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.mandate import Mandate


@dataclass(frozen=True, slots=True)
class Listing:
    """Mandates as the provider stated them at ``stated_at`` (the provider's time).

    ``undecoded`` are those that could not be read; ``is_partial``: there seem to be more than it
    shows. ``references``: it lists all there is under these reference numbers and says nothing of
    others; None: it lists all mandates there are.
    """

    mandates: list[Mandate]
    stated_at: datetime
    undecoded: tuple[Undecoded, ...] = ()
    references: frozenset[str] | None = None
    is_partial: bool = False

    def speaks_of(self, mandate: Mandate) -> bool:
        """Whether ``mandate``, if there still is one, belongs in this list."""
        return self.references is None or mandate.reference_number in self.references

    @property
    def is_complete(self) -> bool:
        """Whether what it speaks of and does not show was not there."""
        return not self.undecoded and not self.is_partial

    @property
    def is_whole(self) -> bool:
        """Whether it lists all mandates there are, each of them readable."""
        return self.is_complete and self.references is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The provider's times of the ``latest`` list that was recorded, and of the latest that was
    ``whole``: all mandates, each of them readable. None: there was none.
    """

    latest: datetime | None = None
    whole: datetime | None = None
