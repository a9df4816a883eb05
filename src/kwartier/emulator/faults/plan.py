"""Which calls a fault befalls, and how many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kwartier.emulator.faults.fault import Fault, FaultName, plain

ALL_CALLS: Final = "*"
ENERGY: Final = "energy"
USAGES: Final = "usages"
NAMED_CALLS: Final = {
    "token": "/*/oauth2/v2.0/token",
    "short-url": "/esco-*/shorturlidentifier",
    "mandate": "/esco-*/mandate",
    ENERGY: "/esco-*/mandate/energy",
    "mock": "/esco-*/mandate/mock",
    "fiam-token": "/fiam*/api/v1/oauth/token",
    "contracts": "/fiam*/api/v1/service-consumers/contracts*",
    USAGES: "/eneco-*/usages",
}
"""Short names of paths; ``*`` in a path stands for any characters."""

_TELL_SLICES: Final = {ENERGY, USAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fault and when: in the next ``times`` calls, in this ``percent`` of them, or (both None)
    in every call that nothing before it befell.
    """

    fault: Fault
    times: int | None = None
    percent: float | None = None

    def __str__(self) -> str:
        return f"{self.fault}{self.when}"

    @property
    def is_always(self) -> bool:
        return self.times is None and self.percent is None

    @property
    def when(self) -> str:
        """``=3x``, ``=5%``, or nothing for always: as it is written."""
        if self.times is not None:
            return f"={self.times}x"
        return "" if self.percent is None else f"={plain(self.percent)}%"


@dataclass(frozen=True, slots=True)
class CallsTo:
    """What befalls the calls to ``target``: a name, or a path that may hold ``*``.

    First the entries with ``times``, one after the other; then one draw a call decides among
    those with ``percent``, and what it leaves over falls to the one that is always. Raises
    :class:`ValueError` for what cannot be.
    """

    target: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        total = sum(entry.percent or 0 for entry in self.entries)
        if round(total, 6) > 100:
            raise ValueError(f"is {plain(total)}% together; at most 100% can be")
        if sum(entry.is_always for entry in self.entries) > 1:
            raise ValueError("has two faults for always; add =5% or =3x to all but one")
        names = {entry.fault.name for entry in self.entries}
        may_tell_slices = self.target in _TELL_SLICES or self.target not in NAMED_CALLS
        if FaultName.DUPLICATE_SLICES in names and not may_tell_slices:
            raise ValueError(f"cannot be: {self.target} tells no slices; {ENERGY} and {USAGES} do")

    def __str__(self) -> str:
        return f"{self.target}:{','.join(map(str, self.entries))}"

    def pattern(self) -> re.Pattern[str]:
        """Matches the whole of a path in lower case."""
        path = NAMED_CALLS.get(self.target, self.target)
        return re.compile(".*".join(map(re.escape, path.split("*"))))


def written(plan: Sequence[CallsTo]) -> str:
    """The plan as it is read."""
    return "; ".join(map(str, plan))
