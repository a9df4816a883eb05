"""Carrying out the plan: many requests at once, few commits, bounded memory.

A worker asks and decodes; the writer gathers answers and commits them in batches; while it
commits, workers go on until the queue between them is full. Nothing is remembered outside the
store, so a run that is cut off anywhere is continued by the next.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from time import perf_counter

from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.registry import KnownMandate, Listing
from kwartier.store.port import Store
from kwartier.sync.admission import admit
from kwartier.sync.planner import plan
from kwartier.sync.policy import FetchPolicy, PollPolicy, RunPolicy
from kwartier.sync.polling import poll_mandates
from kwartier.sync.report import SyncReport, Watcher, unwatched
from kwartier.sync.source import Source
from kwartier.vocabulary.fetch import Fetch, Outcome


class ProviderDownError(KwartierError):
    """So many fetches failed in a row that the sync gave up; the next one asks them again."""


async def sync(
    store: Store,
    source: Source,
    *,
    fetch_policy: FetchPolicy | None = None,
    run_policy: RunPolicy | None = None,
    poll_policy: PollPolicy | None = None,
    stop: asyncio.Event | None = None,
    watch: Watcher = unwatched,
) -> SyncReport:
    """Bring ``store`` up to date with ``source``.

    Polls the mandates, records them, asks for whatever the planner finds due, and commits the
    answers. Setting ``stop`` drops the requests in flight, commits what has been answered and
    returns. Raises the provider's error when nothing can succeed (wrong credentials), and
    :class:`ProviderDownError` after many failures in a row; answers received before are kept.
    """
    seen, listing = await poll_mandates(store, source, poll_policy or PollPolicy())
    run = _Run(
        store,
        source,
        listing,
        fetch_policy or FetchPolicy(),
        run_policy or RunPolicy(),
        watch,
    )
    return await run.carry_out(seen, stop or asyncio.Event())


class _Run:
    def __init__(
        self,
        store: Store,
        source: Source,
        listing: Listing,
        fetch_policy: FetchPolicy,
        run_policy: RunPolicy,
        watch: Watcher,
    ) -> None:
        self.store, self.source, self.listing, self.watch = store, source, listing, watch
        self.fetch_policy, self.policy = fetch_policy, run_policy
        self.report = SyncReport(now=listing.stated_at, undecoded=len(listing.undecoded))
        self.due: asyncio.Queue[Fetch | None] = asyncio.Queue(run_policy.concurrency)
        self.answers: asyncio.Queue[Fetched | None] = asyncio.Queue(run_policy.concurrency)
        self.open_fetches: Counter[str] = Counter()
        self.failures_in_a_row = 0

    async def carry_out(self, seen: Sequence[KnownMandate], stop: asyncio.Event) -> SyncReport:
        writer = asyncio.create_task(self._write())
        workers = [asyncio.create_task(self._work()) for _ in range(self.policy.concurrency)]
        asking = [asyncio.create_task(self._feed(seen)), *workers]
        stopping = asyncio.create_task(stop.wait())
        try:
            await self._until_done(asking, writer, stopping)
        finally:
            for task in (*asking, stopping):
                task.cancel()
            await asyncio.gather(*asking, stopping, return_exceptions=True)
            if not writer.done():
                await self.answers.put(None)
            await writer
            self.report.ended = perf_counter()
        self.watch(self.report)
        return self.report

    async def _until_done(
        self,
        asking: list[asyncio.Task[None]],
        writer: asyncio.Task[None],
        stopping: asyncio.Task[bool],
    ) -> None:
        """Return when all is asked or a stop is wanted; raise what ended a task early."""
        pending: set[asyncio.Task[None]] = set(asking)
        while pending:
            done, _ = await asyncio.wait(
                {*pending, writer, stopping}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {stopping}:
                task.result()
            if stopping in done:
                self.report.stopped = True
                return
            pending -= done

    async def _feed(self, seen: Sequence[KnownMandate]) -> None:
        async for fetch in self._plan(seen):
            await self.due.put(fetch)
        for _ in range(self.policy.concurrency):
            await self.due.put(None)

    async def _plan(self, seen: Sequence[KnownMandate]) -> AsyncIterator[Fetch]:
        """All due fetches, planned a page of metering points at a time."""
        listed = (one.mandate for one in seen if one.missing_since is None)
        approved = [mandate for mandate in listed if mandate.is_approved]
        points = sorted({m.metering_point for m in approved if m.metering_point is not None})
        self.report.points = len(points)
        for first in range(0, len(points), self.policy.page):
            page = points[first : first + self.policy.page]
            chosen = set(page)
            asked = await asyncio.to_thread(self.store.asked, page)
            mandates = [m for m in approved if m.metering_point in chosen]
            fetches = list(plan(mandates, asked, self.listing.stated_at, self.fetch_policy))
            self.open_fetches.update(fetch.metering_point for fetch in fetches)
            self.report.points_done += len(chosen - {f.metering_point for f in fetches})
            for fetch in fetches:
                yield fetch

    async def _work(self) -> None:
        while (fetch := await self.due.get()) is not None:
            fetched = await self._ask(fetch)
            self._note(fetched)
            await self.answers.put(fetched)
            self.watch(self.report)

    async def _ask(self, fetch: Fetch) -> Fetched:
        try:
            began = perf_counter()
            answer = await self.source.request(fetch)
            received = perf_counter()
            self.report.requesting += received - began
            admitted = admit(self.source.decode(fetch, answer))
            self.report.decoding += perf_counter() - received
            self.report.beyond_consent += admitted.beyond_consent
            self.report.unasked += admitted.unasked
        except KwartierError as error:
            return self.source.failure(fetch, error, self.listing.stated_at)
        return admitted.fetched

    def _note(self, fetched: Fetched) -> None:
        point = fetched.fetch.metering_point
        self.report.outcomes[fetched.outcome] += 1
        self.report.undecoded += len(fetched.undecoded)
        self.report.received += fetched.table.num_rows if fetched.table is not None else 0
        self.open_fetches[point] -= 1
        self.report.points_done += self.open_fetches[point] == 0
        self.report.last_error = fetched.error or self.report.last_error
        if fetched.outcome is not Outcome.FAILED:
            self.failures_in_a_row = 0
            return
        self.failures_in_a_row += 1
        if self.failures_in_a_row >= self.policy.give_up_after:
            raise ProviderDownError(
                f"{self.failures_in_a_row} fetches in a row failed, the last with: "
                f"{fetched.error}. What was answered is kept; run the sync again later."
            )

    async def _write(self) -> None:
        batch: list[Fetched] = []
        rows = 0
        while (fetched := await self.answers.get()) is not None:
            batch.append(fetched)
            rows += fetched.table.num_rows if fetched.table is not None else 0
            if rows >= self.policy.commit_rows or len(batch) >= self.policy.commit_fetches:
                await self._commit(batch)
                batch, rows = [], 0
        if batch:
            await self._commit(batch)

    async def _commit(self, batch: list[Fetched]) -> None:
        began = perf_counter()
        committed = await asyncio.to_thread(self.store.commit, batch)
        self.report.add(committed, perf_counter() - began)
        self.watch(self.report)
