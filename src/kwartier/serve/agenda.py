"""What to do next, and when: a value that each round of the service replaces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from kwartier.serve.schedule import Schedule

_CLOCK_SET_BACK: Final = timedelta(minutes=10)


class Task(StrEnum):
    """A sync polls, too, and then asks for whatever is due; a fetch does so for the metering
    points that cannot wait until then.
    """

    SYNC = "sync"
    FETCH = "fetch"
    POLL = "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """When the next of each task is due, and the instant before which none is tried (after
    failures).
    """

    schedule: Schedule
    seed: str
    as_of: datetime
    sync_at: datetime
    poll_at: datetime
    not_before: datetime
    fetch_at: datetime | None = None

    @classmethod
    def at_start(cls, schedule: Schedule, seed: str, now: datetime) -> Self:
        """The service begins with a sync: whatever happened while it was away is made up for."""
        return cls(
            schedule=schedule, seed=seed, as_of=now, sync_at=now, poll_at=now, not_before=now
        )

    @property
    def next_at(self) -> datetime:
        """When there is something to do."""
        return max(self.not_before, min(at for at, _ in self._tasks()))

    def due(self, now: datetime) -> Task | None:
        """What is to be done at ``now``: the largest of the tasks that are due."""
        if now < self.not_before:
            return None
        return next((task for at, task in self._tasks() if at <= now), None)

    def _tasks(self) -> list[tuple[datetime, Task]]:
        times = ((self.sync_at, Task.SYNC), (self.fetch_at, Task.FETCH), (self.poll_at, Task.POLL))
        return [(at, task) for at, task in times if at is not None]

    def seen(self, now: datetime) -> Self:
        """As it is when the clock shows ``now``: begun anew if it was set back."""
        if now < self.as_of - _CLOCK_SET_BACK:
            return self.at_start(self.schedule, self.seed, now)
        return replace(self, as_of=max(now, self.as_of))

    def done(self, task: Task, now: datetime) -> Self:
        """After ``task``, which includes the smaller ones, came to an end."""
        after = replace(self, poll_at=self.schedule.next_poll(now, self.seed), not_before=now)
        if task is not Task.POLL:
            after = replace(after, fetch_at=None)
        if task is Task.SYNC:
            after = replace(after, sync_at=self.schedule.next_sync(now, self.seed))
        return after

    def with_fetch(self, at: datetime) -> Self:
        """With a fetch at ``at`` or sooner."""
        return replace(self, fetch_at=min(at, self.fetch_at or at))

    def paused(self, until: datetime) -> Self:
        """After nothing could be done: the same is tried again, but not before ``until``."""
        return replace(self, not_before=until)
