"""How far a sync is, and how long it will take, as its watchers are told."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime

import pytest
from rich.console import Console

from kwartier.cli import progress as showing
from kwartier.sync import SyncReport
from kwartier.vocabulary.fetch import Outcome


def report(*, answered: int, planned: int, of: tuple[int, int], done: int = 0) -> SyncReport:
    """After 10 seconds; ``of``: for so many metering points is it planned, of so many."""
    made = SyncReport(now=datetime(2026, 11, 20, tzinfo=UTC), points=of[1], points_done=done)
    made.planned, made.points_planned = planned, of[0]
    made.outcomes = Counter({Outcome.OK: answered})
    made.ended = made.started + 10
    return made


@pytest.mark.parametrize(
    ("so_far", "share"),
    [
        (report(answered=0, planned=0, of=(0, 10)), 0),
        (report(answered=0, planned=13, of=(1, 10)), 0),
        (report(answered=13, planned=26, of=(2, 10), done=1), 0.1),
        (report(answered=65, planned=130, of=(10, 10), done=1), 0.5),
        (report(answered=130, planned=130, of=(10, 10), done=10), 1),
        (report(answered=0, planned=0, of=(5, 10), done=5), 0.5),
        (report(answered=12, planned=12, of=(12, 10), done=10), 1),
        (report(answered=0, planned=0, of=(0, 0)), 0),
    ],
)
def test_what_is_not_planned_yet_is_taken_to_be_like_what_is(
    so_far: SyncReport, share: float
) -> None:
    assert so_far.share_done == pytest.approx(share)


def test_a_line_tells_the_time_left_before_the_first_metering_point_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(showing, "SECONDS_BETWEEN_LINES", 0.0)
    told = io.StringIO()
    with showing.progress(Console(file=told, force_terminal=False)) as watch:
        watch(report(answered=0, planned=13, of=(1, 10)))
        watch(report(answered=13, planned=26, of=(2, 10)))
    assert told.getvalue() == "0 of 10 metering points, 0 values, 0/s, about 90 s left\n"


def test_a_bar_moves_with_every_request() -> None:
    told = io.StringIO()
    with showing.progress(Console(file=told, force_terminal=True, width=100)) as watch:
        watch(report(answered=65, planned=130, of=(10, 10), done=3))
    assert "3/10 points" in told.getvalue()
