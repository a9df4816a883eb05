"""The unattended form: one loop that polls mandates, syncs, tells others, and keeps at it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from kwartier.analysis import ArrivalPolicy
from kwartier.errors import ConfigurationError, KwartierError
from kwartier.events import Webhook, tell
from kwartier.events.outbox import DeliveryPolicy
from kwartier.fluvius import AuthenticationError
from kwartier.serve.agenda import Agenda, Task
from kwartier.serve.clock import ServiceClock
from kwartier.serve.contact import Contact
from kwartier.serve.logs import say
from kwartier.serve.metrics import Metrics
from kwartier.serve.observed import ObservedSource
from kwartier.serve.outage import Outage, pause_after
from kwartier.serve.schedule import Schedule
from kwartier.serve.settings import ServiceSettings
from kwartier.serve.standing import Standing, look_at
from kwartier.store import Store, StoreError
from kwartier.sync import (
    FetchPolicy,
    PollPolicy,
    RunPolicy,
    Source,
    SyncReport,
    poll_mandates,
    sync,
)

T = TypeVar("T")

_STORE_FILES: Final = ("", ".wal")


class StoppedError(Exception):
    """A stop was wanted while a task was under way."""


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """Who is told of changes of mandates."""

    file: Path | None = None
    webhook: Webhook | None = None
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)


@dataclass(frozen=True, kw_only=True)
class Policies:
    """How the service goes about it."""

    settings: ServiceSettings = field(default_factory=ServiceSettings)
    schedule: Schedule = field(default_factory=Schedule)
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    run: RunPolicy = field(default_factory=RunPolicy)
    poll: PollPolicy = field(default_factory=PollPolicy)
    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)


class Service:
    """Keeps ``store``, the file at ``path``, up to date with ``source`` until it is stopped.

    ``seed`` tells this installation from others: its jitter follows from it.
    """

    def __init__(
        self,
        *,
        store: Store,
        path: Path,
        source: Source,
        clock: ServiceClock,
        policies: Policies,
        receivers: Receivers,
        metrics: Metrics,
        seed: str,
    ) -> None:
        self.store, self.path, self.clock = store, path, clock
        self.policies, self.receivers, self.metrics = policies, receivers, metrics
        self.source = ObservedSource(source, metrics)
        self.contact = Contact()
        self.agenda = Agenda.at_start(policies.schedule, seed, clock.now())
        self._outage, self._incomplete = Outage(), Outage()
        self._standing = Standing(at=clock.now())
        metrics.sync_age.set_function(lambda: self._age(self.contact.synced_at))
        metrics.poll_age.set_function(lambda: self._age(self.contact.polled_at))

    def _age(self, at: datetime | None) -> float:
        return Contact.age(at, self.clock.now())

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a commit in hand is finished then.

        Raises what is no :class:`KwartierError`: that is a defect, and the process should end.
        """
        self.contact.synced_at = await asyncio.to_thread(self.store.synced_at)
        await self._look()
        while not stop.is_set():
            self.agenda = self.agenda.seen(self.clock.now())
            task = self.agenda.due(self.clock.now())
            if task is None:
                await _nap(stop, self.clock.real_seconds_until(self.agenda.next_at))
                continue
            try:
                await self._carry_out(task, stop)
                await self._tell(stop)
                await self._look()
            except StoppedError:
                return

    async def _carry_out(self, task: Task, stop: asyncio.Event) -> None:
        try:
            if task is Task.POLL:
                await self._poll(stop)
            else:
                await self._sync(task, stop)
        except KwartierError as error:
            self._failed(task, error)

    async def _poll(self, stop: asyncio.Event) -> None:
        before = self._standing.opened
        policy = self.policies.poll
        await self._unless(stop, poll_mandates(self.store, self.source, policy))
        self._answered(Task.POLL)
        await self._look()
        fresh = {point for point, *_ in self._standing.opened - before}
        say(logging.DEBUG, "mandates_polled", opened=len(fresh))
        if fresh:
            say(logging.INFO, "mandates_opened", metering_points=len(fresh))
            self.agenda = self.agenda.with_fetch(self.clock.now())

    async def _sync(self, task: Task, stop: asyncio.Event) -> None:
        self.source.failed.clear()
        self.contact.is_syncing = True
        try:
            report = await self._unless(
                stop,
                sync(
                    self.store,
                    self.source,
                    fetch_policy=self.policies.fetch,
                    run_policy=self.policies.run,
                    poll_policy=self.policies.poll,
                    stop=stop,
                ),
            )
        finally:
            self.contact.is_syncing = False
        self.metrics.note_report(report)
        self._synced(task, report)

    def _synced(self, task: Task, report: SyncReport) -> None:
        fields = _summary(task, report)
        if report.stopped:
            self.metrics.note_task(task, "stopped")
            say(logging.INFO, "sync_stopped", **fields)
            return
        self._answered(task)
        self.metrics.failing.set(len(self.source.failed))
        self.metrics.sync_seconds.set(report.seconds)
        if task is Task.SYNC and len(self.source.failed) < max(1, report.points):
            self.contact.synced_at = self.clock.now()
        if self.source.failed:
            self._ask_again(fields)
            return
        self._incomplete.end()
        say(logging.INFO, f"{task}_finished", **fields)

    def _ask_again(self, fields: dict[str, Any]) -> None:
        """Some requests failed although others went well: they are tried again before long."""
        now = self.clock.now()
        is_news = self._incomplete.fail("requests", now)
        pause = self._pause(self._incomplete.failures)
        self.agenda = self.agenda.with_fetch(now + pause)
        again = {"again_after_seconds": pause.total_seconds()}
        say(logging.WARNING if is_news else logging.DEBUG, "sync_incomplete", **fields, **again)

    def _answered(self, task: Task) -> None:
        """The provider answered and accepted us: nothing of the outage is left."""
        now = self.clock.now()
        self.agenda = self.agenda.done(task, now)
        self.contact.polled_at, self.contact.accepted, self.contact.error = now, True, None
        self.metrics.note_task(task, "done")
        self.metrics.up.set(1)
        self.metrics.consecutive_failures.set(0)
        ended = self._outage.end()
        if ended is not None:
            since, failures = ended
            lasted = (now - since).total_seconds()
            say(logging.INFO, "provider_back", since=since, seconds=lasted, failures=failures)

    def _failed(self, task: Task, error: KwartierError) -> None:
        """Nothing could be done: say so once, and try again after a pause that grows."""
        now = self.clock.now()
        is_news = self._outage.fail(type(error).__name__, now)
        pause = self._pause(self._outage.failures)
        self.agenda = self.agenda.paused(now + pause)
        self.contact.error = str(error)
        if isinstance(error, AuthenticationError | ConfigurationError):
            self.contact.accepted = False
        if not isinstance(error, StoreError):
            self.metrics.up.set(0)
        self.metrics.note_task(task, "failed")
        self.metrics.consecutive_failures.set(self._outage.failures)
        say(
            logging.ERROR if is_news else logging.DEBUG,
            f"{task}_failed",
            error=str(error),
            kind=type(error).__name__,
            again_after_seconds=pause.total_seconds(),
        )

    def _pause(self, failures: int) -> timedelta:
        settings = self.policies.settings
        return pause_after(
            failures,
            first=settings.retry_first,
            longest=settings.retry_longest,
            dice=random.random(),  # noqa: S311 - spreads retries, guards nothing
        )

    async def _tell(self, stop: asyncio.Event) -> None:
        """Tell whoever is to be told of what mandates did; what is not taken waits."""
        receivers = self.receivers
        for name, file, webhook in (
            ("file", receivers.file, None),
            ("webhook", None, receivers.webhook),
        ):
            if file is None and webhook is None:
                continue
            target = None if file is None else str(file)
            telling = tell(self.store, file=target, webhook=webhook, policy=receivers.policy)
            try:
                done = await self._unless(stop, telling)
            except KwartierError as error:
                say(logging.WARNING, "events_not_told", receiver=name, error=str(error))
                continue
            self.metrics.events.labels(name).inc(done.taken)
            self.metrics.events_outstanding.labels(name).set(done.left)
            if done.taken or done.left:
                level = logging.WARNING if done.left else logging.INFO
                say(level, "events_told", receiver=name, taken=done.taken, left=done.left)

    async def _look(self) -> None:
        """Hold the store against what should be there, for the metrics."""
        try:
            self._standing = await asyncio.to_thread(
                look_at, self.store, self.clock.now(), self.policies.arrival
            )
        except StoreError as error:
            say(logging.WARNING, "store_not_read", error=str(error))
            return
        self.metrics.note_standing(self._standing)
        files = [self.path.with_name(self.path.name + ending) for ending in _STORE_FILES]
        self.metrics.store_bytes.set(sum(one.stat().st_size for one in files if one.exists()))

    async def _unless(self, stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``; once ``stop`` is set it has a moment to end by itself.

        Raises :class:`StoppedError` if it did not.
        """
        task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                patience = self.policies.settings.stop_within.total_seconds()
                await asyncio.wait({task}, timeout=patience)
        finally:
            task.cancel()  # does nothing to one that is done
            stopping.cancel()
            await asyncio.wait({task})
        if task.cancelled():
            raise StoppedError
        return task.result()


async def _nap(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _summary(task: Task, report: SyncReport) -> dict[str, Any]:
    return {
        "task": task,
        "as_of": report.now,
        "metering_points": report.points,
        "requests": report.fetches,
        "failed": report.failed,
        "inserted": report.inserted,
        "revised": report.revised,
        "removed": report.removed,
        "undecoded": report.undecoded,
        "beyond_consent": report.beyond_consent,
        "seconds": round(report.seconds, 3),
        **({"last_error": report.last_error} if report.last_error else {}),
    }
