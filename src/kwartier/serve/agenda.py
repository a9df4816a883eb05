"""What to do next, and when: a value that each round of the service replaces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from kwartier.serve.clock import Moment
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
    """When the next of each task is due: the sync by the clock, fetch and poll once it was waited
    for so long. Before ``not_before`` was waited for none is tried (after failures).
    """

    schedule: Schedule
    seed: str
    as_of: datetime
    sync_at: datetime
    poll_at: timedelta
    not_before: timedelta
    fetch_at: timedelta | None = None

    @classmethod
    def at_start(cls, schedule: Schedule, seed: str, now: Moment) -> Self:
        """The service begins with a sync: whatever happened while it was away is made up for."""
        return cls(
            schedule=schedule,
            seed=seed,
            as_of=now.at,
            sync_at=now.at,
            poll_at=now.waited,
            not_before=now.waited,
        )

    def next_in(self, now: Moment) -> timedelta:
        """How long it takes until there is something to do, if the clock goes."""
        soonest = min(pause for pause, _ in self._tasks(now))
        return max(soonest, self.not_before - now.waited)

    def due(self, now: Moment) -> Task | None:
        """What is to be done now: the largest of the tasks that are due."""
        if now.waited < self.not_before:
            return None
        return next((task for pause, task in self._tasks(now) if pause <= timedelta()), None)

    def _tasks(self, now: Moment) -> list[tuple[timedelta, Task]]:
        """How long it is until each."""
        pauses = [(self.sync_at - now.at, Task.SYNC)]
        if self.fetch_at is not None:
            pauses.append((self.fetch_at - now.waited, Task.FETCH))
        return [*pauses, (self.poll_at - now.waited, Task.POLL)]

    def seen(self, now: Moment) -> Self:
        """As it is when the clock shows ``now``: begun anew if it was set back."""
        if now.at < self.as_of - _CLOCK_SET_BACK:
            return self.at_start(self.schedule, self.seed, now)
        return replace(self, as_of=max(now.at, self.as_of))

    def done(self, task: Task, now: Moment) -> Self:
        """After ``task``, which includes the smaller ones, came to an end."""
        poll_at = now.waited + self.schedule.poll_pause(now.at, self.seed)
        after = replace(self, poll_at=poll_at, not_before=now.waited)
        if task is not Task.POLL:
            after = replace(after, fetch_at=None)
        if task is Task.SYNC:
            after = replace(after, sync_at=self.schedule.next_sync(now.at, self.seed))
        return after

    def with_fetch(self, now: Moment, pause: timedelta = timedelta()) -> Self:
        """With a fetch after a ``pause`` or sooner."""
        at = now.waited + pause
        return replace(self, fetch_at=at if self.fetch_at is None else min(at, self.fetch_at))

    def paused(self, now: Moment, pause: timedelta) -> Self:
        """After nothing could be done: the same is tried again, but only after a ``pause``."""
        return replace(self, not_before=now.waited + pause)
