"""What ``Centigrade`` of heat and cooling is: a person has to say, for Eneco's documents do not.

A heat meter counts gigajoules, yet the documented unit of these channels is a degree. Values and
unit are kept as they come; only how they are read follows the declaration.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

CENTIGRADE: Final = "Centigrade"
GIGAJOULE: Final = "GJ"
KWH_PER_GIGAJOULE: Final = 1000 / 3.6


class Centigrade(StrEnum):
    """The operator's declaration."""

    UNKNOWN = "unknown"
    GJ = "GJ"
    DEGREES = "degrees"

    @property
    def is_energy(self) -> bool:
        """Whether it may be added up."""
        return self is Centigrade.GJ
