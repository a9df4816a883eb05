"""The unattended form: one loop that polls mandates, syncs, tells others, and keeps at it."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kwartier.errors import ConfigurationError, InputError, KwartierError
from kwartier.fluvius import AuthenticationError
from kwartier.serve.aftermath import Aftermath
from kwartier.serve.agenda import Agenda, Task
from kwartier.serve.clock import ServiceClock
from kwartier.serve.contact import Contact
from kwartier.serve.logs import say
from kwartier.serve.metrics import Metrics
from kwartier.serve.observed import ObservedSource
from kwartier.serve.outage import Outage, pause_after
from kwartier.serve.policies import Policies, Receivers
from kwartier.serve.standing import opened_by, permitted_by
from kwartier.serve.stopping import StoppedError, nap, unless_stopped
from kwartier.store import Store, StoreError
from kwartier.sync import Enforced, Focus, Source, SyncReport, poll_mandates, sync


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
        self.store, self.clock, self.policies, self.metrics = store, clock, policies, metrics
        self.source = ObservedSource(source, metrics)
        self.contact = Contact()
        self.agenda = Agenda.at_start(policies.schedule, seed, clock.now())
        self.aftermath = Aftermath(
            store=store,
            path=path,
            clock=clock,
            policies=policies,
            receivers=receivers,
            metrics=metrics,
        )
        self._outage, self._incomplete = Outage(), Outage()
        self._waiting: set[str] = set()
        metrics.sync_age.set_function(lambda: self._age(self.contact.synced_at))
        metrics.poll_age.set_function(lambda: self._age(self.contact.polled_at))

    def _age(self, at: datetime | None) -> float:
        return Contact.age(at, self.clock.now())

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a commit in hand is finished then.

        Raises what is no :class:`KwartierError`: that is a defect, and the process should end.
        """
        self.contact.synced_at = await asyncio.to_thread(self.store.synced_at)
        await self.aftermath.look()
        while not stop.is_set():
            self.agenda = self.agenda.seen(self.clock.now())
            task = self.agenda.due(self.clock.now())
            if task is None:
                await nap(stop, self.clock.real_seconds_until(self.agenda.next_at))
                continue
            try:
                await self._carry_out(task, stop)
                await self.aftermath.publish()
                await self.aftermath.tell(stop)
                await self.aftermath.look()
            except StoppedError:
                return

    async def _carry_out(self, task: Task, stop: asyncio.Event) -> None:
        try:
            if task is Task.POLL:
                await self._poll(stop)
            else:
                await self._sync(task, stop)
        except InputError as error:
            # A metering point that was to be fetched soon is no longer permitted.
            if task is not Task.FETCH:
                self._failed(task, error)
                return
            self._waiting.clear()
            self.agenda = self.agenda.done(task, self.clock.now())
        except KwartierError as error:
            self._failed(task, error)

    async def _poll(self, stop: asyncio.Event) -> None:
        before = self.aftermath.standing.opened
        polling = poll_mandates(self.store, self.source, self.policies.poll)
        patience = self.policies.settings.stop_within
        known, _ = await unless_stopped(stop, polling, patience=patience)
        self._answered(Task.POLL)
        opened = opened_by(permitted_by(known, self.clock.now()))
        fresh = {point for point, *_ in opened - before}
        say(logging.DEBUG, "mandates_polled", opened=len(fresh))
        if fresh:
            say(logging.INFO, "mandates_opened", metering_points=len(fresh))
            self._waiting |= fresh
            self.agenda = self.agenda.with_fetch(self.clock.now())

    async def _sync(self, task: Task, stop: asyncio.Event) -> None:
        self.source.failed.clear()
        self.aftermath.is_changed = True
        points = frozenset(self._waiting) if task is Task.FETCH else None
        report = await unless_stopped(
            stop,
            sync(
                self.store,
                self.source,
                fetch_policy=self.policies.fetch,
                run_policy=self.policies.run,
                poll_policy=self.policies.poll,
                arrival_policy=self.policies.arrival,
                retention_policy=self.policies.retention,
                focus=Focus(points=points),
                stop=stop,
            ),
            patience=self.policies.settings.stop_within,
        )
        self.metrics.note_report(report)
        _tell_of_retention(report.enforced)
        self._synced(task, report)

    def _synced(self, task: Task, report: SyncReport) -> None:
        fields = _summary(task, report)
        if report.stopped:
            self.metrics.note_task(task, "stopped")
            say(logging.INFO, "sync_stopped", **fields)
            return
        self._answered(task)
        self._waiting = set(self.source.failed)
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


def _tell_of_retention(enforced: Enforced) -> None:
    if enforced.receipts:
        erased = {"values": enforced.values, "metering_points": enforced.points}
        say(logging.INFO, "retracted", receipts=len(enforced.receipts), **erased)
    for former in enforced.former:
        say(logging.INFO, "former_store_deleted", file=str(former))
    if enforced.blocked:
        say(logging.ERROR, "retraction_waits_for_a_person", orders=len(enforced.blocked))


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
