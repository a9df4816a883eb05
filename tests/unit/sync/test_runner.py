"""The runner, on a scripted provider: what is kept when it fails, stops, or answers too fast."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.store import Committed
from kwartier.store.duckdb.store import DuckDBStore
from kwartier.sync import Answer, Listing, ProviderDownError, RunPolicy, SyncReport, sync
from kwartier.vocabulary.fetch import Asked, Fetch, Outcome
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import Mandate
from support.measurements import rows_at

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PERIOD = Interval(NOW - timedelta(days=3), NOW - timedelta(days=1))
ROWS = 2 * 96


class PassingError(KwartierError):
    """A failure after which the next fetch may well succeed."""


class FinalError(KwartierError):
    """A failure after which nothing can."""


def always(number: int) -> None:
    """Answer every request."""


class Script:
    """A provider that answers every fetch as ``answer`` says."""

    provider = "fluvius"

    def __init__(self, points: int, answer: Callable[[int], None] | None = None) -> None:
        self.points, self.answer, self.requests = points, answer or always, 0

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        return Listing([mandate(number) for number in range(self.points)], NOW)

    async def updated_mandates(self, since: datetime) -> Listing:
        return Listing([], NOW, references=frozenset())

    async def delivery_address(self, metering_point: str) -> None:
        """It does not say where a metering point is."""

    async def request(self, fetch: Fetch) -> Answer:
        self.requests += 1
        number = self.requests
        await asyncio.sleep(0)
        self.answer(number)
        return Answer((b"",), NOW)

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        starts = slice_starts(fetch.window, Granularity.QUARTER_HOUR, fetch.energy_type)
        table = rows_at(fetch.metering_point, starts, fetched_at=answer.fetched_at)
        return Fetched(fetch=fetch, fetched_at=NOW, outcome=Outcome.OK, table=table)

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        if isinstance(error, FinalError):
            raise error
        return Fetched(fetch=fetch, fetched_at=at, outcome=Outcome.FAILED, error=str(error))


class WatchedStore(DuckDBStore):
    """A real store that notes how many answers each commit held."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.batches: list[int] = []

    def commit(self, batch: Sequence[Fetched]) -> Committed:
        self.batches.append(len(batch))
        return super().commit(batch)


@pytest.fixture
def store(tmp_path: Path) -> WatchedStore:
    store = WatchedStore(tmp_path / "kwartier.duckdb")
    store.create()
    return store


def mandate(number: int) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="123",
        reference_number=f"KW-{number}",
        status="Approved",
        data_service_type="VH_kwartier_uur",
        metering_point=f"5414401100{number:08d}",
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR}),
        period_start=PERIOD.start,
        period_end=PERIOD.end,
    )


def run(store: WatchedStore, script: Script, policy: RunPolicy | None = None) -> SyncReport:
    return asyncio.run(sync(store, script, run_policy=policy))


def rows_kept(store: WatchedStore) -> int:
    return sum(batch.num_rows for batch in store.scan())


def test_many_answers_share_a_commit_and_none_waits_longer_than_the_policy(
    store: WatchedStore,
) -> None:
    report = run(store, Script(10), RunPolicy(commit_fetches=4))
    assert store.batches == [4, 4, 2]
    assert (report.commits, report.points_done, report.failed) == (3, 10, 0)
    assert rows_kept(store) == report.inserted == 10 * ROWS


def test_what_is_planned_and_how_much_of_it_is_done_is_told_all_along(store: WatchedStore) -> None:
    told: list[float] = []

    def watch(report: SyncReport) -> None:
        told.append(report.share_done)

    report = asyncio.run(sync(store, Script(10), watch=watch))
    assert (report.planned, report.points_planned) == (10, 10)
    assert told == sorted(told)
    assert (0 < told[0] < 0.5, told[-1]) == (True, 1)


def test_rows_bound_a_commit_as_well(store: WatchedStore) -> None:
    run(store, Script(6), RunPolicy(commit_rows=2 * ROWS))
    assert store.batches == [2, 2, 2]


def test_failed_fetches_are_recorded_and_asked_again_next_time(store: WatchedStore) -> None:
    def fail_every_third(number: int) -> None:
        if number % 3 == 0:
            raise PassingError("busy")

    first = run(store, Script(9, fail_every_third))
    assert (first.failed, first.last_error) == (3, "busy")
    assert sorted(store.fetches()["outcome"].to_pylist()) == ["failed"] * 3 + ["ok"] * 6
    second = run(store, Script(9))
    assert (second.failed, second.inserted) == (0, 3 * ROWS)


