"""How polls, syncs and fetches went, and what came of their requests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor, address
from kwartier.office.runs import Run, RunOutcome, latest_runs
from kwartier.vocabulary.duration import show_duration
from kwartier.vocabulary.provider import PROVIDERS

_PATH: Final = "/runs"
_PER_PAGE: Final = 50
_TASKS: Final = ("poll", "sync", "fetch", "publish")
_EVERYTHING: Final = "all"
_NO_TASK: Final = ("", _EVERYTHING)
_TONES: Final = {
    RunOutcome.DONE: "good",
    RunOutcome.INCOMPLETE: "warn",
    RunOutcome.STOPPED: "",
    RunOutcome.FAILED: "bad",
}
_SHOWN: Final = ("mandates", "opened", "points", "inserted", "revised", "removed", "erased")


async def show_runs(_: Request, visitor: Visitor) -> Response:
    """The newest first, without polls that went well unless they are asked for; on top, how each
    provider stands.
    """
    office = visitor.context.office
    provider, task = visitor.query("provider"), visitor.query("task")
    runs = await asyncio.to_thread(
        lambda: latest_runs(
            office,
            provider or None,
            None if task in _NO_TASK else task,
            limit=_PER_PAGE + 1,
            no_idle_polls=not task,
            before=visitor.before,
        )
    )
    shown = runs[:_PER_PAGE]
    older = str(shown[-1].run_id) if len(runs) > _PER_PAGE else ""
    return visitor.page(
        "runs.html",
        title="Runs",
        rows=[_row(run) for run in shown],
        providers=PROVIDERS,
        tasks=_TASKS,
        provider=provider,
        task=task,
        everything=_EVERYTHING,
        older=older and address(_PATH, provider=provider, task=task, before=older),
        newest=address(_PATH, provider=provider, task=task) if visitor.before else None,
        standing=await asyncio.to_thread(lambda: [_standing(visitor, one) for one in PROVIDERS]),
    )


def _row(run: Run) -> dict[str, Any]:
    counts = run.counts
    return {
        "run": run,
        "tone": _TONES[run.outcome],
        "took": show_duration(timedelta(seconds=round(_seconds(run)))),
        "requests": counts.get("requests") or {},
        "errors": counts.get("errors") or {},
        "numbers": [(name, counts[name]) for name in _SHOWN if counts.get(name)],
        "waiting": (counts.get("blocked") or 0) + (counts.get("holds") or 0),
    }


def _seconds(run: Run) -> float:
    """As long as it says itself: the provider's clock may stand still."""
    told = run.counts.get("seconds")
    if isinstance(told, int | float):
        return float(told)
    return (run.ended_at - run.started_at).total_seconds()


def _standing(visitor: Visitor, provider: str) -> dict[str, Any]:
    """The last run of a provider, and the last that was done."""
    runs = [
        run
        for run in latest_runs(visitor.context.office, provider, limit=200)
        if run.task != "fetch"
    ]
    done = next((run for run in runs if run.outcome is RunOutcome.DONE), None)
    return {"provider": provider, "last": runs[0] if runs else None, "done": done, "tones": _TONES}


ROUTES: Final[Sequence[Declared]] = (page(_PATH, show_runs),)
