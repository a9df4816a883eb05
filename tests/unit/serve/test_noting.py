"""Noting how a run went: whatever becomes of it, and whatever becomes of the note."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.errors import InputError
from kwartier.fluvius import AuthenticationError
from kwartier.office import office_of, open_office
from kwartier.office.access_log import accesses, note_access
from kwartier.office.runs import Run, RunOutcome, Trouble, latest_runs
from kwartier.serve.noting import RunBook
from kwartier.serve.stopping import StoppedError
from kwartier.sync import SyncReport
from kwartier.vocabulary.fetch import Outcome

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Book:
    """A run book beside a store that is there, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "kwartier.duckdb"
        self.store.touch()
        self.warned: list[str] = []
        self.times = iter(AT + timedelta(minutes=each) for each in range(100))
        self.wall = AT
        self.runs = RunBook(
            self.store,
            clock=lambda: next(self.times),
            warn=self.warned.append,
            keep_accesses=timedelta(days=30),
            wall=lambda: self.wall,
        )

    def last(self) -> Run:
        return latest_runs(open_office(self.store))[0]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def report(**counts: int) -> SyncReport:
    made = SyncReport(now=AT, points=2, inserted=96)
    made.outcomes.update({Outcome(name): count for name, count in counts.items()})
    return made


def test_a_sync_that_went_well_is_noted_with_its_counts(book: Book) -> None:
    with book.runs.noting("fluvius", "sync") as noted:
        noted.finish(report(ok=5))
    run = book.last()
    assert (run.provider, run.task, run.outcome) == ("fluvius", "sync", RunOutcome.DONE)
    assert (run.started_at, run.ended_at) == (AT, AT + timedelta(minutes=1))
    assert run.counts["requests"] == {"ok": 5}
    assert (run.counts["inserted"], run.counts["blocked"], run.counts["holds"]) == (96, 0, 0)
    assert (run.kind, run.error, run.trouble) == (None, None, None)


def test_the_access_log_lets_go_of_what_is_old_by_the_real_time(book: Book) -> None:
    office = open_office(book.store)
    for days in (0, 1):
        note_access(office, at=AT + timedelta(days=days), actor="An", action=f"looked {days}")
    for hours, left in ((720, 2), (732, 1), (768, 0)):
        book.wall = AT + timedelta(hours=hours)
        with book.runs.noting("fluvius", "poll"):
            pass
        assert len(accesses(office)) == left


def test_failed_requests_make_it_incomplete_and_say_what_most_of_them_met(book: Book) -> None:
    made = report(ok=3, failed=3)
    made.errors = Counter(NoReplyError=1, RateLimitError=2)
    made.last_error = "too many requests"
    with book.runs.noting("fluvius", "sync") as noted:
        noted.finish(made)
    run = book.last()
    assert (run.outcome, run.trouble) == (RunOutcome.INCOMPLETE, Trouble.RATE_LIMIT)
    assert run.error == "too many requests"
    assert run.counts["errors"] == {"NoReplyError": 1, "RateLimitError": 2}


def test_refused_requests_alone_leave_it_whole(book: Book) -> None:
    """403 and 404 are facts about a mandate."""
    with book.runs.noting("fluvius", "sync") as noted:
        noted.finish(report(ok=3, forbidden=1, not_found=1))
    assert book.last().outcome is RunOutcome.DONE


def test_what_failed_before_it_began_is_noted_and_the_error_passes(book: Book) -> None:
    with pytest.raises(AuthenticationError), book.runs.noting("fluvius", "poll"):
        raise AuthenticationError("the token service does not know the certificate")
    run = book.last()
    assert (run.outcome, run.trouble) == (RunOutcome.FAILED, Trouble.CREDENTIALS)
    assert run.error == "the token service does not know the certificate"
    assert run.counts == {}
    assert not run.reached_the_provider


def test_what_failed_on_its_way_is_noted_with_what_was_done(book: Book) -> None:
    with pytest.raises(AuthenticationError), book.runs.noting("fluvius", "sync") as noted:
        noted.watch(report(ok=4))
        raise AuthenticationError("withdrawn meanwhile")
    assert book.last().counts["requests"] == {"ok": 4}


def test_what_goes_wrong_after_a_sync_is_not_the_syncs(book: Book) -> None:
    with pytest.raises(OSError, match="disk"), book.runs.noting("fluvius", "sync") as noted:
        noted.finish(report(ok=1))
        raise OSError("the disk of the published dataset")
    assert book.last().outcome is RunOutcome.DONE


def test_the_words_of_a_defect_are_not_kept_for_they_may_tell_anything(book: Book) -> None:
    with pytest.raises(KeyError), book.runs.noting("fluvius", "sync"):
        raise KeyError("541448800000000017 of Mrs Peeters")
    run = book.last()
    assert (run.kind, run.trouble) == ("KeyError", Trouble.OTHER)
    assert "Peeters" not in (run.error or "")


@pytest.mark.parametrize("end", [StoppedError, asyncio.CancelledError, KeyboardInterrupt])
def test_a_stop_is_no_failure(book: Book, end: type[BaseException]) -> None:
    async def stopped() -> None:
        async with book.runs.noting_aside("eneco", "fetch"):
            raise end

    with pytest.raises(end):
        asyncio.run(stopped())
    assert book.last().outcome is RunOutcome.STOPPED


def test_a_wish_that_made_no_sense_is_no_run(book: Book) -> None:
    with pytest.raises(InputError), book.runs.noting("fluvius", "sync"):
        raise InputError("--point", "no mandate permits it")
    assert latest_runs(open_office(book.store)) == []


def test_beside_a_store_that_is_not_there_no_office_is_made(book: Book) -> None:
    book.store.unlink()
    with pytest.raises(AuthenticationError), book.runs.noting("fluvius", "sync"):
        raise AuthenticationError("no")
    assert not office_of(book.store).exists()


def test_an_office_that_cannot_be_written_harms_no_run_and_is_told_of_once(book: Book) -> None:
    office_of(book.store).mkdir()
    for _ in range(3):
        with book.runs.noting("fluvius", "sync") as noted:
            noted.finish(report(ok=1))
    [warning] = book.warned
    assert "office.sqlite" in warning
