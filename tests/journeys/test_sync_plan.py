"""``kwartier sync``: why, what if, and only this."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kwartier.cli.app import run
from kwartier.cli.provider import connect, credentials_for
from kwartier.fluvius import DataServiceType, Environment, MandateStatus
from support.cli import Cli

POINT, OTHER, GAS_POINT = "541440110000000111", "541440010000000222", "541441010000000333"
UNKNOWN = "541440010000000999"


@pytest.fixture
def shared(cli: Cli) -> Cli:
    """A store that knows of nothing yet, with mandates to ask for."""
    with connect(Environment.SANDBOX, credentials_for(Environment.SANDBOX)) as client:
        for ean in (POINT, OTHER, GAS_POINT):
            client.create_mock_mandate(
                reference_number="KW-1",
                ean=ean,
                data_service_type=DataServiceType.VH_KWARTIER_UUR,
                data_period_from="2026-09-01",
                status=MandateStatus.APPROVED,
            )
    return cli


def test_a_dry_run_says_what_a_sync_would_ask_and_leaves_no_store(shared: Cli) -> None:
    said = shared("sync", "--sandbox", "--dry-run")
    assert "A sync would send 3 requests (3 backfill) for 3 metering points." in said
    assert f"{POINT}  backfill: quarter-hours of 2026-09-01 00:00 to 2026-11-20" in said
    assert not shared.store.exists()
    told = shared.json("sync", "--sandbox", "--dry-run", "--point", POINT, "--point", OTHER)
    assert (told["requests"], told["reasons"]) == (2, {"backfill": 2})
    assert {one["metering_point"] for one in told["plan"]} == {POINT, OTHER}


def test_why_explains_each_request_of_a_sync(shared: Cli) -> None:
    said = shared("sync", "--sandbox", "--why", "--point", GAS_POINT)
    assert f"{GAS_POINT}  backfill: hours of 2026-09-01" in said
    assert "1 metering point, 1 request (1 backfill) in " in said
    told = shared.json("sync", "--sandbox", "--why")
    assert told["reasons"] == {"backfill": 2, "delta": 1}
    [delta] = [one for one in told["plan"] if one["reason"] == "delta"]
    assert delta["kind"] == "insertTime"
    assert (
        delta["why"] == "delta: hours, whenever measured, that were stored since 2026-11-20 12:00"
    )
    assert "plan" not in shared.json("sync", "--sandbox")


def test_what_is_settled_is_asked_for_again_only_by_force(shared: Cli) -> None:
    shared("sync", "--sandbox")
    october = ("--from", "2026-10-01", "--to", "2026-11-01", "--point", POINT)
    assert shared.json("sync", "--sandbox", *october)["requests"] == 0
    told = shared.json("sync", "--sandbox", *october, "--force", "--why")
    assert told["reasons"] == {"forced": 1}
    assert told["inserted"] == told["revised"] == 0
    assert told["unchanged"] > 0
    [fetch] = told["plan"]
    assert (fetch["from"], fetch["to"]) == ("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")
    assert "on request" in fetch["why"]


REFUSED = [
    (("--from", "2026-10-02", "--to", "2026-10-01"), "--to: must be later than --from"),
    (("--from", "soon"), "--from: must be an ISO 8601 date"),
    (("--point", "123"), "--point: an EAN is text of exactly 18 digits"),
    (("--point", UNKNOWN), "--point: no approved mandate permits 1 of 1 points"),
    (("--from", "2026-08-01", "--to", "2026-08-02"), "--from: no mandate permits anything"),
    (("--to", "2020-01-01"), "--to: no mandate permits anything"),
]


def test_what_cannot_be_is_refused_and_named(shared: Cli) -> None:
    for options, said in REFUSED:
        for dry_run in ((), ("--dry-run",)):
            told = " ".join(shared("sync", "--sandbox", *options, *dry_run, code=2).split())
            assert said in told
            assert UNKNOWN not in told


def test_the_file_of_the_service_settles_a_sync_too_and_options_go_before_it(
    shared: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settled, other = tmp_path / "settled.duckdb", tmp_path / "other.duckdb"
    file = tmp_path / "kwartier.toml"
    file.write_text(
        f"""
        [store]
        path = "{settled}"
        [provider]
        sandbox = true
        [fetch]
        max_window_days = 20
        [publish]
        folder = "{tmp_path / "published"}"
        [events]
        file = "{tmp_path / "events.jsonl"}"
        """
    )
    typed = ["sync", "--config", str(file), "--json", "--point", POINT]

    def told(*more: str) -> Any:
        capsys.readouterr()
        assert run([*typed, *more]) == 0
        return json.loads(capsys.readouterr().out)

    assert told("--dry-run")["requests"] == 5
    done = told()
    assert (done["requests"], done["inserted"] > 0) == (5, True)
    assert [one["folder"] for one in done["published"]] == [str(tmp_path / "published")]
    assert (tmp_path / "events.jsonl").read_text().count("\n") == 3
    assert settled.exists()
    assert not other.exists()
    assert told("--store", str(other), "--sandbox")["requests"] == 5
    assert other.exists()
