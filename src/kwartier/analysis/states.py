"""The validation state of each value, and which is worse than which."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final

from kwartier.analysis.columns import Columns, Words
from kwartier.vocabulary.quality import (
    ESTIMATED,
    NOT_VALIDATED,
    READ,
    STATELESS,
    UNKNOWN,
    VALIDATED,
    counts_as_measured,
    state_of,
)

_BADNESS: Final = {
    STATELESS: 0,
    VALIDATED: 1,
    READ: 2,
    ESTIMATED: 3,
    NOT_VALIDATED: 4,
    UNKNOWN: 6,
}
_UNHEARD_OF: Final = 5


def states_of(columns: Columns) -> Words:
    """Each row's state (:func:`~kwartier.vocabulary.quality.state_of`); a word may stand twice."""
    told, providers = columns.words("validation_state"), columns.words("provider")
    pairs = product(providers.words, told.words)
    codes = told.codes
    if len(providers.words) > 1:
        codes = providers.codes * len(told.words) + codes
    return Words(codes, tuple(state_of(provider or "", state) for provider, state in pairs))


def ranked(words: Iterable[str], measured: frozenset[str]) -> tuple[str, ...]:
    """The states from best to worst.

    Those that count as measured come first; among the rest EST, NVAL, words we do not know, and
    UNKNOWN.
    """

    def rank(word: str) -> tuple[bool, int, str]:
        return not counts_as_measured(word, measured), _BADNESS.get(word, _UNHEARD_OF), word

    return tuple(sorted(words, key=rank))
