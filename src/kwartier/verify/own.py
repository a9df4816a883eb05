"""What a run calls its own: reference numbers with a prefix, EANs that carry no mandate yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Final

from kwartier.verify.case import CannotTry
from kwartier.vocabulary.energy import ELECTRICITY, GAS

PREFIX: Final = "kwartier-verify"
LOWEST, HIGHEST = 700, 899
"""Which of a block's thousand EANs are drawn from: far from 001, where people begin."""


class Block(Enum):
    """A block of a thousand EANs of the sandbox, which say by their digits what they stand for."""

    DAY = ("electricity, offtake, day", "541440000000000")
    QUARTER = ("electricity, offtake, quarter-hour", "541440010000000")
    SOLAR_DAY = ("electricity with injection, day", "541440100000000")
    SOLAR_QUARTER = ("electricity with injection, quarter-hour", "541440110000000")
    GAS_DAY = ("gas, day", "541441000000000")
    GAS_HOUR = ("gas, hour", "541441010000000")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def start(self) -> str:
        """The EANs' first fifteen digits."""
        return self.value[1]

    @property
    def energy_type(self) -> str:
        return GAS if self.start[5] == "1" else ELECTRICITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A metering point with mandates that the run made under ``reference``."""

    ean: str
    reference: str
    energy_type: str


class Own:
    """Hands out reference numbers and EANs, each once; ``taken`` EANs carry others' mandates.

    Into ``labels`` goes, for each, a name that tells nobody anything.
    """

    def __init__(self, dice: Random, taken: Collection[str], labels: dict[str, str]) -> None:
        self._run = f"{dice.getrandbits(32):08x}"
        self._count = 0
        self._left = {block: _drawn(block, dice, taken) for block in Block}
        self._labels = labels

    def reference(self) -> str:
        """A reference number that nobody has used: prefix, run, count."""
        self._count += 1
        made = f"{PREFIX}-{self._run}-{self._count:03d}"
        self._labels[made] = "own reference"
        return made

    def ean(self, block: Block) -> str:
        """An EAN of ``block`` that carries no mandate yet."""
        ean = next(self._left[block], None)
        if ean is None:
            raise CannotTry(f"every EAN of the block '{block.label}' carries a mandate already")
        self._labels[ean] = block.label
        return ean


def _drawn(block: Block, dice: Random, taken: Collection[str]) -> Iterator[str]:
    numbers = range(LOWEST, HIGHEST + 1)
    eans = (f"{block.start}{number:03d}" for number in dice.sample(numbers, len(numbers)))
    return (ean for ean in eans if ean not in taken)
