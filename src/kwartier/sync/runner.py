"""Carrying out the plan: many requests at once, few commits, bounded memory.

What comes by insert time may tell of a meter that took another's place in the past; that is asked
for once more in the same run, so that no value is counted twice when it ends.

A worker asks and decodes; the writer gathers answers and commits them in batches; while it
commits, workers go on until the queue between them is full. Nothing is remembered outside the
store, so a run that is cut off anywhere is continued by the next.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from time import perf_counter

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.registry import Listing
from kwartier.retention import People, RetentionPolicy, fetchable
from kwartier.store.port import Store
from kwartier.sync.addresses import fetch_addresses
from kwartier.sync.admission import admit
from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.planning import Planning
from kwartier.sync.policy import FetchPolicy, PollPolicy, RunPolicy
from kwartier.sync.polling import poll_mandates
from kwartier.sync.report import SyncReport, Watcher, untold, unwatched
from kwartier.sync.retention import enforce
from kwartier.sync.source import Source
from kwartier.vocabulary.fetch import Fetch, Outcome
from kwartier.vocabulary.mandate import Mandate


class ProviderDownError(KwartierError):
    """So many fetches failed in a row that the sync gave up; the next one asks them again."""


async def sync(
    store: Store,
    source: Source,
    *,
    fetch_policy: FetchPolicy | None = None,
    run_policy: RunPolicy | None = None,
    poll_policy: PollPolicy | None = None,
    arrival_policy: ArrivalPolicy | None = None,
    retention_policy: RetentionPolicy | None = None,
    focus: Focus = EVERYTHING,
    stop: asyncio.Event | None = None,
    turn: asyncio.Lock | None = None,
    watch: Watcher = unwatched,
    told: Callable[[Fetch], None] = untold,
) -> SyncReport:
    """Bring ``store`` up to date with ``source``.

    Polls the mandates, records them, erases what none of them permits any more, asks for delivery
    addresses where the provider tells them, then for whatever the planner finds due (of that, what
    ``focus`` narrows it to), and commits the answers. If the provider forbade any, all mandates are
    listed once more in the end: one of them may have ended meanwhile. ``told`` hears of each fetch
    as it is planned. Setting ``stop`` drops the requests in flight, commits what has been answered
    and returns. ``turn`` is held while something is recorded, erased or committed: syncs with
    several providers share it, so that none of them waits in vain for the store. Raises the
    provider's error when nothing can succeed (wrong credentials), :class:`ProviderDownError` after
    many failures in a row, answers received before being kept, and :class:`InputError` for a focus
    that no mandate permits.
    """
    turn = turn or asyncio.Lock()
    seen, listing = await poll_mandates(store, source, poll_policy or PollPolicy(), turn)
    run_policy = run_policy or RunPolicy()
    planning = Planning(
        fetch=fetch_policy or FetchPolicy(),
        arrival=arrival_policy or ArrivalPolicy(),
        focus=focus,
        page=run_policy.page,
    )
    now, stop = listing.stated_at, stop or asyncio.Event()
    async with turn:
        enforced = await asyncio.to_thread(
            enforce, store, now=now, policy=retention_policy or RetentionPolicy()
        )
    addresses = await fetch_addresses(store, source, seen, now=now, stop=stop, turn=turn)
    people = People(await asyncio.to_thread(store.decisions))
    mandates = planning.choose(fetchable(seen, people), now, provider=source.provider)
    run = _Run(store, source, listing, planning, run_policy, turn, watch, told)
    run.report.enforced, run.report.addresses = enforced, addresses
    report = await run.carry_out(mandates, stop)
    if report.outcomes[Outcome.FORBIDDEN] and not report.stopped:
        await poll_mandates(store, source, turn=turn)
    return report


class _Run:
    def __init__(
        self,
        store: Store,
        source: Source,
        listing: Listing,
        planning: Planning,
        run_policy: RunPolicy,
        turn: asyncio.Lock,
        watch: Watcher,
        told: Callable[[Fetch], None],
    ) -> None:
        self.store, self.source, self.listing = store, source, listing
        self.planning, self.policy, self.watch, self.told = planning, run_policy, watch, told
        self.turn = turn
        self.report = SyncReport(now=listing.stated_at, undecoded=len(listing.undecoded))
        self.due: asyncio.Queue[Fetch | None] = asyncio.Queue(run_policy.concurrency)
        self.answers: asyncio.Queue[Fetched | None] = asyncio.Queue(run_policy.concurrency)
        self.open_fetches: Counter[str] = Counter()
        self.exchanged: set[str] = set()
        self.failures_in_a_row = 0

    async def carry_out(self, mandates: Sequence[Mandate], stop: asyncio.Event) -> SyncReport:
        self.report.points = len({mandate.metering_point for mandate in mandates})
        try:
            await self._carry_out(self.planning, mandates, stop)
            if self.exchanged and not self.report.stopped:
                await self._read_again(mandates, stop)
        finally:
            self.report.ended = perf_counter()
        self.watch(self.report)
        return self.report

    async def _read_again(self, mandates: Sequence[Mandate], stop: asyncio.Event) -> None:
        """Ask by read time for what several meters told of."""
        points = frozenset(self.exchanged)
        planning = self.planning.without_news(points, self.listing.stated_at)
        self.report.points_done -= len(points)
        await self._carry_out(planning, [m for m in mandates if m.metering_point in points], stop)

    async def _carry_out(
        self, planning: Planning, mandates: Sequence[Mandate], stop: asyncio.Event
    ) -> None:
        writer = asyncio.create_task(self._write())
        workers = [asyncio.create_task(self._work()) for _ in range(self.policy.concurrency)]
        asking = [asyncio.create_task(self._feed(planning, mandates)), *workers]
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

    async def _feed(self, planning: Planning, mandates: Sequence[Mandate]) -> None:
        now = self.listing.stated_at
        async for point, fetches in planning.by_point(self.store, mandates, now):
            self.open_fetches[point] = len(fetches)
            self.report.planned += len(fetches)
            self.report.points_planned += 1
            self.report.points_done += not fetches
            for fetch in fetches:
                self.told(fetch)
                await self.due.put(fetch)
        for _ in range(self.policy.concurrency):
            await self.due.put(None)

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
            self.report.errors[type(error).__name__] += 1
            return self.source.failure(fetch, error, self.listing.stated_at)
        return admitted.fetched

    def _note(self, fetched: Fetched) -> None:
        point = fetched.fetch.metering_point
        self.report.outcomes[fetched.outcome] += 1
        self.report.reasons[fetched.fetch.reason] += 1
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
        async with self.turn:
            began = perf_counter()
            committed = await asyncio.to_thread(self.store.commit, batch)
            self.report.add(committed, perf_counter() - began)
        self.exchanged |= committed.exchanged
        self.watch(self.report)
