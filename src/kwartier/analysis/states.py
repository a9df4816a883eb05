"""Which validation state is worse than which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kwartier.vocabulary.quality import ESTIMATED, NOT_VALIDATED, READ, VALIDATED

UNKNOWN: Final = "unknown"
"""Stands for a validation state that the provider did not give."""

_BADNESS: Final = {VALIDATED: 0, READ: 1, ESTIMATED: 2, NOT_VALIDATED: 3, UNKNOWN: 5}
_UNHEARD_OF: Final = 4


def ranked(words: Iterable[str], measured: frozenset[str]) -> tuple[str, ...]:
    """The states from best to worst.

    Those in ``measured`` come first; among the rest EST, NVAL, words we do not know, and none.
    """
    return tuple(sorted(words, key=lambda w: (w not in measured, _BADNESS.get(w, _UNHEARD_OF), w)))
