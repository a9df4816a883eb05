"""What a run calls its own: reference numbers with a prefix, EANs that nobody else uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Final

from kwartier.verify.case import CannotTry
from kwartier.vocabulary.energy import ELECTRICITY, GAS

PREFIX: Final = "kwartier-verify"
LOWEST, HIGHEST = 500, 899
"""Which of a block's thousand EANs are drawn from: far from 001, where people begin."""


class Block(Enum):
    """A block of a thousand EANs of the sandbox, which say by their digits what they stand for.

    Six are documented. That there are those of AMR is known from public clients; what their
    digits mean is our reading.
    """

    DAY = ("electricity, offtake, day", "541440000000000")
    QUARTER = ("electricity, offtake, quarter-hour", "541440010000000")
    SOLAR_DAY = ("electricity with injection, day", "541440100000000")
    SOLAR_QUARTER = ("electricity with injection, quarter-hour", "541440110000000")
    GAS_DAY = ("gas, day", "541441000000000")
    GAS_HOUR = ("gas, hour", "541441010000000")
    AMR = ("electricity, AMR", "541450120000000")
    AMR_AND_METER = ("electricity, headpoint and meter", "541440220000000")
    AMR_PLANT = ("electricity, AMR with a plant", "541450121000000")
    AMR_TENANT = ("electricity, AMR with a plant and a tenant", "541450122000000")
    AMR_GAS = ("gas, AMR", "541451020000000")

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


class Own:
    """Hands out reference numbers and EANs. Into ``labels`` goes, for each, a name that tells
    nobody anything.

    ``carried`` says under which references EANs carry mandates already: those of others are left
    alone, those of earlier runs are taken once there are no fresh ones.
    """

    def __init__(
        self, dice: Random, carried: Mapping[str, Collection[str]], labels: dict[str, str]
    ) -> None:
        self._run = f"{dice.getrandbits(32):08x}"
        self._count = 0
        self._left = {block: _drawn(block, dice, carried) for block in Block}
        self._common: dict[Block, str] = {}
        self._labels = labels

    def reference(self) -> str:
        """A reference number that nobody has used: prefix, run, count."""
        self._count += 1
        made = f"{PREFIX}-{self._run}-{self._count:03d}"
        self._labels[made] = "own reference"
        return made

    def ean(self, block: Block) -> str:
        """An EAN of ``block`` that this run has not used, for values not to be mixed up."""
        ean = next(self._left[block], None)
        if ean is None:
            raise CannotTry(f"others' mandates lie on every EAN of the block '{block.label}'")
        self._labels[ean] = block.label
        return ean

    def common_ean(self, block: Block) -> str:
        """The EAN of ``block`` for mandates of which only references are asked for."""
        if block not in self._common:
            self._common[block] = self.ean(block)
        return self._common[block]


def _drawn(block: Block, dice: Random, carried: Mapping[str, Collection[str]]) -> Iterator[str]:
    numbers = range(LOWEST, HIGHEST + 1)
    eans = [f"{block.start}{number:03d}" for number in dice.sample(numbers, len(numbers))]
    free = (ean for ean in eans if all(_is_own(one) for one in carried.get(ean, ())))
    return iter(sorted(free, key=lambda ean: ean in carried))


def _is_own(reference: str) -> bool:
    return reference.startswith(f"{PREFIX}-")
