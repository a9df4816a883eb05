"""How polls and syncs went: kept for a while, the newest first, without EANs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier import eneco, errors, fluvius, store, sync
from kwartier.ean_digests import digest_for_logs
from kwartier.office import Office, open_office
from kwartier.office.runs import TROUBLES, Run, RunOutcome, Trouble, latest_runs, note_run
from kwartier.sync import runner

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = Run(
    provider="fluvius",
    task="sync",
    started_at=AT,
    ended_at=AT + timedelta(minutes=3),
    outcome=RunOutcome.DONE,
    counts={"requests": {"ok": 5}, "inserted": 96},
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path / "s.duckdb")


def test_a_run_is_read_back_as_it_was_noted(office: Office) -> None:
    noted = note_run(office, RUN)
    assert latest_runs(office) == [noted] == [replace(RUN, run_id=1)]


def test_the_newest_comes_first_and_one_can_page_on(office: Office) -> None:
    for _ in range(5):
        note_run(office, RUN)
    first = latest_runs(office, limit=2)
    assert [run.run_id for run in first] == [5, 4]
    assert [run.run_id for run in latest_runs(office, limit=9, before=4)] == [3, 2, 1]


def test_runs_are_told_by_provider_and_task(office: Office) -> None:
    for provider in ("fluvius", "eneco"):
        for task in ("poll", "sync"):
            note_run(office, replace(RUN, provider=provider, task=task))
    assert {run.task for run in latest_runs(office, "eneco")} == {"poll", "sync"}
    [one] = latest_runs(office, "eneco", "poll")
    assert (one.provider, one.task) == ("eneco", "poll")


def test_what_is_too_old_goes_when_the_next_is_noted(office: Office) -> None:
    note_run(office, RUN)
    later = timedelta(days=10)
    kept = replace(RUN, started_at=AT + later, ended_at=RUN.ended_at + later)
    note_run(office, kept, keep=later)
    assert len(latest_runs(office)) == 2
    note_run(office, kept, keep=later - timedelta(seconds=1))
    assert [run.run_id for run in latest_runs(office)] == [3, 2]


def test_an_ean_in_an_error_is_kept_as_its_digest_alone(office: Office) -> None:
    ean = "541448800000000017"
    failed = replace(RUN, outcome=RunOutcome.FAILED, error=f"no data of {ean}" + "x" * 1000)
    note_run(office, failed)
    [run] = latest_runs(office)
    assert run.error is not None
    assert run.error.startswith(f"no data of {digest_for_logs(ean)}")
    assert ean.encode() not in office.path.read_bytes()
    assert len(run.error) == 500


@pytest.mark.parametrize("name", TROUBLES)
def test_every_kind_of_trouble_is_an_error_that_there_is(name: str) -> None:
    rooms = (errors, fluvius, eneco, store, sync, runner)
    found = [getattr(room, name) for room in rooms if hasattr(room, name)]
    assert found
    assert all(issubclass(one, errors.KwartierError) for one in found)


def test_an_error_that_is_not_known_is_trouble_as_well(office: Office) -> None:
    assert RUN.trouble is None
    assert replace(RUN, kind="ClockError").trouble is Trouble.OTHER
    assert replace(RUN, kind="RateLimitError").trouble is Trouble.RATE_LIMIT
