"""What follows each round of work: others are told, the dataset is published, the store held
against what is due.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kwartier.errors import KwartierError
from kwartier.events import tell
from kwartier.export import publish
from kwartier.serve.alerting import Alerting
from kwartier.serve.clock import ServiceClock
from kwartier.serve.logs import say
from kwartier.serve.metrics import Metrics
from kwartier.serve.noting import EVERYONE, PUBLISH, RunBook
from kwartier.serve.policies import Policies, Receivers
from kwartier.serve.standing import Standing, look_at
from kwartier.serve.stopping import unless_stopped
from kwartier.store import Store, StoreError

_STORE_FILES: Final = ("", ".wal")


class Aftermath:
    """Follows the work with any provider, one round at a time; ``turn`` is held while the dataset
    is published.

    ``standing`` is how the store stood at the last look; ``is_changed`` whether it may hold
    what is not published yet.
    """

    def __init__(
        self,
        *,
        store: Store,
        path: Path,
        clock: ServiceClock,
        policies: Policies,
        receivers: Receivers,
        metrics: Metrics,
        runs: RunBook,
        alerting: Alerting,
        turn: asyncio.Lock,
    ) -> None:
        self._store, self._path, self._clock = store, path, clock
        self._policies, self._receivers, self._metrics = policies, receivers, metrics
        self._turn, self._alone, self._runs = turn, asyncio.Lock(), runs
        self._alerting = alerting
        self.standing = Standing(at=clock.now())
        self.is_changed = True

    async def follow(self, stop: asyncio.Event) -> None:
        """Publish, tell and look, as far as there is anything to do.

        Raises :class:`~kwartier.serve.stopping.StoppedError` when ``stop`` cuts it short.
        """
        async with self._alone:
            await self._publish()
            await self._tell(stop)
            is_seen = await self.look()
            await self._alert(stop, self.standing if is_seen else None)

    async def _tell(self, stop: asyncio.Event) -> None:
        """Tell whoever is to be told of what mandates did; what is not taken waits."""
        receivers = self._receivers
        for name, file, webhook in (
            ("file", receivers.file, None),
            ("webhook", None, receivers.webhook),
        ):
            if file is None and webhook is None:
                continue
            target = None if file is None else str(file)
            telling = tell(self._store, file=target, webhook=webhook, policy=receivers.policy)
            try:
                done = await unless_stopped(
                    stop, telling, patience=self._policies.settings.stop_within
                )
            except KwartierError as error:
                say(logging.WARNING, "events_not_told", receiver=name, error=str(error))
                continue
            self._metrics.events.labels(name).inc(done.taken)
            self._metrics.events_outstanding.labels(name).set(done.left)
            if done.taken or done.left:
                level = logging.WARNING if done.left else logging.INFO
                say(level, "events_told", receiver=name, taken=done.taken, left=done.left)

    async def _publish(self) -> None:
        """Bring the published dataset up to date, if there is to be one and values came."""
        policy = self._policies.publish
        if policy.folder is None or not self.is_changed:
            return
        try:
            async with self._runs.noting_aside(EVERYONE, PUBLISH) as noted, self._turn:
                self.is_changed = False
                report = await asyncio.to_thread(
                    publish,
                    self._store,
                    policy.folder,
                    wall=datetime.now(UTC),
                    grace=policy.grace,
                    arrival=self._policies.arrival,
                    centigrade=self._policies.centigrade,
                )
                noted.counts = {"months": len(report.written), "values": report.rows}
        except KwartierError as error:
            self.is_changed = True
            say(logging.ERROR, "not_published", error=str(error))
            return
        say(logging.INFO, "published", months=len(report.written), generation=report.generation)

    async def _alert(self, stop: asyncio.Event, standing: Standing | None) -> None:
        """Judge what needs a person, and tell whoever is to be told."""
        patience = self._policies.settings.stop_within
        try:
            done = await unless_stopped(stop, self._alerting.round(standing), patience=patience)
        except KwartierError as error:
            say(logging.WARNING, "alerts_not_told", error=str(error))
            return
        for one in done.deliveries:
            self._metrics.note_delivery(one.kind, taken=one.taken, failed=one.failed)
            if one.taken or one.failed:
                level = logging.WARNING if one.error else logging.INFO
                fields = {"error": one.error} if one.error else {}
                say(level, "alerts_told", receiver=one.kind, taken=one.taken, **fields)
        self._metrics.note_alerts(done.open)

    async def look(self) -> bool:
        """Hold the store against what should be there, for the metrics; whether that could be."""
        try:
            self.standing = await asyncio.to_thread(
                look_at, self._store, self._clock.now(), self._policies.arrival
            )
        except StoreError as error:
            say(logging.WARNING, "store_not_read", error=str(error))
            return False
        self._metrics.note_standing(self.standing)
        files = [self._path.with_name(self._path.name + ending) for ending in _STORE_FILES]
        self._metrics.store_bytes.set(sum(one.stat().st_size for one in files if one.exists()))
        return True
