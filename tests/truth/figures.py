"""What a run came to so far, in all and with each provider."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from truth.compare import Tally
from truth.keeper import Aim


@dataclass(slots=True)
class Part:
    """Of one provider: ``requests`` are those for values (of Eneco: pages), ``tally`` compares the
    store, ``published`` the dataset that was published from it.
    """

    syncs: int = 0
    ended_by_fault: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    failed: int = 0
    interrupted: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    published: Tally = field(default_factory=Tally)
    beyond_in_revisions: int = 0
    clock_changes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        exact = all(day["differing"] == 0 for day in self.clock_changes.values())
        return self.tally.holds and self.published.holds and not self.beyond_in_revisions and exact

    def as_json(self) -> dict[str, Any]:
        members = {each.name: getattr(self, each.name) for each in fields(self)}
        return members | {"tally": self.tally.counts(), "published": self.published.counts()}

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Part:
        counted = {name: Counter(members[name]) for name in ("ended_by_fault", "interrupted")}
        tallies = {name: Tally(**members[name]) for name in ("tally", "published")}
        return cls(**members | counted | tallies)


@dataclass(slots=True)
class Figures:
    """Kept beside the store, so that a run can be gone on with."""

    next: int = 0
    of: dict[str, Part] = field(default_factory=dict)
    missed: int = 0
    unclear: list[str] = field(default_factory=list)
    checks: int = 0
    ids_in_bytes: int = 0
    ids_looked_for: int = 0
    ids_of_control: int = 0
    meter_ids: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    seconds_syncing: float = 0.0
    seconds_comparing: float = 0.0
    peak_mebibytes: float = 0.0

    def part(self, provider: str) -> Part:
        return self.of.setdefault(provider, Part())

    @property
    def interrupted(self) -> Counter[str]:
        """What was being done when a sync was interrupted, with whichever provider."""
        return sum((part.interrupted for part in self.of.values()), Counter())

    @property
    def kills(self) -> int:
        return sum(n for aim, n in self.interrupted.items() if aim != Aim.FULL)

    @property
    def full_disks(self) -> int:
        return self.interrupted[Aim.FULL.value]

    @property
    def holds(self) -> bool:
        """Whether nothing at all was wrong."""
        wrong = self.ids_in_bytes or self.unclear
        return not wrong and all(part.holds for part in self.of.values())

    def counts(self) -> dict[str, int]:
        """What is wrong, and how much was compared: all that is not nought."""
        total = Tally()
        for part in self.of.values():
            total.add(part.tally)
            total.add(part.published)
        return {name: n for name, n in total.counts().items() if n}

    def add(self, other: Figures) -> None:
        """What another run compared and found."""
        for name, part in other.of.items():
            self.part(name).tally.add(part.tally)
        self.differences += other.differences

    def save(self, path: Path) -> None:
        members = {each.name: getattr(self, each.name) for each in fields(self)}
        members["of"] = {name: part.as_json() for name, part in self.of.items()}
        path.with_suffix(".new").write_text(json.dumps(members), encoding="utf-8")
        path.with_suffix(".new").replace(path)

    @classmethod
    def load(cls, path: Path) -> Figures:
        if not path.exists():
            return cls()
        members = json.loads(path.read_text(encoding="utf-8"))
        for name in ("injected", "calls"):
            members[name] = Counter(members[name])
        of = {name: Part.from_json(part) for name, part in members["of"].items()}
        return cls(**members | {"of": of})
