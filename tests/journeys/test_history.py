"""From an old store to its past: migrate, revisions, and the figures as they were known."""

from __future__ import annotations

import lzma
import re
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwartier.cli import revisions
from kwartier.store.duckdb.connection import writing
from support.cli import Cli

RECORDED = Path(__file__).parents[1] / "recorded" / "store-version-3.duckdb.xz"
ESTIMATED, SYNTHETIC = "541440010000000003", "541440110000000009"
BEFORE, AFTER = "2026-10-31T16:00:00Z", "2026-10-31T18:00:00Z"


@pytest.fixture
def old(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A store of version 3, in which estimates were replaced on 2026-10-31 at 17:00 UTC."""
    monkeypatch.setenv("COLUMNS", "200")
    cli = Cli(tmp_path, {}, capsys)
    cli.store.write_bytes(lzma.decompress(RECORDED.read_bytes()))
    return cli


@pytest.fixture
def history(old: Cli) -> Cli:
    """The same, up to date."""
    old("migrate")
    return old


def test_an_old_store_says_what_to_do_and_migrating_does_it(old: Cli) -> None:
    said = old("peaks", code=1)
    assert "has store version 3, this kwartier knows 5: `kwartier migrate`" in said
    assert old.json("migrate") == {"store": str(old.store), "version": 5}
    assert "is up to date: version 5" in old("migrate")
    assert ESTIMATED in old("peaks")


def test_migrating_nothing_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(tmp_path, {}, capsys)
    assert "there is no store at" in cli("migrate", code=1)
    assert not cli.store.exists()


@pytest.mark.parametrize("columns", ["80", "120", None])
def test_no_line_is_printed_twice_however_narrow_the_screen(
    history: Cli, columns: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if columns is None:
        monkeypatch.delenv("COLUMNS")
    else:
        monkeypatch.setenv("COLUMNS", columns)
    for command in ("revisions", "totals", "coverage", "peaks", "mandates --known"):
        said = history(*command.split())
        lines = [line for line in said.splitlines() if re.search(r"\d{18}", line)]
        if "changed: " in said:
            lines = said.split("\n\n")
        assert len(lines) >= 5, command
        assert len(set(lines)) == len(lines), command
        assert "…" not in said
        assert max(map(len, said.splitlines())) <= int(columns or 1000)
    directions = history("revisions").count("offtake")
    assert directions == (1 if columns == "120" else 8), "in each line, or told once for all"


def test_revisions_tell_when_what_and_by_how_much(history: Cli) -> None:
    said = history("revisions", "--point", ESTIMATED)
    assert said.count("EST → READ") == 4
    assert "2026-10-31 18:00" in said
    assert "+0.009" in said
    assert "delta" in said
    assert history("revisions").count("2026-") == 8 * 2
    assert history("revisions", "--point", SYNTHETIC).count("→ removed") == 1


def test_revisions_leave_out_what_is_on_hold_and_say_so(history: Cli) -> None:
    with writing(history.store, 5) as connection:
        finished = "UPDATE mandates SET status = 'Finished' WHERE metering_point = ?"
        connection.execute(finished, [ESTIMATED])
    said = history("revisions")
    assert ESTIMATED not in said
    assert SYNTHETIC in said
    assert "4 changes on hold, and left out: `kwartier holds` lists it." in said
    told = history.json("revisions")
    assert (told["changes"], told["on_hold"], len(told["revisions"])) == (4, 4, 4)


def test_revisions_are_chosen_by_slice_and_by_time_of_change(history: Cli) -> None:
    one = history.json("revisions", "--from", "2026-10-18T12:00", "--to", "2026-10-18T12:15")
    assert [row["new_value"] for row in one["revisions"]] == [0.084]
    assert [row["difference"] for row in one["revisions"]] == [0.009]
    assert history.json("revisions", "--since", "2026-11-01")["changes"] == 4
    latest = history.json("revisions", "--limit", "1")
    assert (latest["changes"], len(latest["revisions"])) == (8, 1)
    assert latest["revisions"][0]["superseded_at"] == "2026-11-12T20:00:00Z"
    assert "7 earlier changes not shown" in history("revisions", "--limit", "1")
    assert "Nothing that was known has changed" in history("revisions", "--since", "2027-01-01")
    assert "must be later than --from" in history(
        "revisions", "--from", "2026-10-18", "--to", "2026-10-17", code=2
    )
    assert "must be at least 1" in history("revisions", "--limit", "0", code=2)


def test_many_revisions_are_summed_up_by_month(
    history: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "SHOWN_ONE_BY_ONE", 7)
    said = history("revisions")
    assert "8 changes; one by one with --limit" in said
    assert "-3.500" in said
    by_month = history.json("revisions")["by_month"]
    assert [(row["month"], row["revised"], row["removed"]) for row in by_month] == [
        ("2026-10", 4, 0),
        ("2026-09", 3, 1),
    ]


def test_an_export_as_of_a_moment_holds_what_was_known_then(history: Cli) -> None:
    file = history.folder / "then.parquet"
    span = ["--point", ESTIMATED, "--from", "2026-10-18T12:00", "--to", "2026-10-18T12:15"]
    known = {}
    for moment in (BEFORE, AFTER):
        history("export", str(file), *span, "--as-of", moment)
        known[moment] = pq.read_table(file)["value"].to_pylist()
    assert known == {BEFORE: [0.075], AFTER: [0.084]}
    history("export", str(file), *span, "--as-of", "2026-01-01")
    assert pq.read_table(file).num_rows == 0


def test_coverage_and_peaks_as_of_a_moment_are_those_that_were_shown_then(history: Cli) -> None:
    point = ["--point", ESTIMATED]
    [then] = history.json("coverage", *point, "--as-of", BEFORE)
    assert then["states"]["EST"] == then["estimated"] == 4
    [october, _] = history.json("coverage", *point)
    assert october["estimated"] == 0
    shown = history.json("peaks", *point, "--as-of", BEFORE)
    assert datetime.fromisoformat(shown["as_of"]) == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert [month["status"] for month in shown["months"]] == ["incomplete"]
    judged_later = history.json("coverage", *point, "--as-of", BEFORE, "--at", "2026-11-11")
    assert judged_later[0]["missing"] > then["missing"]


def test_before_a_mandate_was_known_nothing_was_expected(history: Cli) -> None:
    assert history.json("coverage", "--as-of", "2026-10-01") == []
    said = history("coverage", "--point", ESTIMATED, "--as-of", "2026-10-01", code=2)
    assert "no approved mandate fits" in said
