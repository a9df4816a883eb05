"""How polls, syncs and fetches went: one row each, whoever ran it, kept for a while."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from kwartier.ean_digests import without_eans
from kwartier.office.file import Office
from kwartier.office.instants import from_text, to_text

KEEP: Final = timedelta(days=90)
_LONGEST_ERROR: Final = 500

_ADD: Final = """
    INSERT INTO runs (provider, task, started_at, ended_at, outcome, kind, error, counts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_REMOVE_OLD: Final = "DELETE FROM runs WHERE ended_at < ?"
_LATEST: Final = """
    SELECT * FROM runs
    WHERE (:provider IS NULL OR provider = :provider)
      AND (:task IS NULL OR task = :task)
      AND (NOT :no_idle_polls OR task <> 'poll' OR outcome <> 'done')
      AND (:before IS NULL OR run_id < :before)
    ORDER BY run_id DESC LIMIT :limit
"""


class RunOutcome(StrEnum):
    """Of an incomplete run some requests failed; a stopped one was asked to end."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    STOPPED = "stopped"
    FAILED = "failed"


class Trouble(StrEnum):
    """What kept a run from its work."""

    CREDENTIALS = "credentials"
    RATE_LIMIT = "rate_limit"
    OUTAGE = "outage"
    STORE = "store"
    OTHER = "other"


TROUBLES: Final = {
    "AuthenticationError": Trouble.CREDENTIALS,
    "ForbiddenError": Trouble.CREDENTIALS,
    "ConfigurationError": Trouble.CREDENTIALS,
    "RateLimitError": Trouble.RATE_LIMIT,
    "ServerError": Trouble.OUTAGE,
    "ServiceUnavailableError": Trouble.OUTAGE,
    "NoReplyError": Trouble.OUTAGE,
    "DecodeError": Trouble.OUTAGE,
    "ProviderDownError": Trouble.OUTAGE,
    "StoreError": Trouble.STORE,
    "StoreBusyError": Trouble.STORE,
    "StoreVersionError": Trouble.STORE,
}
"""By the name of the error's class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a poll, a sync or a fetch (a sync of a few metering points) went.

    Instants are those of the clock that the run went by. ``kind`` is the class of the error that
    ended it, or of the one that most of its failed requests met; ``error`` is its text, without
    EANs once noted. ``counts`` are ``requests`` by outcome, ``errors`` by class, and numbers of
    values, points and the like; empty where it failed before it began. ``run_id`` grows from run
    to run.
    """

    provider: str
    task: str
    started_at: datetime
    ended_at: datetime
    outcome: RunOutcome
    kind: str | None = None
    error: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    run_id: int | None = None

    @property
    def trouble(self) -> Trouble | None:
        """What kept it from its work; None if nothing did."""
        return None if self.kind is None else TROUBLES.get(self.kind, Trouble.OTHER)

    @property
    def reached_the_provider(self) -> bool:
        """Whether the provider answered and accepted our credentials."""
        return self.outcome is not RunOutcome.FAILED


def note_run(office: Office, run: Run, *, keep: timedelta = KEEP) -> Run:
    """Keep ``run``, with its number, and let go of those that ended longer than ``keep`` before.

    Raises :class:`~kwartier.office.OfficeError`.
    """
    error = None if run.error is None else without_eans(run.error)[:_LONGEST_ERROR]
    values = (
        run.provider,
        run.task,
        to_text(run.started_at),
        to_text(run.ended_at),
        run.outcome,
        run.kind,
        error,
        json.dumps(run.counts),
    )
    with office.writing() as connection:
        number = connection.execute(_ADD, values).lastrowid
        connection.execute(_REMOVE_OLD, (to_text(run.ended_at - keep),))
    return replace(run, error=error, run_id=number)


def latest_runs(
    office: Office,
    provider: str | None = None,
    task: str | None = None,
    *,
    limit: int = 50,
    before: int | None = None,
    no_idle_polls: bool = False,
) -> list[Run]:
    """The last ``limit`` runs, the newest first: of one ``provider`` and ``task`` if they are
    named, and ``before`` the run of that number, to page on; with ``no_idle_polls`` without the
    many polls that were done and left what there is to fetch to the runs that followed.
    """
    asked = {"provider": provider, "task": task, "limit": limit, "before": before}
    asked["no_idle_polls"] = no_idle_polls
    with office.reading() as connection:
        return [_run(row) for row in connection.execute(_LATEST, asked)]


def _run(row: sqlite3.Row) -> Run:
    return Run(
        provider=row["provider"],
        task=row["task"],
        started_at=from_text(row["started_at"]),
        ended_at=from_text(row["ended_at"]),
        outcome=RunOutcome(row["outcome"]),
        kind=row["kind"],
        error=row["error"],
        counts=json.loads(row["counts"]),
        run_id=row["run_id"],
    )
