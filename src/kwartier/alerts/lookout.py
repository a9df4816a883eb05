"""What can be judged at any moment, whether a service runs or not: certificates, and what waits."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from kwartier.alerts.facts import CertificateFact, Facts, WaitingFacts
from kwartier.alerts.judge import Judgement, judge
from kwartier.alerts.settings import AlertSettings
from kwartier.certificates import load_certificate
from kwartier.errors import ConfigurationError
from kwartier.office import Office
from kwartier.office.runs import Run, latest_runs
from kwartier.retention import RetentionPolicy
from kwartier.store import Store, StoreError
from kwartier.sync import review
from kwartier.vocabulary.provider import PROVIDERS

Certificates = Mapping[str, Mapping[str, Path] | None]
"""The files that each provider is signed in to with, by name; None: its settings cannot be read."""
_LOOKED_AT: Final = 50
_TASKS: Final = ("sync", "fetch")
_COUNTED: Final = "blocked"


class Lookout:
    """Looks at the files of ``certificates`` (nobody named: not known), and at what of ``store``
    waits for a person: as the last sync that the ``office`` knows of counted it, and counted by
    ``retention`` where none did, or where somebody has decided since.
    """

    def __init__(
        self,
        *,
        store: Store,
        office: Office,
        certificates: Certificates | None = None,
        settings: AlertSettings | None = None,
        retention: RetentionPolicy | None = None,
    ) -> None:
        self._store, self._office = store, office
        self._certificates = certificates or {}
        self._settings = settings or AlertSettings()
        self._retention = retention or RetentionPolicy()
        self._counted: tuple[Hashable, WaitingFacts] | None = None

    def judge(self, as_of: datetime, now: datetime) -> Judgement:
        """What there is cause for, by the rules that alerts go by: ``as_of`` is the time that data
        goes by, ``now`` the real one.
        """
        facts = Facts(as_of=as_of, certificates=self.certificates(), waiting=self.waiting(as_of))
        return judge(facts, self._settings, now)

    def certificates(self) -> list[CertificateFact] | None:
        """How long each of them lasts; None where it is not known which there are."""
        facts = []
        for provider, paths in self._certificates.items():
            if paths is None:
                return None
            for name, path in paths.items():
                until = _valid_until(path)
                facts.append(CertificateFact(provider=provider, name=name, valid_until=until))
        return facts if self._certificates else None

    def waiting(self, as_of: datetime) -> WaitingFacts | None:
        """How much waits for a person; None where the store cannot be looked at."""
        told = self._last_told()
        if told is not None:
            counted = WaitingFacts(blocked=told.counts[_COUNTED], holds=told.counts["holds"])
            if not counted.blocked and not counted.holds:
                return counted
        try:
            with self._store.snapshot() as moment:
                decisions = moment.decisions()
                if told is not None and all(one.decided_at < told.started_at for one in decisions):
                    return counted
                return self._count(moment, as_of, told, decided=len(decisions))
        except StoreError:
            return None

    def _last_told(self) -> Run | None:
        """The last run that counted what waits."""
        runs = [
            run
            for task in _TASKS
            for run in latest_runs(self._office, task=task, limit=_LOOKED_AT)
            if _COUNTED in run.counts
        ]
        return max(runs, key=lambda run: run.run_id or 0, default=None)

    def _count(
        self, moment: Store, as_of: datetime, told: Run | None, *, decided: int
    ) -> WaitingFacts:
        """Counted once, as long as nothing is listed, synced or decided."""
        listed = tuple(moment.listed(provider).latest for provider in PROVIDERS)
        state = (told and told.run_id, decided, listed)
        if self._counted is None or self._counted[0] != state:
            seen = review(moment, now=as_of, policy=self._retention)
            holds = sum(one.decision is None for one in seen.holds)
            self._counted = state, WaitingFacts(blocked=len(seen.blocked), holds=holds)
        return self._counted[1]


def _valid_until(path: Path) -> datetime | None:
    try:
        return load_certificate(path).valid_until
    except ConfigurationError:
        return None
