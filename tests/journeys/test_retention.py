"""What may not be held any more goes: the commands against a running emulator."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwartier.store import Selection, open_store
from support.cli import Cli
from support.esco import send
from support.prepared import Copied, Prepared, prepare

POWER = "541440110000000209"
OTHER = "541440110000000307"
START = "2026-09-05"
SERVICE = "VH_kwartier_uur"
CAP = "2026-10-15"
CAPPED = datetime(2026, 10, 14, 22, tzinfo=UTC)


def control(cli: Cli, path: str, body: dict[str, Any], method: str = "POST") -> None:
    place = cli.env["FLUVIUS_PORTAL_URL"].split("/", 3)
    url = f"{place[0]}//{place[2]}/_emulator/{path}"
    kind = {"content-type": "application/json"}
    answer = send(url, method, content=json.dumps(body).encode(), headers=kind)
    assert answer.status == 200, answer.content


def happen(cli: Cli, kind: str, ean: str | None = POWER, effective: str | None = CAP) -> None:
    body = {"kind": kind, "ean": ean, "effective": effective}
    control(cli, "events", {name: value for name, value in body.items() if value is not None})


def share(cli: Cli, customer: str, *arguments: str) -> None:
    """The customer's mandate for quarter-hours of a metering point."""
    cli("mock-mandate", customer, *arguments, "--service", "quarter")


