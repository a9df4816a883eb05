"""Deciding, call by call, what goes wrong, and keeping count of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kwartier.emulator.faults.fault import Fault, FaultName
from kwartier.emulator.faults.plan import CallsTo, Entry, written
from kwartier.emulator.metering.noise import key_of


@dataclass(slots=True)
class Due:
    """An entry of the plan, how many of its times are left, and how often it was carried out."""

    entry: Entry
    left: int
    injected: int = 0

    @property
    def fault(self) -> Fault:
        return self.entry.fault

    def carried_out(self) -> None:
        """The fault befell a call."""
        self.injected += 1


class Faults:
    """The faults of one emulator.

    Chance is drawn from ``seed``: the same plan and the same calls in the same order meet the
    same faults. Each line of the plan draws for itself, so that calls to one path do not change
    what befalls another's.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lines: list[_Line] = []

    def set(self, plan: Sequence[CallsTo]) -> None:
        """Follow ``plan`` from its beginning; what was counted before is forgotten."""
        self._lines = self._following([], plan)

    def add(self, plan: Sequence[CallsTo]) -> None:
        """Let ``plan`` befall what the present one spares; that one goes on where it is."""
        self._lines = self._following(self._lines, plan)

    def draw(self, path: str) -> Due | None:
        """What befalls the next call to ``path`` (in lower case), if anything does."""
        return next((due for line in self._lines if (due := line.draw(path))), None)

    @property
    def spec(self) -> str:
        """The plan as it is written; empty when there is none."""
        return written([line.calls for line in self._lines])

    def told(self) -> dict[str, Any]:
        """The plan as it is written, and what came of it so far."""
        return {
            "spec": self.spec,
            "injected": sum(due.injected for line in self._lines for due in line.entries),
            "plan": [line.told() for line in self._lines],
        }

    def _following(self, lines: Sequence[_Line], plan: Sequence[CallsTo]) -> list[_Line]:
        """``lines`` and those of ``plan``; its place in the whole is part of a line's chance."""
        places = enumerate(plan, start=len(lines))
        return [*lines, *(_Line(c, key_of(self._seed, f"faults/{n}/{c}")) for n, c in places)]


class _Line:
    """One line of the plan, and how far it is."""

    def __init__(self, calls: CallsTo, key: int) -> None:
        self.calls = calls
        self.seen = 0
        self.entries = [Due(entry, entry.times or 0) for entry in calls.entries]
        self._pattern = calls.pattern()
        self._key = key

    def draw(self, path: str) -> Due | None:
        if not self._pattern.fullmatch(path):
            return None
        self.seen += 1
        due = self._scripted() or self._by_chance()
        return None if due is None or due.fault.name is FaultName.OK else due

    def told(self) -> dict[str, Any]:
        return {
            "calls": self.calls.target,
            "seen": self.seen,
            "faults": [_told(due) for due in self.entries],
        }

    def _scripted(self) -> Due | None:
        due = next((due for due in self.entries if due.left), None)
        if due is not None:
            due.left -= 1
        return due

    def _by_chance(self) -> Due | None:
        dice = 100 * key_of(self._key, str(self.seen)) / 2**64
        for due, up_to in self._shares():
            if dice < up_to:
                return due
        return None

    def _shares(self) -> Iterator[tuple[Due, float]]:
        """Up to which percentage of the dice each entry comes; one for always comes last."""
        up_to = 0.0
        for due in self.entries:
            if due.entry.percent is not None:
                up_to += due.entry.percent
                yield due, up_to
        for due in self.entries:
            if due.entry.is_always:
                yield due, 100.0


def _told(due: Due) -> dict[str, Any]:
    told: dict[str, Any] = {"fault": str(due.entry), "injected": due.injected}
    return told if due.entry.times is None else {**told, "left": due.left}
