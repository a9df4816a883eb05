"""Gathering what alerts are judged by, keeping which are open, and telling receivers."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kwartier.alerts import (
    AlertSettings,
    Delivery,
    DiskFacts,
    Facts,
    Lookout,
    Receiver,
    StoreFacts,
    judge,
    tell_receivers,
)
from kwartier.alerts.delivery import PATIENCE
from kwartier.office import open_office
from kwartier.office.alerts import AlertKind, KnownAlert, note_alerts
from kwartier.office.runs import latest_runs
from kwartier.serve.noting import EVERYONE, PUBLISH
from kwartier.serve.standing import Standing

_RUNS: Final = 300
_STORE_FILES: Final = ("", ".wal")


def wall() -> datetime:
    """Receivers and certificates live on the wall clock, whatever an emulated one says."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRound:
    """How many alerts are ``open`` of each kind, and what came of telling each receiver."""

    open: Mapping[AlertKind, int]
    deliveries: Sequence[Delivery]


class Alerting:
    """Judges what there is cause for, and tells ``receivers``.

    ``path`` is the store's file, which is filled from ``providers``; the ``lookout`` is over the
    same. ``clock`` tells the time that data goes by. ``patience`` is how long one round waits for
    receivers that failed.
    """

    def __init__(
        self,
        *,
        path: Path,
        providers: Collection[str],
        lookout: Lookout,
        receivers: Sequence[Receiver],
        settings: AlertSettings,
        clock: Callable[[], datetime],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._path, self._providers, self._lookout = path, providers, lookout
        self._receivers, self._settings = receivers, settings
        self._clock, self._patience = clock, patience
        self._office = open_office(path)

    async def round(self, standing: Standing | None) -> AlertRound:
        """Judge by ``standing`` (None: the store cannot be looked at) and all else, keep what is
        open, and tell what is due. Raises :class:`~kwartier.errors.KwartierError`.
        """
        known = await asyncio.to_thread(self.keep, standing)
        done = await tell_receivers(
            self._office, self._receivers, self._settings, now=wall, patience=self._patience
        )
        kinds = Counter(one.alert.kind for one in known if one.is_open)
        return AlertRound(open=kinds, deliveries=done)

    def keep(self, standing: Standing | None) -> list[KnownAlert]:
        """Judge and keep, without telling anybody; all alerts that are known."""
        now = wall()
        judged = judge(self.facts(standing), self._settings, now)
        return note_alerts(self._office, judged.alerts, topics=judged.topics, at=now)

    def facts(self, standing: Standing | None) -> Facts:
        """Everything that alerts are judged by, as it is now."""
        office, as_of = self._office, self._clock()
        return Facts(
            as_of=as_of,
            certificates=self._lookout.certificates(),
            runs={name: latest_runs(office, name, limit=_RUNS) for name in self._providers},
            publishing=latest_runs(office, EVERYONE, PUBLISH, limit=1),
            store=None if standing is None else _store_facts(standing),
            waiting=None if standing is None else self._lookout.waiting(as_of),
            disk=self._disk(),
        )

    def _disk(self) -> DiskFacts:
        usage = shutil.disk_usage(self._path.absolute().parent)
        files = [self._path.with_name(self._path.name + ending) for ending in _STORE_FILES]
        held = sum(one.stat().st_size for one in files if one.exists())
        return DiskFacts(total=usage.total, free=usage.free, store=held)


def _store_facts(standing: Standing) -> StoreFacts:
    return StoreFacts(due=standing.due, overdue=standing.overdue, changes=standing.changes)