def latest(cli: Cli, point: str) -> datetime | None:
    """Until when the store holds anything of a metering point, revisions too."""
    hulls = [one.hull.end for one in open_store(cli.store).held() if one.metering_point == point]
    return max(hulls, default=None)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Peeters shares one metering point, Maes another, and both were fetched."""
    commands = [
        "customers add c-1 --label Peeters",
        "customers add c-2 --label Maes",
        f"mock-mandate c-1 {POWER} --from {START} --service quarter",
        f"mock-mandate c-2 {OTHER} --from {START} --service quarter",
        "sync",
    ]
    return prepare(tmp_path_factory.mktemp("shared"), map(str.split, commands))


@pytest.fixture
def synced(shared: Prepared, copied: Copied) -> Cli:
    return copied(shared)


def test_past_a_market_event_in_the_past_nothing_is_held_and_receivers_are_told(
    synced: Cli,
) -> None:
    before = latest(synced, OTHER)
    happen(synced, "customer-change")
    done = synced.json("sync", "--events", str(synced.folder / "events.jsonl"))
    assert done["retention"]["retracted_points"] == 1
    assert done["retention"]["retracted_values"] > 1000
    assert latest(synced, POWER) == CAPPED
    assert latest(synced, OTHER) == before
    told = [json.loads(line) for line in (synced.folder / "events.jsonl").read_text().splitlines()]
    kinds = [event["type"] for event in told if event["data"]["metering_point"] == POWER]
    assert kinds == ["mandate.first_seen", "mandate.changed", "mandate.retracted"]
    (stretch,) = told[-1]["data"]["retracted"]
    assert (stretch["granularity"], stretch["start"]) == ("PT15M", "2026-10-14T22:00:00Z")
    assert told[-1]["data"]["customer_id"] == "c-1"
    assert "values erased" in synced("mandates", "--history")
    assert "none was altered" in synced("receipts", "--verify")
    again = synced.json("sync")
    assert (again["inserted"], again["retention"]["retracted_values"]) == (0, 0)


def test_an_end_that_moves_forward_again_is_fetched_again(synced: Cli) -> None:
    before = latest(synced, POWER)
    share(synced, "c-1", POWER, "--from", START, "--to", CAP)
    gone = synced.json("sync")["retention"]["retracted_values"]
    assert latest(synced, POWER) == CAPPED
    share(synced, "c-1", POWER, "--from", START)
    assert synced.json("sync")["inserted"] == gone
    assert latest(synced, POWER) == before


def test_what_merely_expired_is_kept(synced: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    before = latest(synced, POWER)
    control(synced, "clock", {"now": "2029-12-01T12:00:00Z"}, "PUT")
    monkeypatch.setenv("KWARTIER_CLOCK", "2029-12-01T12:00:00Z")
    done = synced.json("sync")
    assert {row["renewal_status"] for row in synced.json("mandates", "--known")} == {"Expired"}
    assert done["retention"] == {
        "retracted_values": 0,
        "retracted_points": 0,
        "details": [],
        "receipts": [],
        "former_stores_deleted": [],
        "blocked_orders": 0,
        "on_hold": 0,
    }
    assert before is not None
    assert (latest(synced, POWER) or before) >= before


def finish(cli: Cli, customer: str, ean: str) -> None:
    """The mandate is ended, as the list says from now on."""
    rows = cli.json("customers", "list")
    (reference,) = [r["reference_number"] for r in rows if r["customer_id"] == customer]
    body = {
        "referenceNumber": reference,
        "ean": ean,
        "dataServiceType": SERVICE,
        "dataPeriodFrom": "2026-09-04T22:00:00Z",
        "status": "Finished",
        "environment": "sandbox",
    }
    control(cli, "mandates", body)


def used(cli: Cli) -> dict[str, set[str]]:
    """The metering points of which values go into an export, month peaks and totals."""
    file = cli.folder / "values.parquet"
    cli("export", str(file))
    return {
        "export": set(pq.read_table(file)["metering_point"].to_pylist()),
        "peaks": {row["metering_point"] for row in cli.json("peaks")["months"]},
        "totals": {row["metering_point"] for row in cli.json("totals")},
    }


def test_what_a_customer_ended_is_on_hold_until_a_person_decides(synced: Cli) -> None:
    before = latest(synced, POWER)
    finish(synced, "c-1", POWER)
    assert "waiting for a decision: 1 mandate" in synced("sync")
    assert latest(synced, POWER) == before
    (hold,) = synced.json("holds")
    assert (hold["state"], hold["customer"], hold["metering_point"]) == (
        "on hold",
        "Peeters",
        POWER,
    )
    assert used(synced) == {"export": {OTHER}, "peaks": {OTHER}, "totals": {OTHER}}
    assert "What is on hold is left out" in synced("export", str(synced.folder / "all.parquet"))
    synced("holds", "keep", hold["id"], "--why", "a dispute", "--by", "An")
    assert used(synced) == {"export": {POWER, OTHER}, "peaks": {OTHER}, "totals": {OTHER}}
    (kept,) = synced.json("holds")
    assert (kept["state"], kept["why"]) == ("kept", "a dispute (An)")
    assert "erased" in synced("holds", "erase", hold["id"], "--why", "settled").lower()
    assert latest(synced, POWER) is None
    assert synced.json("holds") == []
    (receipt,) = synced.json("receipts")
    assert (receipt["reason"], POWER in json.dumps(receipt)) == ("decided", False)
    synced("holds", "keep", hold["id"], "--why", "too late", code=2)


def test_erasing_one_hold_says_so_while_another_holds_the_same_values(cli: Cli) -> None:
    for customer in ("c-1", "c-2"):
        cli("customers", "add", customer)
        share(cli, customer, POWER, "--from", START)
    cli("sync")
    for customer in ("c-1", "c-2"):
        finish(cli, customer, POWER)
    cli("sync")
    one, other = cli.json("holds")
    assert "Nothing is erased yet" in cli("holds", "erase", one["id"], "--why", "asked")
    assert latest(cli, POWER) is not None
    said = cli("holds", "erase", other["id"], "--why", "asked")
    assert "Erased" in said
    assert "Nothing" not in said


def test_the_policy_erases_what_was_ended_after_its_grace(synced: Cli) -> None:
    finish(synced, "c-1", POWER)
    assert synced.json("sync", "--retention", "erase")["retention"]["on_hold"] == 1
    done = synced.json("sync", "--retention", "erase", "--grace-days", "0")
    assert done["retention"]["retracted_points"] == 1
    assert latest(synced, POWER) is None


def test_after_an_ended_contract_nothing_goes_until_a_person_confirms(synced: Cli) -> None:
    happen(synced, "contract-ended", None, None)
    erasing = ("--retention", "erase", "--grace-days", "0")
    done = synced.json("sync", *erasing)
    assert (done["retention"]["retracted_values"], done["retention"]["blocked_orders"]) == (0, 2)
    rows = synced.json("holds", *erasing)
    assert {row["state"] for row in rows} == {"stopped"}
    assert {row["why"] for row in rows} == {"the data access contract seems to have ended"}
    (name,) = {row["id"] for row in rows}
    synced("holds", "confirm", "F-00000000", "--why", "no", *erasing, code=2)
    synced("holds", "confirm", name, "--why", "checked with Fluvius", *erasing)
    assert (latest(synced, POWER), latest(synced, OTHER)) == (None, None)


def test_the_fuse_stops_many_market_events_until_a_person_confirms(cli: Cli) -> None:
    points = {
        kind: f"54144011000000010{number}"
        for number, kind in enumerate(
            ("customer-change", "combined-switch", "move", "disconnection")
        )
    }
    cli("customers", "add", "c-1")
    for ean in points.values():
        share(cli, "c-1", ean, "--from", "2026-10-01")
    cli("sync")
    for kind, ean in points.items():
        happen(cli, kind, ean)
    assert "the fuse has blown: 4 metering points" in cli("sync")
    assert {latest(cli, ean) for ean in points.values()} != {CAPPED}
    (name,) = {row["id"] for row in cli.json("holds")}
    cli("holds", "confirm", name, "--why", "they moved together")
    assert {latest(cli, ean) for ean in points.values()} == {CAPPED}
    assert cli.json("holds") == []


def test_erasing_one_customer_leaves_the_next_one_on_the_same_point_alone(cli: Cli) -> None:
    for customer in ("c-1", "c-2"):
        cli("customers", "add", customer)
    share(cli, "c-1", POWER, "--from", START, "--to", CAP)
    share(cli, "c-2", POWER, "--from", CAP)
    cli("sync")
    (before,) = {one.hull for one in open_store(cli.store).held()}
    cli("erase", "--customer", "c-1", "--why", "asked", code=2)
    cli("erase", "--customer", "nobody", "--why", "asked", "--yes", code=2)
    assert "not be fetched any more" in cli("erase", "--customer", "c-1", "--why", "asked", "--yes")
    (after,) = {one.hull for one in open_store(cli.store).held()}
    assert (after.start, after.end) == (CAPPED, before.end)
    assert cli.json("sync")["inserted"] == 0
    (row,) = cli.json("holds")
    assert (row["state"], row["why"].partition(" ")[0]) == ("suppressed", "asked")
    assert cli.json("erase", "--customer", "c-1", "--why", "consents anew", "--lift") == {
        "lifted": 1
    }
    assert cli.json("sync")["inserted"] > 1000
    assert {one.hull for one in open_store(cli.store).held()} == {before}
    for customer in ("c-1", "c-2"):
        cli("erase", "--customer", customer, "--why", "asked", "--yes")
    assert "What is approved was erased and is kept from being fetched" in cli("sync")


def test_a_part_of_a_period_can_be_erased(synced: Cli) -> None:
    asked = ["--customer", "c-1", "--from", "2026-09-10", "--to", "2026-09-20"]
    done = synced.json("erase", *asked, "--why", "asked", "--yes")
    assert done["retracted_values"] > 900
    assert synced.json("sync")["inserted"] == 0
    values = pa.Table.from_batches(
        open_store(synced.store).scan(Selection(metering_points=(POWER,)))
    )
    starts = values["start"].to_pylist()
    first, last = (datetime(2026, 9, day, 22, tzinfo=UTC) for day in (9, 19))
    assert not [start for start in starts if first <= start < last]
    assert len(starts) > 1000
    gaps = [gap for row in synced.json("coverage", "--point", POWER) for gap in row["gaps"]]
    assert not [gap for gap in gaps if gap["start"] < f"{last:%Y-%m-%d}" < gap["end"]]


def test_a_broken_chain_is_told_and_where(synced: Cli) -> None:
    synced("erase", "--customer", "c-1", "--why", "asked", "--yes")
    file = Path(f"{synced.store}.receipts.jsonl")
    lines = file.read_text().splitlines()
    altered = json.loads(lines[0]) | {"values": 1}
    file.write_text("\n".join([json.dumps(altered), *lines[1:]]) + "\n")
    assert "in the file, receipt 1: its content does not have its hash" in synced(
        "receipts", "--verify", code=1
    )


def test_a_dry_run_shows_what_would_go_and_plans_nothing_that_is_suppressed(synced: Cli) -> None:
    synced("erase", "--customer", "c-1", "--why", "asked", "--yes")
    happen(synced, "move", OTHER)
    before = latest(synced, OTHER)
    planned = synced("sync", "--dry-run", "--force")
    assert POWER not in planned
    assert f"of {OTHER} (PT15M), 2026-10-15 00:00 to " in planned
    shown = synced.json("sync", "--dry-run", "--force")["retention"]
    assert (shown["would_wait"], shown["on_hold"]) == ([], [])
    (goes,) = shown["would_erase"]
    assert (goes["metering_point"], goes["reason"]) == (OTHER, "period_ended")
    assert goes["from"] == "2026-10-14T22:00:00Z"
    assert latest(synced, OTHER) == before
    done = synced.json("sync")["retention"]
    assert done["retracted_values"] == goes["values"] + goes["revisions"]


def test_a_dry_run_shows_what_the_fuse_and_an_ended_mandate_hold_back(synced: Cli) -> None:
    happen(synced, "contract-ended", None, None)
    (held,) = {one["reason"] for one in synced.json("sync", "--dry-run")["retention"]["on_hold"]}
    assert held == "finished"
    assert f"On hold, waiting for a decision: {POWER}, " in synced("sync", "--dry-run")
    erasing = ("--dry-run", "--retention", "erase", "--grace-days", "0")
    shown = synced.json("sync", *erasing)["retention"]
    assert {one["fuse"] for one in shown["would_wait"]} == {"contract_ended"}
    assert {one["metering_point"] for one in shown["would_wait"]} == {POWER, OTHER}
    assert shown["would_erase"] == []
    assert "Would wait for a person to confirm it: " in synced("sync", *erasing)
    assert synced.json("holds") == []
