"""Gathering what alerts are judged by, keeping which are open, and telling receivers."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kwartier.alerts import (
    AlertSettings,
    CertificateFact,
    Delivery,
    DiskFacts,
    Facts,
    Receiver,
    StoreFacts,
    judge,
    tell_receivers,
)
from kwartier.alerts.delivery import PATIENCE
from kwartier.certificates import load_certificate
from kwartier.errors import ConfigurationError
from kwartier.office import open_office
from kwartier.office.alerts import AlertKind, KnownAlert, note_alerts
from kwartier.office.runs import Run, latest_runs
from kwartier.retention import RetentionPolicy
from kwartier.serve.noting import EVERYONE, PUBLISH
from kwartier.serve.standing import Standing
from kwartier.store import Store
from kwartier.sync import review

_RUNS: Final = 300
_STORE_FILES: Final = ("", ".wal")
_WAITING: Final = "blocked"


def wall() -> datetime:
    """Receivers and certificates live on the wall clock, whatever an emulated one says."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a person; None where no sync has told."""

    blocked: int | None = None
    holds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRound:
    """How many alerts are ``open`` of each kind, and what came of telling each receiver."""

    open: Mapping[AlertKind, int]
    deliveries: Sequence[Delivery]


class Alerting:
    """Judges what there is cause for, and tells ``receivers``.

    ``certificates`` are the files of each provider that is asked, by name (None: not known);
    ``clock`` tells the time
    that data goes by. ``patience`` is how long one round waits for receivers that failed.
    """

    def __init__(
        self,
        *,
        store: Store,
        path: Path,
        certificates: Mapping[str, Mapping[str, Path] | None],
        receivers: Sequence[Receiver],
        settings: AlertSettings,
        retention: RetentionPolicy,
        clock: Callable[[], datetime],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._store, self._path, self._certificates = store, path, certificates
        self._receivers, self._settings = receivers, settings
        self._retention, self._clock, self._patience = retention, clock, patience
        self._office = open_office(path)
        self._counted: tuple[tuple[int | None, int], Waiting] | None = None

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
        office = self._office
        runs = {name: latest_runs(office, name, limit=_RUNS) for name in self._certificates}
        return Facts(
            as_of=self._clock(),
            certificates=self._certificate_facts(),
            runs=runs,
            publishing=latest_runs(office, EVERYONE, PUBLISH, limit=1),
            store=None if standing is None else self._store_facts(standing, runs),
            disk=self._disk(),
        )

    def _certificate_facts(self) -> list[CertificateFact] | None:
        facts = []
        for provider, paths in self._certificates.items():
            if paths is None:
                return None
            for name, path in paths.items():
                until = _valid_until(path)
                facts.append(CertificateFact(provider=provider, name=name, valid_until=until))
        return facts

    def _store_facts(self, standing: Standing, runs: Mapping[str, Sequence[Run]]) -> StoreFacts:
        every = (run for latest in runs.values() for run in latest if _WAITING in run.counts)
        waiting = self._waiting(max(every, key=lambda run: run.run_id or 0, default=None))
        return StoreFacts(
            due=standing.due,
            overdue=standing.overdue,
            changes=standing.changes,
            blocked=waiting.blocked,
            holds=waiting.holds,
        )

    def _waiting(self, told: Run | None) -> Waiting:
        """What the last sync counted, and counted anew where somebody has decided since."""
        if told is None:
            return Waiting()
        counted = Waiting(told.counts["blocked"], told.counts["holds"])
        if not counted.blocked and not counted.holds:
            return counted
        decisions = self._store.decisions()
        if all(one.decided_at < told.started_at for one in decisions):
            return counted
        state = told.run_id, len(decisions)
        if self._counted is None or self._counted[0] != state:
            seen = review(self._store, now=self._clock(), policy=self._retention)
            holds = sum(one.decision is None for one in seen.holds)
            self._counted = state, Waiting(len(seen.blocked), holds)
        return self._counted[1]

    def _disk(self) -> DiskFacts:
        usage = shutil.disk_usage(self._path.absolute().parent)
        files = [self._path.with_name(self._path.name + ending) for ending in _STORE_FILES]
        held = sum(one.stat().st_size for one in files if one.exists())
        return DiskFacts(total=usage.total, free=usage.free, store=held)


def _valid_until(path: Path) -> datetime | None:
    try:
        return load_certificate(path).valid_until
    except ConfigurationError:
        return None
