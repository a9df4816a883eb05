"""Validation states and gas conversion factors.

The provider's words are kept as they come (an open vocabulary); these are the ones that rules
speak of. The set of measured states is one setting: v3 says READ on a digital meter where the
older slides say VAL, and both mean that the meter itself registered the value.
"""

from __future__ import annotations

from typing import Final

READ: Final = "READ"
VALIDATED: Final = "VAL"
ESTIMATED: Final = "EST"
NOT_VALIDATED: Final = "NVAL"

MEASURED: Final = frozenset({READ, VALIDATED})

PROVISIONAL: Final = "P"
DEFINITIVE: Final = "D"
CONSTANT: Final = "C"