def test_after_many_failures_in_a_row_it_gives_up_and_keeps_what_was_answered(
    store: WatchedStore,
) -> None:
    def fail_from_the_fifth_on(number: int) -> None:
        if number >= 5:
            raise PassingError("down")

    script = Script(100, fail_from_the_fifth_on)
    with pytest.raises(ProviderDownError, match=r"1\d fetches in a row failed.*down"):
        run(store, script, RunPolicy(give_up_after=10))
    assert script.requests < 30
    assert rows_kept(store) == 4 * ROWS


def test_an_error_that_nothing_can_mend_ends_the_sync_at_once_and_loses_nothing(
    store: WatchedStore,
) -> None:
    def refuse_the_sixth(number: int) -> None:
        if number == 6:
            raise FinalError("wrong credentials")

    with pytest.raises(FinalError):
        run(store, Script(50, refuse_the_sixth), RunPolicy(concurrency=1))
    assert rows_kept(store) == 5 * ROWS


def test_a_stop_commits_what_was_answered_and_says_so(store: WatchedStore) -> None:
    async def stopped_after_seven() -> SyncReport:
        stop = asyncio.Event()

        def watch(report: SyncReport) -> None:
            if report.fetches >= 7:
                stop.set()

        return await sync(store, Script(200), stop=stop, watch=watch)

    report = asyncio.run(stopped_after_seven())
    assert report.stopped
    assert 7 <= report.fetches < 200
    assert rows_kept(store) == report.inserted > 0
    again = run(store, Script(200))
    assert again.inserted + report.inserted == 200 * ROWS


def test_a_store_that_refuses_ends_the_sync_with_its_error(tmp_path: Path) -> None:
    class FullStore(WatchedStore):
        def commit(self, batch: Sequence[Fetched]) -> Committed:
            raise KwartierError("the disk is full")

    store = FullStore(tmp_path / "full.duckdb")
    store.create()
    with pytest.raises(KwartierError, match="disk is full"):
        run(store, Script(50), RunPolicy(commit_fetches=5))


def test_answers_wait_for_a_slow_store_instead_of_piling_up(tmp_path: Path) -> None:
    asked_at_commit: list[int] = []

    class SlowStore(WatchedStore):
        def commit(self, batch: Sequence[Fetched]) -> Committed:
            asked_at_commit.append(script.requests - sum(self.batches))
            return super().commit(batch)

    script = Script(120)
    store = SlowStore(tmp_path / "slow.duckdb")
    store.create()
    policy = RunPolicy(concurrency=4, commit_fetches=10)
    run(store, script, policy)
    in_flight = 2 * policy.concurrency
    assert max(asked_at_commit) <= policy.commit_fetches + in_flight + policy.commit_fetches


def test_metering_points_are_planned_a_page_at_a_time(tmp_path: Path) -> None:
    class PagedStore(WatchedStore):
        def asked(self, metering_points: Sequence[str]) -> list[Asked]:
            pages.append(len(metering_points))
            return super().asked(metering_points)

    pages: list[int] = []
    store = PagedStore(tmp_path / "paged.duckdb")
    store.create()
    run(store, Script(25), RunPolicy(page=10))
    assert pages == [10, 10, 5]


def test_a_fetch_that_is_forbidden_has_all_mandates_listed_once_more(store: WatchedStore) -> None:
    class Forbidding(Script):
        lists = 0

        async def mandates(self, *, reference_number: str | None = None) -> Listing:
            self.lists += 1
            return await super().mandates(reference_number=reference_number)

        def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
            return replace(super().failure(fetch, error, at), outcome=Outcome.FORBIDDEN)

    def forbid_two(number: int) -> None:
        if number in (2, 3):
            raise PassingError("no mandate")

    script = Forbidding(5, forbid_two)
    report = run(store, script)
    assert (report.outcomes, script.lists) == ({Outcome.OK: 3, Outcome.FORBIDDEN: 2}, 2)
    script = Forbidding(5)
    run(store, script)
    assert script.lists == 0, "its updates say all there is to know"


def test_syncs_that_share_a_store_take_turns_on_it_and_go_on_asking_meanwhile(
    store: WatchedStore,
) -> None:
    turn = asyncio.Lock()
    while_held: list[list[int]] = []

    class Beside(Script):
        """Another sync's commit lasts from the first request to the last."""

        answered = 0

        async def request(self, fetch: Fetch) -> Answer:
            if self.requests == 0:
                await turn.acquire()
            answer = await super().request(fetch)
            self.answered += 1
            if self.answered == self.points:
                while_held.append([*store.batches])
                turn.release()
            return answer

    report = asyncio.run(
        sync(store, Beside(9), run_policy=RunPolicy(commit_fetches=1, concurrency=9), turn=turn)
    )
    assert while_held == [[]]
    assert store.batches == [1] * 9
    assert (report.commits, report.failed, turn.locked()) == (9, 0, False)
