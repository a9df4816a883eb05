"""What keeps the provider's own runs from their work now: it explains what customers lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Final

from kwartier.funnel.causes import Cause, Finding, finding
from kwartier.office import Office
from kwartier.office import runs as office_runs
from kwartier.office.runs import Run, RunOutcome, latest_runs
from kwartier.vocabulary.fetch import Outcome
from kwartier.vocabulary.provider import PROVIDERS

_AT_ONCE: Final = 200
_GAVE_UP: Final = "ProviderDownError"
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
    return [trouble for provider in PROVIDERS for trouble in _of_one(office, provider)]


def _of_one(office: Office, provider: str) -> Iterator[Trouble]:
    """A sync lists the mandates, too: what ailed polls before one came so far is over."""
    polls = _runs(office, provider, "poll")
    listed = next(filter(_has_listed, _runs(office, provider, "sync")), None)
    if listed is not None:
        polls = takewhile(lambda run: run.started_at > listed.started_at, polls)
    found = [_ailing(_runs(office, provider, "sync")), _ailing(polls)]
    first: dict[Cause, datetime] = {}
    for since, cause in sorted(one for one in found if one is not None):
        first.setdefault(cause, since)
    for cause, since in first.items():
        yield Trouble(provider, cause, since)


def _ailing(runs: Iterable[Run]) -> tuple[datetime, Cause] | None:
    """What ails the newest of ``runs``, and when that began since one last went well. One that was
    stopped tells nothing.
    """
    cause: Cause | None = None
    since: datetime | None = None
    for run in runs:
        if run.outcome is RunOutcome.STOPPED and not _was_answered(run):
            continue
        found = _cause(run)
        if found is None:
            break
        cause = cause or found
        if found is cause:
            since = run.started_at
    return None if cause is None or since is None else (since, cause)


def _runs(office: Office, provider: str, task: str) -> Iterator[Run]:
    """All runs, the newest first, as far as they are asked for."""
    before: int | None = None
    while runs := latest_runs(office, provider, task, limit=_AT_ONCE, before=before):
        yield from runs
        before = runs[-1].run_id


def _has_listed(run: Run) -> bool:
    return run.reached_the_provider and run.outcome is not RunOutcome.STOPPED


def _was_answered(run: Run) -> bool:
    """Whether any request for values was."""
    requests = run.counts.get("requests", {})
    return any(number for outcome, number in requests.items() if outcome != Outcome.FAILED)


def _cause(run: Run) -> Cause | None:
    """Why the run did not do its work, or not all of it; None if it did, or was asked to end. Where
    some requests failed and others did not, the customers whose they were are told that.
    """
    if run.outcome in (RunOutcome.DONE, RunOutcome.STOPPED):
        return None
    if run.kind == _GAVE_UP and (errors := run.counts.get("errors")):
        run = replace(run, kind=max(errors, key=errors.__getitem__))
    cause = None if run.trouble is None else _CAUSES.get(run.trouble, Cause.RUN_FAILED)
    is_partial = run.outcome is RunOutcome.INCOMPLETE and _was_answered(run)
    return None if is_partial and cause is not Cause.RATE_LIMIT else cause
