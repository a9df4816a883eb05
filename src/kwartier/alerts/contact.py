"""A provider that refuses us, or that nothing has reached for long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import takewhile

from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.wording import lasting, local, title
from kwartier.office.alerts import Alert, AlertKind
from kwartier.office.runs import Run, RunOutcome, Trouble


def contact_alerts(
    runs: Mapping[str, Sequence[Run]], settings: AlertSettings, as_of: datetime
) -> Iterator[Alert]:
    """By each provider's ``runs``, the newest first; ``as_of`` is the time that they go by."""
    for provider, latest in runs.items():
        told = [run for run in latest if run.outcome is not RunOutcome.STOPPED]
        failed = list(takewhile(lambda run: not run.reached_the_provider, told))
        refused = [run for run in failed if run.trouble is Trouble.CREDENTIALS]
        if refused:
            yield _refused(provider, refused)
        reached = told[len(failed)].ended_at if len(failed) < len(told) else None
        since = reached or min((run.started_at for run in failed), default=None)
        if since is not None and as_of - since >= settings.unreachable_after and not refused:
            yield _silent(provider, as_of, since, failed)


def _refused(provider: str, refused: Sequence[Run]) -> Alert:
    since = local(refused[-1].started_at)
    return Alert(
        kind=AlertKind.REFUSAL,
        key=f"credentials:{provider}",
        says=f"{title(provider)} refuses our credentials since {since}: {refused[0].error}",
        next_step="`kwartier doctor` says what is wrong with them. Nothing is fetched until then; "
        "what was missed is fetched afterwards.",
        is_urgent=True,
    )


def _silent(provider: str, as_of: datetime, since: datetime, failed: Sequence[Run]) -> Alert:
    name = title(provider)
    if not failed:
        says = f"No poll or sync of {name} was run for {lasting(as_of - since)}, since "
        says += f"{local(since)}."
        step = "See whether `kwartier serve` or the job that runs `kwartier sync` is alive."
    else:
        says = f"{name} cannot be reached for {lasting(as_of - since)}, since {local(since)}. The "
        says += f"last attempt said: {failed[0].error}"
        step = "If others reach it, `kwartier doctor` says where the way ends. What was missed is "
        step += "fetched once it is back."
    return Alert(
        kind=AlertKind.SILENCE,
        key=f"contact:{provider}",
        says=says,
        next_step=step,
        is_urgent=True,
    )
