"""Validation states and gas conversion factors.

The provider's words are kept as they come (an open vocabulary); these are the ones that rules
speak of. The set of measured states is one setting: v3 says READ on a digital meter where the
older slides say VAL, and both mean that the meter itself registered the value.
"""

from __future__ import annotations

from typing import Final

from kwartier.vocabulary.provider import PROVIDERS

READ: Final = "READ"
VALIDATED: Final = "VAL"
ESTIMATED: Final = "EST"
NOT_VALIDATED: Final = "NVAL"

MEASURED: Final = frozenset({READ, VALIDATED})

UNKNOWN: Final = "unknown"
"""Stands for a validation state that a provider which tells them did not tell."""
STATELESS: Final = ""
"""Stands for the state of a value whose provider tells none of any."""

PROVISIONAL: Final = "P"
DEFINITIVE: Final = "D"
CONSTANT: Final = "C"


def state_of(provider: str, told: str | None) -> str:
    """The validation state of a value, as ``provider`` told it; else UNKNOWN, or STATELESS where it
    tells none of any value, as Eneco does. Of a provider that we do not know, states are expected.
    """
    if told:
        return told
    known = PROVIDERS.get(provider)
    return UNKNOWN if known is None or known.tells_states else STATELESS


def counts_as_measured(state: str, measured: frozenset[str] = MEASURED) -> bool:
    """Whether nothing speaks against a value in a state of :func:`state_of`."""
    return state == STATELESS or state in measured
