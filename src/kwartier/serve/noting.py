"""Noting how polls, syncs and publishing went: for whoever asks later why there is no data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from kwartier.errors import InputError, KwartierError
from kwartier.office import OfficeError, access_log, open_office
from kwartier.office.forgetting import forget_accesses
from kwartier.office.runs import KEEP, Run, RunOutcome, note_run
from kwartier.serve.stopping import StoppedError
from kwartier.sync import SyncReport
from kwartier.vocabulary.fetch import Outcome

PUBLISH: Final = "publish"
EVERYONE: Final = "all"
"""Whose publishing is: it is of no one provider."""
_STOPS: Final = (StoppedError, asyncio.CancelledError, KeyboardInterrupt)
_VALUES: Final = (
    "received",
    "inserted",
    "revised",
    "unchanged",
    "removed",
    "outdated",
    "beyond_consent",
    "unasked",
    "undecoded",
)


@dataclass(slots=True)
class Noted:
    """What there is to be noted of a run: the ``report`` of a sync as far as it came, or the
    ``counts`` of another task. What goes wrong once it ``is_over`` is not the run's.
    """

    note: Callable[[Noted, BaseException | None], None]

    report: SyncReport | None = None
    counts: dict[str, Any] = field(default_factory=dict)
    is_over: bool = False

    def watch(self, report: SyncReport) -> None:
        """Is a :class:`~kwartier.sync.report.Watcher`."""
        self.report = report

    def finish(self, report: SyncReport) -> None:
        """The sync came to its end: it is noted before what follows it."""
        self.report = report
        self.end(None)

    def end(self, error: BaseException | None) -> None:
        """Note it, unless it is noted."""
        if not self.is_over:
            self.is_over = True
            self.note(self, error)


class RunBook:
    """Writes runs into the office file of ``store``; beside a store that is not there, none.

    ``clock`` tells the time that runs go by; runs are kept for ``keep``. What the access log has
    had for ``keep_accesses``, by the real time that ``wall`` tells, goes with each run that is
    noted. Where the file cannot be written ``warn`` hears of it once, and the run is as good as
    ever.
    """

    def __init__(
        self,
        store: Path,
        *,
        clock: Callable[[], datetime],
        warn: Callable[[str], None],
        keep: timedelta = KEEP,
        keep_accesses: timedelta = access_log.KEEP,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._office = store, open_office(store)
        self._clock, self._warn, self._keep = clock, warn, keep
        self._keep_accesses, self._wall = keep_accesses, wall
        self._has_warned = False

    @contextmanager
    def noting(self, provider: str, task: str) -> Iterator[Noted]:
        """Note how the block went, and let its errors pass."""
        noted = self._begin(provider, task)
        try:
            yield noted
        except BaseException as error:
            noted.end(error)
            raise
        noted.end(None)

    @asynccontextmanager
    async def noting_aside(self, provider: str, task: str) -> AsyncIterator[Noted]:
        """The same without keeping the event loop waiting."""
        noted = self._begin(provider, task)
        try:
            yield noted
        except BaseException as error:
            await asyncio.to_thread(noted.end, error)
            raise
        await asyncio.to_thread(noted.end, None)

    def _begin(self, provider: str, task: str) -> Noted:
        return Noted(partial(self._note, provider, task, self._clock()))

    def _note(
        self,
        provider: str,
        task: str,
        began: datetime,
        noted: Noted,
        error: BaseException | None,
    ) -> None:
        if isinstance(error, InputError) or not self._store.exists():
            return  # What was asked for made no sense: nothing was run.
        outcome, kind, says = _ending(noted.report, error)
        run = Run(
            provider=provider,
            task=task,
            started_at=began,
            ended_at=max(began, self._clock()),
            outcome=outcome,
            kind=kind,
            error=says,
            counts=(counts_of(noted.report) if noted.report else {}) | noted.counts,
        )
        try:
            note_run(self._office, run, keep=self._keep)
            forget_accesses(self._office, before=self._wall() - self._keep_accesses)
        except OfficeError as problem:
            if not self._has_warned:
                self._warn(str(problem))
            self._has_warned = True


def counts_of(report: SyncReport) -> dict[str, Any]:
    """The counts of a sync as a run keeps them; ``blocked`` and ``holds`` wait for a person."""
    enforced = report.enforced
    return {
        "points": report.points,
        "requests": {outcome.value: count for outcome, count in report.outcomes.items()},
        "reasons": {reason.value: count for reason, count in report.reasons.items()},
        "errors": dict(report.errors),
        **{name: getattr(report, name) for name in _VALUES},
        "erased": enforced.values,
        "receipts": len(enforced.receipts),
        "blocked": len(enforced.blocked),
        "holds": sum(one.decision is None for one in enforced.holds),
        "addresses": {"asked": report.addresses.asked, "failed": report.addresses.failed},
        "seconds": round(report.seconds, 3),
    }


def _ending(
    report: SyncReport | None, error: BaseException | None
) -> tuple[RunOutcome, str | None, str | None]:
    """How a run ended, the class of what went wrong, and its words."""
    if isinstance(error, _STOPS) or (error is None and report is not None and report.stopped):
        return RunOutcome.STOPPED, None, None
    if error is not None:
        # What is no error of ours may say anything, and whose data it is about.
        says = str(error) if isinstance(error, KwartierError) else "a defect: the log tells more"
        return RunOutcome.FAILED, type(error).__name__, says
    if report is not None and (report.outcomes[Outcome.FAILED] or report.addresses.failed):
        kind = next((name for name, _ in report.errors.most_common(1)), None)
        return RunOutcome.INCOMPLETE, kind, report.last_error
    return RunOutcome.DONE, None, None
