"""Delivering events to a webhook: in order for each mandate, until they are taken."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from kwartier.events.attempt import Failure, hand_over
from kwartier.events.message import Event
from kwartier.events.webhook import Webhook
from kwartier.store import Attempt, Outstanding, Store
from kwartier.transport import AsyncDriver
from kwartier.vocabulary.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPolicy:
    """``at_once`` events of different mandates are sent at the same time; a reply is awaited for
    ``timeout`` seconds. Where all that is left must be repeated later, one run waits for up to
    ``patience`` in all; it ends after ``give_up_after`` rounds of which nothing was taken, and
    begins no round after ``longest``: what a new receiver of a long ledger is told, several runs
    tell.
    """

    at_once: Annotated[
        int,
        Setting(about="events of different mandates sent at once", at_least=1, at_most=100),
    ] = 16
    timeout: Annotated[
        float, Setting(about="seconds that a reply is awaited", at_least=1, at_most=300)
    ] = 20.0
    patience: Annotated[
        timedelta,
        Setting(about="how long one run waits until what was refused may be sent again"),
    ] = timedelta(seconds=15)
    give_up_after: Annotated[
        int, Setting(about="rounds of which nothing was taken that end a run", at_least=1)
    ] = 3
    longest: Annotated[
        timedelta, Setting(about="how long one run sends; what is left is for the next")
    ] = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What one run did: events ``taken``, and ``left`` for the next; the last ``error``."""

    taken: int = 0
    left: int = 0
    error: str | None = None


async def deliver(
    store: Store,
    events: Sequence[Event],
    webhook: Webhook,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    policy: DeliveryPolicy | None = None,
) -> Deliveries:
    """Send those of ``events``, which are all there are, that ``webhook`` has not taken and that
    are due; ``now`` tells the real time.

    Taken is what is answered with a 2xx status. A mandate's next event is sent only once the one
    before was taken. An event that was not taken is due again after a pause that grows with each
    attempt, in this run or a later one. How it went is stored after each round, so that a crash
    repeats a round at most.
    """
    outstanding = await asyncio.to_thread(store.outstanding, webhook.sink)
    driver = AsyncDriver(timeout=(policy or DeliveryPolicy()).timeout)
    try:
        run = _Run(store, events, outstanding, webhook, driver, now, policy or DeliveryPolicy())
        return await run.carry_out(sleep)
    finally:
        await driver.aclose()


class _Run:
    def __init__(
        self,
        store: Store,
        events: Sequence[Event],
        outstanding: Sequence[Outstanding],
        webhook: Webhook,
        driver: AsyncDriver,
        now: Callable[[], datetime],
        policy: DeliveryPolicy,
    ) -> None:
        self.store, self.webhook, self.driver = store, webhook, driver
        self.now, self.policy = now, policy
        self.events: Mapping[int, Event] = {event.entry.entry_id: event for event in events}
        self.queues: dict[int, deque[Outstanding]] = {}
        for one in outstanding:
            if one.entry.entry_id in self.events:  # else it came after the events were read
                queue = self.queues.setdefault(one.entry.change.mandate_id, deque())
                queue.append(one)
        self.taken = 0
        self.error: str | None = None
        self.is_gone = False

    async def carry_out(self, sleep: Callable[[float], Awaitable[None]]) -> Deliveries:
        patience, in_vain = self.policy.patience, 0
        end = self.now() + self.policy.longest
        while self.queues and in_vain < self.policy.give_up_after and not self.is_gone:
            if self.now() >= end:
                break
            round_ = self._due()
            if round_:
                in_vain = 0 if await self._send(round_) else in_vain + 1
                continue
            pause = self._until_next()
            patience -= pause
            if patience < timedelta():
                break
            await sleep(pause.total_seconds())
        left = sum(map(len, self.queues.values()))
        return Deliveries(taken=self.taken, left=left, error=self.error if left else None)

    def _due(self) -> list[Outstanding]:
        """The mandates' next events that may be sent now, the oldest first."""
        now = self.now()
        heads = (queue[0] for queue in self.queues.values())
        due = [head for head in heads if head.due_at is None or head.due_at <= now]
        return sorted(due, key=lambda one: one.entry.entry_id)[: self.policy.at_once]

    def _until_next(self) -> timedelta:
        moments = [queue[0].due_at for queue in self.queues.values()]
        return min(moment for moment in moments if moment is not None) - self.now()

    async def _send(self, round_: Sequence[Outstanding]) -> int:
        """Send each, keep how it went, and return how many were taken."""
        failures = await asyncio.gather(*map(self._attempt, round_))
        now = self.now()  # one for all, so that what failed together is due together
        attempts = [
            Attempt(
                entry_id=one.entry.entry_id,
                attempts=one.attempts + 1,
                tried_at=now,
                due_at=now + failure.pause if failure else None,
                error=failure.error if failure else None,
            )
            for one, failure in zip(round_, failures, strict=True)
        ]
        await asyncio.to_thread(self.store.note_attempts, self.webhook.sink, attempts)
        for one, attempt in zip(round_, attempts, strict=True):
            queue = self.queues[one.entry.change.mandate_id]
            if attempt.due_at is not None:
                queue[0] = replace(one, attempts=attempt.attempts, due_at=attempt.due_at)
                self.error = attempt.error
                continue
            queue.popleft()
            if not queue:
                del self.queues[one.entry.change.mandate_id]
        taken = sum(attempt.due_at is None for attempt in attempts)
        self.taken += taken
        return taken

    async def _attempt(self, one: Outstanding) -> Failure | None:
        """Send one event; None if it was taken."""
        call = self.webhook.call(self.events[one.entry.entry_id], self.now())
        failure = await hand_over(self.driver, call, number=one.attempts + 1)
        self.is_gone |= failure is not None and failure.is_gone
        return failure
