"""What `kwartier sync` leaves in the office file of how it went."""

from __future__ import annotations

import pytest

from kwartier.cli.app import run
from kwartier.office import office_of, open_office
from kwartier.office.runs import RunOutcome, Trouble, latest_runs
from support.cli import Cli

POINT = "541440110000000207"


def test_each_sync_leaves_a_row_the_refused_one_too(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", POINT, "--from", "2026-11-10")
    told = cli.json("sync", "--publish", str(cli.folder / "published"))
    monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", "not-the-one")
    cli("sync", code=1)
    refused, published, done = latest_runs(open_office(cli.store))
    assert (done.provider, done.task, done.outcome) == ("fluvius", "sync", RunOutcome.DONE)
    assert done.counts["inserted"] == told["inserted"] > 0
    assert done.counts["requests"] == {"ok": told["requests"]}
    assert (published.task, published.outcome) == ("publish", RunOutcome.DONE)
    assert published.counts["values"] == told["inserted"]
    assert (refused.outcome, refused.trouble) == (RunOutcome.FAILED, Trouble.CREDENTIALS)
    assert refused.error
    assert "not-the-one" not in refused.error
    assert done.started_at.isoformat() == "2026-11-20T12:00:00+00:00", "the emulated time"


def test_what_only_shows_or_makes_no_sense_leaves_none(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    cli("sync", "--dry-run")
    assert run(["sync", "--force", "--store", str(cli.store), "--point", POINT]) == 2
    assert not office_of(cli.store).exists()


def test_an_office_that_cannot_be_written_costs_a_line_and_not_the_sync(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    office_of(cli.store).mkdir()
    assert "How this sync went is not noted" in cli("sync")
