"""``kwartier sync``: bring the store up to date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console

from kwartier import sync as syncing
from kwartier.cli.options import PROVIDER, ProviderOptions
from kwartier.cli.output import console, error_console, plain, print_json
from kwartier.cli.progress import progress
from kwartier.cli.provider import (
    choose_environment,
    connect_async,
    contract_number,
    credentials_for,
)
from kwartier.cli.publishing import PUBLISH, PublishOptions, check_publishing, publish_after
from kwartier.cli.running import run_async, stopped_by_signals
from kwartier.cli.telling import TELL, TellOptions, check_telling, tell_changes
from kwartier.cli.wording import counted
from kwartier.fluvius import Environment
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync.report import SyncReport, Watcher

DONE, ASK_AGAIN = 0, 3
BACKGROUND = 10


def sync(
    *,
    telling: TellOptions = TELL,
    publishing: PublishOptions = PUBLISH,
    options: ProviderOptions = PROVIDER,
) -> int:
    """Fetch what the mandates permit and the store does not have yet.

    The first run fetches all that is permitted, newest first; later runs ask what has arrived
    since. It may be stopped at any moment (Ctrl-C): what was answered is kept, the next run goes
    on from there. It works at a low priority, so that other commands answer promptly meanwhile.
    Exit code 3: some fetches failed and will be asked again, or some changes of mandates were not
    taken and will be told again.

    Example: kwartier sync --store data/kwartier.duckdb
    """
    chosen = choose_environment(options)
    check_telling(telling, options)
    check_publishing(publishing)
    contract_number(credentials_for(chosen))
    with open_store(options.store, create=True) as store:
        try:
            with in_background(), progress(error_console()) as watch:
                report = run_async(sync_store(store, chosen, watch))
        finally:
            all_told = tell_changes(store, telling)
        published = publish_after(store, publishing)
    if options.json:
        print_json(as_json(report) | published.as_json())
    else:
        out = error_console() if telling.takes_standard_output else console()
        tell(report, out)
        published.tell(out)
    return ASK_AGAIN if report.failed or report.stopped or not all_told else DONE


async def sync_store(store: Store, chosen: Environment, watch: Watcher) -> SyncReport:
    """Sync ``store`` with Fluvius; SIGINT and SIGTERM stop it cleanly."""
    credentials = credentials_for(chosen)
    number = contract_number(credentials)
    async with connect_async(chosen, credentials) as client:
        source = syncing.FluviusSource(client, number)
        with stopped_by_signals() as stop:
            return await syncing.sync(store, source, stop=stop, watch=watch)


@contextmanager
def in_background() -> Iterator[None]:
    """Leave the processor to whoever asks the store meanwhile; most systems let only root go back
    to the former priority.
    """
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(before, BACKGROUND))
    try:
        yield
    finally:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, before)


def tell(report: SyncReport, out: Console) -> None:
    """A sync's outcome for people."""
    if not report.points:
        out.print("No approved mandates, so nothing to fetch. `kwartier mandates` shows them all.")
        return
    out.print(
        f"{counted(report.points, 'metering point')}, {counted(report.fetches, 'request')} in "
        f"{report.seconds:.1f} s: {counted(report.inserted, 'new value')}, "
        f"{plain(report.revised)} revised, {plain(report.removed)} no longer there, "
        f"{plain(report.unchanged)} unchanged.",
        highlight=False,
    )
    if report.undecoded:
        out.print(
            f"[yellow]Unreadable, and left out: {counted(report.undecoded, 'part')} of replies.[/]"
        )
    if report.beyond_consent:
        out.print(
            f"[yellow]Sent, but permitted by no mandate, and not kept: "
            f"{counted(report.beyond_consent, 'value')}.[/]"
        )
    if report.unasked:
        out.print(f"Sent unasked, and not kept: {counted(report.unasked, 'value')}.")
    if report.failed:
        out.print(
            f"[yellow]Failed, and to be asked again: {counted(report.failed, 'request')}[/]; "
            f"the last said: {report.last_error}"
        )
    if report.stopped:
        out.print("Stopped. What was answered is kept; run it again to go on.")


def as_json(report: SyncReport) -> dict[str, Any]:
    """A sync's outcome for programs."""
    return {
        "now": report.now,
        "points": report.points,
        "requests": report.fetches,
        "outcomes": {outcome.value: count for outcome, count in report.outcomes.items()},
        "received": report.received,
        "inserted": report.inserted,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "outdated": report.outdated,
        "beyond_consent": report.beyond_consent,
        "unasked": report.unasked,
        "undecoded": report.undecoded,
        "commits": report.commits,
        "seconds": round(report.seconds, 3),
        "requesting_seconds": round(report.requesting, 3),
        "decoding_seconds": round(report.decoding, 3),
        "committing_seconds": round(report.committing, 3),
        "stopped": report.stopped,
        "last_error": report.last_error,
    }
