"""Keeping a store up to date with one provider: poll mandates, sync, live through its outages."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from kwartier import eneco, fluvius
from kwartier.errors import ConfigurationError, InputError, KwartierError
from kwartier.serve.aftermath import Aftermath
from kwartier.serve.agenda import Agenda, Task
from kwartier.serve.clock import ServiceClock
from kwartier.serve.contact import Contact
from kwartier.serve.logs import say
from kwartier.serve.metrics import Metrics
from kwartier.serve.noting import Noted, RunBook
from kwartier.serve.observed import ObservedSource
from kwartier.serve.outage import Outage, pause_after
from kwartier.serve.policies import Policies
from kwartier.serve.standing import opened_by, permitted_by
from kwartier.serve.stopping import StoppedError, nap, unless_stopped
from kwartier.serve.summary import summary, tell_of_retention
from kwartier.store import Store, StoreError
from kwartier.sync import Focus, Source, SyncReport, poll_mandates, sync

_REFUSED: Final = (
    fluvius.AuthenticationError,
    eneco.AuthenticationError,
    ConfigurationError,
)


class Upkeep:
    """Keeps ``store`` up to date with ``source`` until it is stopped.

    Only its work on the store takes the ``turn`` that all providers share, and what follows each
    task: requests of one go on while another is down or slow. ``seed`` tells this installation
    from others: its jitter follows from it.
    """

    def __init__(
        self,
        *,
        store: Store,
        source: Source,
        clock: ServiceClock,
        policies: Policies,
        metrics: Metrics,
        runs: RunBook,
        aftermath: Aftermath,
        turn: asyncio.Lock,
        seed: str,
    ) -> None:
        self.provider = source.provider
        self.store, self.clock, self.policies, self.metrics = store, clock, policies, metrics
        self.runs = runs
        self.source = ObservedSource(source, metrics)
        self.aftermath, self.turn = aftermath, turn
        self.contact = Contact()
        self.agenda = Agenda.at_start(policies.schedule, seed, clock.moment())
        self._outage, self._incomplete = Outage(), Outage()
        self._waiting: set[str] = set()
        self._asked: set[str] = set()
        self._woken = asyncio.Event()
        metrics.watch_provider(
            self.provider,
            sync_age=lambda: self._age(self.contact.synced_at),
            poll_age=lambda: self._age(self.contact.polled_at),
        )

    def _age(self, at: datetime | None) -> float:
        return Contact.age(at, self.clock.now())

    def _say(self, level: int, event: str, **fields: Any) -> None:
        say(level, event, provider=self.provider, **fields)

    async def remember(self) -> None:
        """Learn from the store when the last sync was."""
        self.contact.synced_at = await asyncio.to_thread(self.store.synced_at, self.provider)

    def ask_soon(self, metering_points: Collection[str]) -> None:
        """Fetch all that is permitted of these once nothing else is in hand, settled or not; after
        an outage if there is one.
        """
        self._asked.update(metering_points)
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a commit in hand is finished then.

        Raises what is no :class:`KwartierError`: that is a defect, and the process should end.
        """
        while not stop.is_set():
            self._woken.clear()
            now = self.clock.moment()
            self.agenda = self.agenda.seen(now)
            if self._asked:
                self.agenda = self.agenda.with_fetch(now)
            task = self.agenda.due(now)
            if task is None:
                seconds = self.clock.real_seconds(self.agenda.next_in(now))
                await nap(stop, seconds, woken=self._woken)
                continue
            try:
                await self._carry_out(task, stop)
                await self.aftermath.follow(stop)
            except StoppedError:
                return

    async def _carry_out(self, task: Task, stop: asyncio.Event) -> None:
        try:
            async with self.runs.noting_aside(self.provider, task) as noted:
                if task is Task.POLL:
                    await self._poll(stop, noted)
                else:
                    await self._sync(task, stop, noted)
        except InputError as error:
            # A metering point that was to be fetched soon is no longer permitted.
            if task is not Task.FETCH:
                self._failed(task, error)
                return
            (self._asked or self._waiting).clear()
            self.agenda = self.agenda.done(task, self.clock.moment())
            if self._waiting:
                self.agenda = self.agenda.with_fetch(self.clock.moment())
        except KwartierError as error:
            self._failed(task, error)

    async def _poll(self, stop: asyncio.Event, noted: Noted) -> None:
        before = self.aftermath.standing.opened
        polling = poll_mandates(self.store, self.source, self.policies.poll, self.turn)
        patience = self.policies.settings.stop_within
        known, _ = await unless_stopped(stop, polling, patience=patience)
        self._answered(Task.POLL)
        decisions = await asyncio.to_thread(self.store.decisions)
        opened = opened_by(permitted_by(known, decisions, self.clock.now()))
        fresh = {point for point, *_ in opened - before}
        noted.counts = {"mandates": len(known), "opened": len(fresh)}
        self._say(logging.DEBUG, "mandates_polled", opened=len(fresh))
        if fresh:
            self._say(logging.INFO, "mandates_opened", metering_points=len(fresh))
            self._waiting |= fresh
            self.agenda = self.agenda.with_fetch(self.clock.moment())

    async def _sync(self, task: Task, stop: asyncio.Event, noted: Noted) -> None:
        self.source.failed.clear()
        asked = frozenset(self._asked) if task is Task.FETCH else frozenset()
        points = asked or frozenset(self._waiting) if task is Task.FETCH else None
        syncing = sync(
            self.store,
            self.source,
            fetch_policy=self.policies.fetch,
            run_policy=self.policies.run,
            poll_policy=self.policies.poll,
            arrival_policy=self.policies.arrival,
            retention_policy=self.policies.retention,
            focus=Focus(points=points, force=bool(asked)),
            stop=stop,
            turn=self.turn,
            watch=noted.watch,
        )
        try:
            report = await unless_stopped(
                stop, syncing, patience=self.policies.settings.stop_within
            )
        finally:
            self.aftermath.is_changed = True
        noted.watch(report)
        self.metrics.note_report(report)
        tell_of_retention(report.enforced)
        self._synced(task, report, asked)

    def _synced(self, task: Task, report: SyncReport, asked: frozenset[str]) -> None:
        fields = summary(task, report)
        if report.stopped:
            self.metrics.note_task(self.provider, task, "stopped")
            self._say(logging.INFO, "sync_stopped", **fields)
            return
        self._answered(task)
        self._asked -= asked
        others = self._waiting - asked if asked else set()
        self._waiting = others | self.source.failed
        if others:
            self.agenda = self.agenda.with_fetch(self.clock.moment())
        self.metrics.failing.labels(self.provider).set(len(self.source.failed))
        self.metrics.sync_seconds.labels(self.provider).set(report.seconds)
        if task is Task.SYNC and len(self.source.failed) < max(1, report.points):
            self.contact.synced_at = self.clock.now()
        if self.source.failed:
            self._ask_again(fields)
            return
        self._incomplete.end()
        self._say(logging.INFO, f"{task}_finished", **fields)

    def _ask_again(self, fields: dict[str, Any]) -> None:
        """Some requests failed although others went well: they are tried again before long."""
        now = self.clock.moment()
        is_news = self._incomplete.fail("requests", now)
        pause = self._pause(self._incomplete.failures)
        self.agenda = self.agenda.with_fetch(now, pause)
        again = {"again_after_seconds": pause.total_seconds()}
        level = logging.WARNING if is_news else logging.DEBUG
        self._say(level, "sync_incomplete", **fields, **again)

    def _answered(self, task: Task) -> None:
        """The provider answered and accepted us: nothing of the outage is left."""
        now = self.clock.moment()
        self.agenda = self.agenda.done(task, now)
        self.contact.polled_at, self.contact.accepted, self.contact.error = now.at, True, None
        self.metrics.note_task(self.provider, task, "done")
        self.metrics.up.labels(self.provider).set(1)
        self.metrics.consecutive_failures.labels(self.provider).set(0)
        ended = self._outage.end()
        if ended is not None:
            since, failures = ended
            self._say(
                logging.INFO,
                "provider_back",
                since=since.at,
                seconds=(now.waited - since.waited).total_seconds(),
                failures=failures,
            )

    def _failed(self, task: Task, error: KwartierError) -> None:
        """Nothing could be done: say so once, and try again after a pause that grows."""
        now = self.clock.moment()
        is_news = self._outage.fail(type(error).__name__, now)
        pause = self._pause(self._outage.failures)
        self.agenda = self.agenda.paused(now, pause)
        self.contact.error = str(error)
        if isinstance(error, _REFUSED):
            self.contact.accepted = False
        if not isinstance(error, StoreError):
            self.metrics.up.labels(self.provider).set(0)
        self.metrics.note_task(self.provider, task, "failed")
        self.metrics.consecutive_failures.labels(self.provider).set(self._outage.failures)
        self._say(
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
