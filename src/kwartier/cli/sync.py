"""``kwartier sync``: bring the store up to date."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from kwartier import sync as syncing
from kwartier.cli.centigrade import declared_in
from kwartier.cli.configured import PRINTED, PrintedOptions, Running, prepare
from kwartier.cli.focus import (
    FOCUS,
    Explained,
    FocusOptions,
    by_reason,
    flags_named,
    plan_as_json,
    requests,
    tell_plan,
)
from kwartier.cli.intended import review_as_json, tell_review
from kwartier.cli.output import console, error_console, plain, print_json
from kwartier.cli.progress import progress
from kwartier.cli.publishing import (
    PUBLISH,
    Published,
    PublishOptions,
    check_publishing,
    publish_into,
)
from kwartier.cli.retention import (
    RETENTION,
    RetentionOptions,
    enforced_as_json,
    tell_enforced,
)
from kwartier.cli.running import run_async, stopped_by_signals
from kwartier.cli.sources import Asked
from kwartier.cli.telling import TELL, TellOptions, check_telling, tell_changes
from kwartier.cli.wording import counted
from kwartier.configuration import Configuration
from kwartier.retention import People, RetentionPolicy
from kwartier.serve.noting import EVERYONE, RunBook
from kwartier.serve.noting import PUBLISH as PUBLISHING
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync.report import SyncReport, Watcher, untold, unwatched
from kwartier.vocabulary.fetch import Fetch

DONE, ASK_AGAIN = 0, 3
SYNC = "sync"
BACKGROUND = 10


def sync(
    *,
    why: Annotated[
        bool, Parameter(negative="", help="say of each request in a sentence why it is made")
    ] = False,
    dry_run: Annotated[
        bool,
        Parameter(
            negative="",
            help="only list the mandates and show what would be erased and asked; the store stays "
            "as it is",
        ),
    ] = False,
    focus: FocusOptions = FOCUS,
    telling: TellOptions = TELL,
    publishing: PublishOptions = PUBLISH,
    retention: RetentionOptions = RETENTION,
    options: PrintedOptions = PRINTED,
) -> int:
    """Fetch what the mandates permit and the store does not have yet.

    The first run fetches all that is permitted, newest first; later runs ask what has arrived
    since, and ask again for gaps, estimates and provisional gas with growing pauses. It may be
    stopped at any moment (Ctrl-C): what was answered is kept, the next run goes on from there. It
    works at a low priority, so that other commands answer promptly meanwhile. What no mandate
    permits any more is erased first. The file of settings is that of `kwartier serve`; options go
    before it.
    Exit code 3: some fetches failed and will be asked again, or some changes of mandates were not
    taken and will be told again.

    Example: kwartier sync --store data/kwartier.duckdb

    Example: kwartier sync --provider eneco

    Example: kwartier sync --dry-run

    Example: kwartier sync --config kwartier.toml

    Example: kwartier sync --force --from 2026-09-01 --to 2026-10-01 --why
    """
    running = prepare(options)
    wanted = focus.focus()
    settled = running.configuration
    policy = retention.policy(settled.retention)
    if dry_run:
        return show_plan(running, wanted, policy, options)
    telling, publishing = running.telling(telling), running.publishing(publishing)
    check_telling(telling, options)
    check_publishing(publishing)
    asked = running.asked(options.provider)
    out = error_console() if telling.takes_standard_output else console()
    explained = Explained(None if options.json else out)
    told = explained if why else untold
    # Sentences are progress enough, and a bar would run through them.
    watching = progress(error_console()) if options.json or not why else nullcontext(unwatched)
    runs = RunBook(
        running.store,
        clock=configured_clock,
        keep=settled.service.keep_runs,
        keep_accesses=settled.service.keep_access_log,
        warn=_complain_of_the_office,
    )
    with runs.noting(asked.provider, SYNC) as noted:
        asked.check()
        with open_store(running.store, create=True) as store:
            try:
                with flags_named(), in_background(), watching as watch:
                    syncing_it = sync_store(
                        store,
                        running,
                        asked,
                        _each(noted.watch, watch),
                        focus=wanted,
                        told=told,
                        retention=policy,
                    )
                    report = run_async(syncing_it)
                    noted.finish(report)
            finally:
                all_told = tell_changes(store, telling, settled.webhooks)
            is_suppressed = _is_suppressed(store)
            published = _publish(store, runs, publishing, settled)
    if options.json:
        plan = {"plan": explained.fetches} if why else {}
        print_json(as_json(report) | plan | published.as_json())
    else:
        tell(report, out, is_suppressed=is_suppressed)
        published.tell(out)
    is_done = all_told and not (report.failed or report.addresses.failed or report.stopped)
    return DONE if is_done else ASK_AGAIN


def _publish(
    store: Store, runs: RunBook, publishing: PublishOptions, settled: Configuration
) -> Published:
    """Bring the published dataset up to date, if there is to be one."""
    if not publishing.folders():
        return Published([])
    with runs.noting(EVERYONE, PUBLISHING) as noted:
        published = publish_into(
            store,
            publishing.folders(),
            grace=settled.publish.grace,
            arrival=settled.arrival,
            centigrade=declared_in(settled.eneco.centigrade),
        )
        reports = [report for _, report in published.reports]
        noted.counts = {
            "months": sum(len(report.written) for report in reports),
            "values": sum(report.rows for report in reports),
        }
    return published


def _each(*watchers: Watcher) -> Watcher:
    """A watcher for whom each of ``watchers`` looks."""

    def watch(report: SyncReport) -> None:
        for one in watchers:
            one(report)

    return watch


def _complain_of_the_office(error: str) -> None:
    error_console().print(
        f"[yellow]How this sync went is not noted:[/] {escape(error)}", soft_wrap=True
    )


async def sync_store(
    store: Store,
    running: Running,
    asked: Asked,
    watch: Watcher,
    *,
    focus: syncing.Focus | None = None,
    told: Callable[[Fetch], None] = untold,
    retention: RetentionPolicy | None = None,
) -> SyncReport:
    """Sync ``store`` with who is ``asked``; SIGINT and SIGTERM stop it cleanly."""
    settled = running.configuration
    async with asked.source(store, **running.client_settings()) as source:
        with stopped_by_signals() as stop:
            return await syncing.sync(
                store,
                source,
                fetch_policy=settled.fetch,
                run_policy=settled.run,
                poll_policy=settled.poll,
                arrival_policy=settled.arrival,
                retention_policy=retention or settled.retention,
                focus=focus or syncing.Focus(),
                stop=stop,
                watch=watch,
                told=told,
            )


def show_plan(
    running: Running,
    focus: syncing.Focus,
    policy: RetentionPolicy,
    options: PrintedOptions,
) -> int:
    """Print what a sync would erase and ask; of a store that is not there yet, the first sync."""

    settled = running.configuration
    planning = syncing.Planning(focus=focus, fetch=settled.fetch, arrival=settled.arrival)

    async def planned(store: Store) -> syncing.Intended:
        asked, settings = running.asked(options.provider), running.client_settings()
        async with asked.source(store, **settings) as source:
            return await syncing.plan_only(store, source, planning, policy)

    with TemporaryDirectory() as folder, flags_named():
        is_there = running.store.exists()
        path = running.store if is_there else Path(folder) / "empty.duckdb"
        with open_store(path, create=not is_there) as store:
            intended = run_async(planned(store))
    if options.json:
        retention = {"retention": review_as_json(intended.retention)}
        print_json(plan_as_json(intended.fetches) | retention)
    else:
        out = console()
        tell_review(intended.retention, out)
        tell_plan(intended.fetches, out)
    return DONE


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


def _is_suppressed(store: Store) -> bool:
    """Whether a person decided that the data of an approved mandate is not to be fetched."""
    people = People(store.decisions())
    return any(one.mandate.is_approved and people.suppressions(one) for one in store.mandates())


def tell(report: SyncReport, out: Console, *, is_suppressed: bool) -> None:
    """A sync's outcome for people; ``is_suppressed``: approved mandates are kept from it."""
    tell_enforced(report.enforced, out)
    _tell_addresses(report, out)
    if not report.points:
        why = (
            "What is approved was erased and is kept from being fetched; `kwartier erase --lift` "
            "ends that."
            if is_suppressed
            else "No approved mandates, so nothing to fetch. `kwartier mandates` shows them all."
        )
        out.print(why, highlight=False)
        return
    out.print(
        f"{counted(report.points, 'metering point')}, {requests(report.reasons)} in "
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


def _tell_addresses(report: SyncReport, out: Console) -> None:
    told = report.addresses
    if kept := told.asked - told.failed:
        out.print(f"Asked for the delivery address of {counted(kept, 'data owner')}.")
    if told.failed:
        out.print(
            f"[yellow]Failed, and to be asked for again: the delivery address of "
            f"{counted(told.failed, 'data owner')}.[/]"
        )


def as_json(report: SyncReport) -> dict[str, Any]:
    """A sync's outcome for programs."""
    return {
        "now": report.now,
        "points": report.points,
        "requests": report.fetches,
        "reasons": by_reason(report.reasons),
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
        "retention": enforced_as_json(report.enforced),
        "addresses": {"asked": report.addresses.asked, "failed": report.addresses.failed},
        "commits": report.commits,
        "seconds": round(report.seconds, 3),
        "requesting_seconds": round(report.requesting, 3),
        "decoding_seconds": round(report.decoding, 3),
        "committing_seconds": round(report.committing, 3),
        "stopped": report.stopped,
        "last_error": report.last_error,
    }
