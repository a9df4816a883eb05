"""The page on runs: what was done, what failed and why, and how each provider stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.console import runs
from kwartier.office.runs import Run, RunOutcome, note_run
from kwartier.office.users import Role
from support.console import Console

BEGAN = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)


def run(number: int, **given: object) -> Run:
    at = BEGAN + timedelta(minutes=number)
    fields = {
        "provider": "fluvius",
        "task": "sync",
        "started_at": at,
        "ended_at": at + timedelta(seconds=90),
        "outcome": RunOutcome.DONE,
    }
    return Run(**(fields | given))  # type: ignore[arg-type]


def test_runs_are_shown_with_what_became_of_their_requests(tmp_path: Path) -> None:
    console = Console(tmp_path / "store.duckdb")
    browser = console.signed_in(Role.VIEWER)
    assert "Nothing of the kind" in browser.get("/runs").text
    counts = {"requests": {"ok": 12345, "failed": 2}, "errors": {"ServerError": 2}, "holds": 3}
    note_run(console.office, run(1, counts=counts, outcome=RunOutcome.INCOMPLETE))
    note_run(
        console.office,
        run(
            2,
            task="poll",
            outcome=RunOutcome.FAILED,
            kind="AuthenticationError",
            error="<script>alert(1)</script> 541448820000000017",
        ),
    )
    page = re.sub(r"\s+", " ", browser.get("/runs").text)
    assert "2026-11-20 12:31" in page
    assert "12 345 ok" in page
    assert "2 \N{MULTIPLICATION SIGN} ServerError" in page
    assert '<a href="/holds">3 waiting</a>' in page
    assert "&lt;script&gt;" in page
    assert "541448820000000017" not in page
    assert "none was done lately" in page
    assert "1m30s" in page


def test_runs_are_filtered_and_paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_PER_PAGE", 10)
    console = Console(tmp_path / "store.duckdb")
    browser = console.signed_in(Role.VIEWER)
    for number in range(12):
        note_run(console.office, run(number, provider="eneco" if number % 3 else "fluvius"))
    first = browser.get("/runs")
    assert first.text.count("<td>sync</td>") == 10
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older is not None
    assert browser.get(older[1].replace("&amp;", "&")).text.count("<td>sync</td>") == 2
    assert browser.get("/runs?provider=fluvius").text.count("<td>sync</td>") == 4
    assert browser.get("/runs?task=poll&before=x").text.count("<td>sync</td>") == 0


def test_polls_that_went_well_are_shown_only_when_asked_for(tmp_path: Path) -> None:
    console = Console(tmp_path / "store.duckdb")
    browser = console.signed_in(Role.VIEWER)
    failed = RunOutcome.FAILED
    for number, (task, outcome) in enumerate(
        [("poll", RunOutcome.DONE), ("poll", failed), ("fetch", RunOutcome.DONE)]
    ):
        note_run(console.office, run(number, task=task, outcome=outcome))
    polls = {
        query: browser.get(f"/runs{query}").text.count("<td>poll</td>")
        for query in ("", "?task=all", "?task=poll", "?task=fetch")
    }
    assert polls == {"": 1, "?task=all": 2, "?task=poll": 2, "?task=fetch": 0}
    assert browser.get("/runs").text.count("<td>fetch</td>") == 1
