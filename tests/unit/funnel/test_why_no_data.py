"""Each cause is found, first, and in words that can be read to the customer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.funnel import Board, Need, Stage, Who, facts_of, progress_of, why_no_data
from kwartier.funnel.causes import WORDINGS, Cause
from kwartier.funnel.work import work_list
from kwartier.office import open_office
from kwartier.office.runs import Run, RunOutcome, note_run
from support.funnel import Prepared, point_of, prepare_causes
from support.households import HOME, LATER, fill_households
from support.measured import NOW
from support.stores import empty_store

OF_RUNS = {
    Cause.CREDENTIALS: "AuthenticationError",
    Cause.OUTAGE: "ServiceUnavailableError",
    Cause.RATE_LIMIT: "RateLimitError",
    Cause.RUN_FAILED: "StoreError",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare_causes(tmp_path_factory.mktemp("causes"))


@pytest.fixture(scope="module")
def board(prepared: Prepared) -> Board:
    made = Board(prepared.store, prepared.office, lambda: NOW, store_path=prepared.path)
    made.refresh()
    return made


@pytest.mark.parametrize("cause", [one for one in Cause if one not in OF_RUNS])
def test_the_customer_that_has_a_cause_is_told_it_first(prepared: Prepared, cause: Cause) -> None:
    first, *others = why_no_data(prepared.store, prepared.office, cause.value, now=NOW)
    assert first.cause is cause, [first, *others]
    assert "{" not in first.says + first.next_step
    expected = Who.FLUVIUS if WORDINGS[cause].who is Who.PROVIDER else WORDINGS[cause].who
    assert first.who is expected
    if first.metering_point is not None:
        assert first.metering_point == point_of(cause)


@pytest.mark.parametrize(("cause", "error"), OF_RUNS.items())
def test_runs_that_fail_explain_what_was_not_asked_and_nothing_else(
    prepared: Prepared, tmp_path: Path, cause: Cause, error: str
) -> None:
    office = type(prepared.office)(tmp_path / "office.sqlite")
    for number, outcome in enumerate([RunOutcome.DONE, RunOutcome.FAILED, RunOutcome.FAILED]):
        at = NOW - timedelta(hours=9 - number)
        kind = None if outcome is RunOutcome.DONE else error
        note_run(
            office,
            Run(
                provider="fluvius",
                task="sync",
                started_at=at,
                ended_at=at,
                outcome=outcome,
                kind=kind,
                error=kind,
            ),
        )
    first, second = why_no_data(prepared.store, office, Cause.NOT_ASKED.value, now=NOW)
    assert (first.cause, second.cause) == (cause, Cause.NOT_ASKED)
    assert first.since == NOW - timedelta(hours=8)
    [well] = why_no_data(prepared.store, office, Cause.COMPLETE.value, now=NOW)
    assert well.cause is Cause.COMPLETE


def test_a_run_that_went_well_since_leaves_nothing_to_say(
    prepared: Prepared, tmp_path: Path
) -> None:
    office = type(prepared.office)(tmp_path / "office.sqlite")
    for hours, kind in ((2, "RateLimitError"), (1, None)):
        at = NOW - timedelta(hours=hours)
        outcome = RunOutcome.FAILED if kind else RunOutcome.DONE
        note_run(
            office,
            Run(
                provider="fluvius",
                task="sync",
                started_at=at,
                ended_at=at,
                outcome=outcome,
                kind=kind,
            ),
        )
    [only] = why_no_data(prepared.store, office, Cause.NOT_ASKED.value, now=NOW)
    assert only.cause is Cause.NOT_ASKED


def test_a_gap_is_counted_only_where_nothing_else_is_missing(
    prepared: Prepared, tmp_path: Path
) -> None:
    [alone] = why_no_data(prepared.store, prepared.office, Cause.GAP.value, now=NOW)
    assert "a gap of 96 quarter-hours in" in alone.says
    path = tmp_path / "kwartier.duckdb"
    store = empty_store(path)
    fill_households(store)
    found = why_no_data(store, open_office(path), LATER, now=NOW)
    says = {one.metering_point: one.says for one in found if one.cause is Cause.GAP}
    assert f"a gap of quarter-hours in {HOME}, 2026-10-26 to 2026-11-03" in says[HOME]


def test_who_is_not_a_customer_is_refused(prepared: Prepared) -> None:
    with pytest.raises(InputError, match="no customer 'nobody'"):
        why_no_data(prepared.store, prepared.office, "nobody", now=NOW)


STAGES = {
    Cause.NOT_INVITED: Stage.NOT_INVITED,
    Cause.NOT_OPENED: Stage.INVITED,
    Cause.NOT_REQUESTED: Stage.OPENED,
    Cause.LINK_EXPIRED: Stage.REQUESTED,
    Cause.UNKNOWN_STATUS: Stage.REQUESTED,
    Cause.WAITING: Stage.WAITING,
    Cause.REFUSED: Stage.ENDED,
    Cause.NOT_LISTED: Stage.APPROVED,
    Cause.NOT_ASKED: Stage.APPROVED,
    Cause.GAP: Stage.FIRST_DATA,
    Cause.FEWER_METERS: Stage.FIRST_DATA,
    Cause.COMPLETE: Stage.COMPLETE,
    Cause.TO_BE_RENEWED: Stage.TO_BE_RENEWED,
    Cause.SUPPRESSED: Stage.ENDED,
    Cause.MOVED_OUT: Stage.ENDED,
    Cause.EXPIRED: Stage.ENDED,
    Cause.ON_HOLD: Stage.ENDED,
}


@pytest.mark.parametrize(("cause", "stage"), STAGES.items())
def test_the_stage_is_the_furthest_that_holds(board: Board, cause: Cause, stage: Stage) -> None:
    [found] = [one for one in board.find(limit=None).rows if one.customer_id == cause]
    assert found.stage is stage


SOME = ("gap", "on_hold", "to_be_renewed", "link_expired", "suppressed", "not_listed")


def test_the_board_says_of_each_customer_what_its_own_facts_do(
    prepared: Prepared, board: Board
) -> None:
    found = {one.customer_id: one for one in board.find(limit=None).rows}
    assert set(found) == {cause.value for cause in Cause}
    for customer_id in SOME:
        one = found[customer_id]
        facts = facts_of(prepared.store, prepared.office, customer_id, now=NOW)
        assert facts is not None
        assert progress_of(facts) == one
        assert board.refresh_customer(customer_id) == one


def test_the_board_counts_the_causes_that_each_customer_is_told(
    prepared: Prepared, board: Board
) -> None:
    for runs, error in [*OF_RUNS.items(), (None, None)]:
        outcome = RunOutcome.DONE if error is None else RunOutcome.FAILED
        run: dict[str, Any] = {
            "provider": "fluvius",
            "task": "sync",
            "outcome": outcome,
            "kind": error,
        }
        note_run(prepared.office, Run(started_at=NOW, ended_at=NOW, **run))
        told = {
            cause.value: [
                one.cause
                for one in why_no_data(prepared.store, prepared.office, cause.value, now=NOW)
            ]
            for cause in Cause
        }
        assert [(one.cause, one.customers, one.first) for one in board.causes()] == [
            (cause, customers, sum(causes[0] is cause for causes in told.values()))
            for cause in Cause
            if (customers := sum(cause in causes for causes in told.values()))
        ]
        if runs is not None:
            asked = {one.customer_id for one in board.find(cause=runs, limit=None).rows}
            assert asked == {id_ for id_, causes in told.items() if runs in causes} != set()


def test_an_unknown_status_is_kept_and_shown(board: Board) -> None:
    [found] = board.find(text="unknown_status").rows
    assert found.statuses == ("Doubted",)


def test_waiting_counts_the_days_that_the_grid_user_has(board: Board) -> None:
    [found] = board.find(stage=Stage.WAITING).rows
    assert found.days_left == 21


def test_dates_lead_up_to_the_stage_and_never_go_back(board: Board) -> None:
    for one in board.find(limit=None).rows:
        dates = list(one.reached.values())
        assert dates == sorted(dates)
        assert max(dates) <= NOW
        assert one.stage in one.reached


def test_the_work_list_has_each_customer_under_what_it_needs(
    prepared: Prepared, board: Board
) -> None:
    work = work_list(board, prepared.office, limit=50)
    ids = {need: {one.customer_id for one in rows} for need, rows in work.customers.items()}
    assert {Cause.TO_BE_RENEWED, Cause.EXPIRED} == ids[Need.RENEWAL]
    assert Cause.ON_HOLD in ids[Need.HOLD]
    assert {Cause.GAP, Cause.LATE} <= ids[Need.GAPS]
    assert {Cause.NOT_OPENED, Cause.NOT_ASKED} <= ids[Need.STUCK]
    assert Cause.COMPLETE not in set().union(*ids.values())
    assert work.totals == {need: len(rows) for need, rows in ids.items()}
    assert board.needing() == work.totals
    assert work.tasks == []
