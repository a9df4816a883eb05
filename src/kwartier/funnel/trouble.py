"""What keeps the provider's own runs from their work now: it explains what customers lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Final

from kwartier.funnel.causes import Cause, Finding, finding
from kwartier.office import Office
from kwartier.office import runs as office_runs
from kwartier.office.runs import Run, RunOutcome, latest_runs
from kwartier.vocabulary.provider import PROVIDERS

TASKS: Final = ("poll", "sync")
_LOOKED_AT: Final = 200
_CAUSES: Final = {
    office_runs.Trouble.CREDENTIALS: Cause.CREDENTIALS,
    office_runs.Trouble.OUTAGE: Cause.OUTAGE,
    office_runs.Trouble.RATE_LIMIT: Cause.RATE_LIMIT,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """The runs of ``provider`` have not done their work since ``since``, for this ``cause``."""

    provider: str
    cause: Cause
    since: datetime

    def finding(self) -> Finding:
        """In words."""
        return finding(self.cause, provider=self.provider, since=self.since, moment=self.since)


def troubles(office: Office) -> list[Trouble]:
    """What ails the last runs of each provider, one for each cause."""
    return [
        trouble
        for provider in PROVIDERS
        for trouble in _of_one(
            provider, (latest_runs(office, provider, task, limit=_LOOKED_AT) for task in TASKS)
        )
    ]


def _of_one(provider: str, tasks: Iterable[Sequence[Run]]) -> Iterator[Trouble]:
    found: dict[Cause, datetime] = {}
    for runs in tasks:
        failing = list(takewhile(lambda run: _cause(run) is not None, runs))
        if failing and (cause := _cause(failing[0])) is not None:
            since = failing[-1].started_at
            found[cause] = min(since, found.get(cause, since))
    for cause, since in found.items():
        yield Trouble(provider, cause, since)


def _cause(run: Run) -> Cause | None:
    """Why the run did not do its work, or not all of it; None if it did, or was asked to end."""
    if run.outcome in (RunOutcome.DONE, RunOutcome.STOPPED) or run.trouble is None:
        return None
    return _CAUSES.get(run.trouble, Cause.RUN_FAILED)
