"""How many pages of usages a perfect planner would ask Eneco for, where nothing fails.

Worked out from the story alone: a page tells 24 hours, and the newest ends with the newest hour
that has come. A planner that knows beforehand what is never going to come asks

- for time that is permitted for the first time once;
- on every later sync once more for what lies ``REREAD`` before the end of what it asked for last:
  by no other means can it know what was corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from kwartier.emulator.eneco.data_owners import DataOwner
from kwartier.emulator.eneco.happenings import happenings
from kwartier.emulator.eneco.hours import newest_end
from kwartier.emulator.events.event import Event, EventKind
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import day_start
from truth.story import OWNERS, REREAD, Consent, Deed, Happen, Story, Withdraw, last_day

_PAGE: Final = timedelta(hours=24)
_HOUR: Final = 3_600
_SEED: Final = 1


@dataclass(slots=True)
class _Owner:
    person: DataOwner
    contracts: list[tuple[date, date]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    settled: list[Interval] = field(default_factory=list)

    def learn(self, deed: Deed, now: datetime) -> None:
        if isinstance(deed, Consent):
            self.contracts = [one for one in self.contracts if not _stands(one, now)]
            self.contracts.append((deed.start, deed.end))
        elif isinstance(deed, Withdraw):
            self.contracts = []
        elif isinstance(deed, Happen):
            self._happen(deed, now)

    def _happen(self, deed: Happen, now: datetime) -> None:
        self.events.append(
            Event(
                kind=EventKind(deed.kind),
                effective=deed.effective or now,
                recorded_at=now,
                until=deed.until,
                days=deed.days,
            )
        )
        if (last := last_day(deed)) is not None:
            self.contracts = [(start, min(end, last)) for start, end in self.contracts]

    def due(self, now: datetime) -> int:
        """The pages of one sync."""
        bounds = [Interval(*_period(one)) for one in self.contracts if _stands(one, now)]
        permitted = union(intersect(bounds, [Interval(bounds[0].start, now)]) if bounds else [])
        again = [
            Interval(max(stretch.start, done[-1].end - REREAD), stretch.end)
            for stretch in permitted
            if (done := intersect([stretch], self.settled))
        ]
        wanted = union([*again, *subtract(permitted, self.settled)])
        self.settled = union([*self.settled, *permitted])
        return sum(self._pages(stretch, now) for stretch in wanted)

    def _pages(self, stretch: Interval, now: datetime) -> int:
        asked_at = now.timestamp()
        happened = happenings(self.events, asked_at)
        newest = newest_end(self.person, _SEED, asked_at=asked_at, happened=happened)
        end = datetime.fromtimestamp((newest or 0) * _HOUR, UTC)
        start = max(stretch.start, day_start(self.person.first_day, HEAT))
        return max(1, -(-(min(stretch.end, end) - start) // _PAGE))


def fewest_pages(story: Story) -> int:
    """The number for the whole story, of Eneco."""
    return sum(
        _of_owner(_Owner(person), story) for person in OWNERS if person.id in set(story.owners)
    )


def _of_owner(owner: _Owner, story: Story) -> int:
    total = 0
    for number, now in enumerate(story.moments):
        for deed in _about(owner.person.id, story.deeds.get(number, ())):
            owner.learn(deed, now)
        total += owner.due(now)
    return total


def _about(owner: str, deeds: Sequence[Deed]) -> Iterable[Deed]:
    return (deed for deed in deeds if getattr(deed, "owner", None) == owner)


def _period(contract: tuple[date, date]) -> tuple[datetime, datetime]:
    return day_start(contract[0], HEAT), day_start(contract[1], HEAT)


def _stands(contract: tuple[date, date], now: datetime) -> bool:
    start, end = _period(contract)
    return start <= now < end
