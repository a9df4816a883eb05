"""What ails the runs now, by the runs that were noted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.funnel.causes import Cause
from kwartier.funnel.trouble import troubles
from kwartier.office import Office
from kwartier.office.runs import Run, RunOutcome, note_run
from support.measured import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office.sqlite")


def note(office: Office, hours_ago: int, kind: str | None, **said: Any) -> None:
    """A sync that began so long ago, and met an error of this class."""
    at = NOW - hours_ago * HOUR
    outcome = RunOutcome.DONE if kind is None else RunOutcome.FAILED
    run = {"provider": "fluvius", "task": "sync", "outcome": outcome, "kind": kind, **said}
    note_run(office, Run(started_at=at, ended_at=at, **run))


def told(office: Office) -> dict[Cause, int]:
    """By cause, how many hours ago it began."""
    return {one.cause: (NOW - one.since) // HOUR for one in troubles(office)}


def test_it_began_when_the_same_first_went_wrong_since_all_was_well(office: Office) -> None:
    note(office, 9, "ServerError")
    note(office, 8, None)
    note(office, 7, "AuthenticationError")
    note(office, 6, "ServerError")
    note(office, 5, "AuthenticationError")
    assert told(office) == {Cause.CREDENTIALS: 7}
    note(office, 4, "NoReplyError")
    assert told(office) == {Cause.OUTAGE: 6}


def test_a_list_that_is_forbidden_is_no_error_of_ours(office: Office) -> None:
    note(office, 9, "ForbiddenError")
    assert told(office) == {Cause.CREDENTIALS: 9}


def test_it_goes_on_for_as_long_as_runs_are_kept(office: Office) -> None:
    for hours in range(450, 0, -1):
        note(office, hours, "ServiceUnavailableError", task="poll")
    assert told(office) == {Cause.OUTAGE: 450}


def test_a_run_that_was_stopped_tells_nothing_unless_it_was_answered(office: Office) -> None:
    note(office, 9, "ServerError")
    note(office, 8, None, outcome=RunOutcome.STOPPED, counts={"requests": {"failed": 2}})
    assert told(office) == {Cause.OUTAGE: 9}
    note(office, 7, None, outcome=RunOutcome.STOPPED, counts={"requests": {"ok": 1}})
    assert told(office) == {}


def test_a_sync_that_listed_the_mandates_ends_what_ailed_polls(office: Office) -> None:
    note(office, 9, "ServerError", task="poll")
    assert told(office) == {Cause.OUTAGE: 9}
    note(office, 8, None)
    assert told(office) == {}
    note(office, 7, "ServerError", task="poll")
    assert told(office) == {Cause.OUTAGE: 7}


def test_polls_that_go_well_do_not_hide_that_nothing_can_be_fetched(office: Office) -> None:
    note(office, 9, "RateLimitError", outcome=RunOutcome.INCOMPLETE)
    note(office, 8, None, task="poll")
    assert told(office) == {Cause.RATE_LIMIT: 9}


def test_giving_up_has_the_cause_of_what_failed(office: Office) -> None:
    errors = {"RateLimitError": 40, "NoReplyError": 2}
    note(office, 9, "ProviderDownError", counts={"errors": errors})
    assert told(office) == {Cause.RATE_LIMIT: 9}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ServerError", {}),
        ("ValidationError", {}),
        ("RateLimitError", {Cause.RATE_LIMIT: 9}),
    ],
)
def test_some_requests_that_fail_among_others_are_no_outage(
    office: Office, kind: str, expected: dict[Cause, int]
) -> None:
    counts = {"requests": {"ok": 30, "failed": 2}}
    note(office, 9, kind, outcome=RunOutcome.INCOMPLETE, counts=counts)
    assert told(office) == expected
