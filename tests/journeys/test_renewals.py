"""What runs out, what changed, and who is told: the commands against a running emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Receiver

from kwartier.cli.app import run
from support.cli import Cli
from support.esco import send
from support.listener import SECRET, Listener
from support.prepared import Copied, Prepared, prepare

POWER = "541440110000000209"
GAS = "541441010000000209"
SEEN = "2026-11-20T12:00:00Z"


def set_clock(cli: Cli, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    """Bring Fluvius and this machine to another day: its mandates last until 2029-11-20."""
    place = cli.env["FLUVIUS_PORTAL_URL"].split("/", 3)
    body = json.dumps({"now": now}).encode()
    assert send(f"{place[0]}//{place[2]}/_emulator/clock", "PUT", content=body).status == 200
    monkeypatch.setenv("KWARTIER_CLOCK", now)


def lines(text: str) -> list[dict[str, Any]]:
    """The events in lines of JSON; what is not JSON fails."""
    return [json.loads(line) for line in text.splitlines()]


def states(events: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Type, time and renewal status of each event."""
    return [(e["type"], e["timestamp"], e["data"]["renewal_status"]) for e in events]


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Peeters consented to power, Maes to gas, both on 2026-11-20; the store knows of both."""
    commands = [
        "customers add c-1 --label Peeters --contact an@example.com",
        "customers add c-2 --label Maes --language fr",
        f"mock-mandate c-1 {POWER} --from 2026-11-01 --service day",
        f"mock-mandate c-2 {GAS} --from 2026-11-01 --service day",
        "mandates",
    ]
    return prepare(tmp_path_factory.mktemp("agreed"), map(str.split, commands))


@pytest.fixture
def consented(agreed: Prepared, copied: Copied) -> Cli:
    return copied(agreed)


def reference_of(cli: Cli, customer_id: str) -> str:
    found = {row["customer_id"]: row for row in cli.json("customers", "list")}
    number: str = found[customer_id]["reference_number"]
    return number


def test_nothing_is_due_when_consent_was_just_given(consented: Cli) -> None:
    assert "Nothing to renew within 120 days." in consented("renewals")
    assert "Nothing to renew within 30 days." in consented("renewals", "--within", "30")
    assert consented.json("renewals") == []


def test_what_expires_before_long_is_listed_with_the_days_that_are_left(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(consented, monkeypatch, "2029-08-10T12:00:00Z")
    consented("mandates")
    found = {row["customer_id"]: row for row in consented.json("renewals")}
    assert set(found) == {"c-1", "c-2"}
    assert found["c-1"] == {
        "mandate_id": found["c-1"]["mandate_id"],
        "customer_id": "c-1",
        "customer": "Peeters",
        "contact": "an@example.com",
        "language": "nl",
        "provider": "fluvius",
        "reference_number": reference_of(consented, "c-1"),
        "metering_point": POWER,
        "data_service_type": "VH_dag",
        "period_end": None,
        "expires_at": "2029-11-20T12:00:00Z",
        "days_left": 102,
        "renewal_status": None,
        "state": "soon",
        "to_do": "nothing yet",
    }
    assert found["c-2"]["language"] == "fr"
    assert len(consented.json("renewals", "--within", "103")) == 2
    assert consented.json("renewals", "--within", "101") == []
    assert "nothing yet" in consented("renewals")


def test_what_is_due_is_listed_however_few_days_are_asked_for(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(consented, monkeypatch, "2029-10-01T12:00:00Z")
    consented("mandates")
    rows = consented.json("renewals", "--within", "0")
    assert [(row["state"], row["renewal_status"], row["days_left"]) for row in rows] == [
        ("due", "ToBeRenewed", 50)
    ] * 2
    assert "kwartier link c-1 " in {row["customer_id"]: row["to_do"] for row in rows}["c-1"]
    shown = consented("renewals", "--within", "0")
    assert "as Fluvius stated it on 2029-10-01 14:00, and as of 2029-10-01 14:00" in shown


def test_what_expired_is_listed_with_the_days_since(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(consented, monkeypatch, "2029-12-01T12:00:00Z")
    consented("mandates")
    assert [(row["state"], row["days_left"]) for row in consented.json("renewals")] == [
        ("expired", -11)
    ] * 2


def test_without_asking_fluvius_again_the_expiry_decides(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWARTIER_CLOCK", "2029-12-01T12:00:00Z")
    assert {row["state"] for row in consented.json("renewals")} == {"expired"}
    assert "as Fluvius stated it on 2026-11-20 13:00" in consented("renewals")


def test_a_clock_of_ours_that_is_behind_fluvius_own_is_not_believed(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(consented, monkeypatch, "2029-10-01T12:00:00Z")
    consented("mandates")
    for behind in ("2026-11-20T12:00:00Z", "2029-10-01T11:59:00Z"):
        monkeypatch.setenv("KWARTIER_CLOCK", behind)
        rows = consented.json("renewals")
        assert [(row["state"], row["days_left"]) for row in rows] == [("due", 50)] * 2
        assert "and as of 2029-10-01 14:00" in consented("renewals")


@pytest.mark.parametrize("days", ["-1", "1099", "soon"])
def test_days_that_make_no_sense_are_refused(cli: Cli, days: str) -> None:
    cli("renewals", "--within", days, code=2)


def test_without_a_store_it_says_how_to_make_one(cli: Cli) -> None:
    assert "kwartier customers add" in cli("renewals", code=1)


def test_the_history_tells_each_change_once_by_customer_and_by_reference(
    consented: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(consented, monkeypatch, "2029-10-01T12:00:00Z")
    consented("mandates")
    consented("mandates")
    by_customer = consented.json("mandates", "--history", "--customer", "c-1")
    assert [(row["kind"], row["seen_at"]) for row in by_customer] == [
        ("first_seen", SEEN),
        ("changed", "2029-10-01T12:00:00Z"),
    ]
    renewal = {"field": "renewal_status", "before": None, "after": "ToBeRenewed"}
    assert by_customer[1]["changes"] == [renewal]
    reference = reference_of(consented, "c-1")
    assert consented.json("mandates", "--history", "--reference", reference) == by_customer
    assert len(consented.json("mandates", "--history")) == 4
    unknown = consented("mandates", "--history", "--customer", "c-9", code=2)
    assert "kwartier customers add c-9" in unknown

    monkeypatch.setenv("COLUMNS", "200")
    table = consented("mandates", "--history", "--customer", "c-2")
    assert "first seen; status Approved; period start 2026-11-01" in table
    assert "renewal status ToBeRenewed" in table
    assert "Maes" in table
    assert "Peeters" not in table


def test_the_history_of_nothing_says_so(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    assert "No changes of mandates yet." in cli("mandates", "--history")
    assert cli.json("mandates", "--history") == []


def test_a_sync_adds_each_change_once_to_a_file(
    consented: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "events.jsonl"
    consented("sync", "--events", str(path))
    consented("sync", "--events", str(path))
    first = lines(path.read_text())
    assert states(first) == [("mandate.first_seen", SEEN, None)] * 2
    assert {event["data"]["customer_id"] for event in first} == {"c-1", "c-2"}

    later = "2026-11-21T12:00:00Z"
    set_clock(consented, monkeypatch, later)
    consented("mock-mandate", "c-1", GAS, "--from", "2026-11-01", "--service", "day")
    consented("sync", "--events", str(path))
    events = lines(path.read_text())
    assert events[:2] == first
    assert states(events[2:]) == [("mandate.first_seen", later, None)]
    told = consented.json("mandates", "--history")
    assert [event["id"] for event in events] == [row["id"] for row in told]


def test_printed_events_are_all_that_standard_output_gets(
    consented: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["sync", "--events", "-", "--store", str(consented.store)]) == 0
    said = capsys.readouterr()
    assert states(lines(said.out)) == [("mandate.first_seen", SEEN, None)] * 2
    assert "2 metering points" in said.err
    assert run(["mandates", "--events", "-", "--store", str(consented.store)]) == 0
    assert capsys.readouterr().out == ""


def test_events_and_a_document_cannot_both_be_printed(consented: Cli) -> None:
    assert "--events" in consented("sync", "--events", "-", "--json", code=2)


def test_a_file_that_cannot_be_written_loses_no_event(consented: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    assert "make it first" in consented("sync", "--events", str(folder / "e.jsonl"), code=1)
    path = tmp_path / "events.jsonl"
    path.symlink_to(folder / "events.jsonl")
    assert "come with the next run" in consented("sync", "--events", str(path), code=1)
    folder.mkdir()
    consented("sync", "--events", str(path))
    assert len(lines(path.read_text())) == 2


def test_a_sync_posts_each_change_once_signed(
    consented: Cli, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setenv("KWARTIER_WEBHOOK_SECRET", SECRET)
    consented("sync", "--webhook", listener.url)
    monkeypatch.setenv("KWARTIER_WEBHOOK_URL", listener.url)
    consented("mandates")
    receiver = Receiver(SECRET)
    for _, headers, body in listener.came:
        assert receiver.verify(body.decode(), headers)["id"] == headers["webhook-id"]
    told = consented.json("mandates", "--history")
    assert sorted(event["id"] for event in listener.events()) == sorted(r["id"] for r in told)


def test_what_a_receiver_refuses_for_good_is_kept_and_the_exit_code_says_so(
    consented: Cli, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setenv("KWARTIER_WEBHOOK_SECRET", SECRET)
    listener.statuses = [410, 410]
    said = consented("mandates", "--webhook", listener.url, code=3)
    assert "Not told yet: 2 changes of mandates (the receiver answered 410)" in said
    assert "hidden" not in said
    assert listener.events() == []


@pytest.mark.parametrize(
    ("url", "secret", "word", "code"),
    [
        ("http://crm.example.com/hook", SECRET, "must begin with https", 2),
        ("crm.example.com", SECRET, "must be an address", 2),
        ("https://crm.example.com/hook", "whsec_short", "KWARTIER_WEBHOOK_SECRET must be", 1),
        ("https://crm.example.com/hook", None, "KWARTIER_WEBHOOK_SECRET is not set", 1),
    ],
)
def test_a_webhook_that_cannot_work_is_refused_before_anything_is_asked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, secret: str | None, word: str, code: int
) -> None:
    if secret is not None:
        monkeypatch.setenv("KWARTIER_WEBHOOK_SECRET", secret)
    said = cli("sync", "--webhook", url, code=code)
    assert word in said
    assert "whsec_short" not in said
    assert not cli.store.exists()
