"""`kwartier alerts`: what is open, who was told, a trial; by command and by the service."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from kwartier.cli.app import run
from kwartier.office.alerts import AlertKind, open_alerts
from kwartier.office.file import open_office
from support.cli import Cli
from support.listener import Listener
from support.mail import mail_server

POINT = "541440110000000207"


def settings(folder: Path, port: int) -> str:
    """A file by which alerts go to a mail server on this machine, at any hour."""
    path = folder / "kwartier.toml"
    path.write_text(
        "[alerts]\n"
        'mail_to = ["it@energy.example"]\nmail_from = "kwartier@energy.example"\n'
        f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\nsmtp_security = "none"\n'
        'quiet_from = "00:00"\nquiet_to = "00:00"\n'
    )
    return str(path)


def test_refused_credentials_are_told_by_mail_and_in_a_chat_once(
    cli: Cli, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWARTIER_ALERTS_WEBHOOK_URL", listener.url)
    cli("customers", "add", "c-1")
    right = cli.env["FLUVIUS_SANDBOX_CLIENT_SECRET"]
    monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", "not-the-one")
    cli("sync", code=1)
    with mail_server() as mail:
        config = ["--config", settings(cli.folder, mail.port)]
        sent = cli.json("alerts", "send", *config)
        assert sent["open"] == {"refusal": 1}
        assert [(one["receiver"], one["taken"]) for one in sent["receivers"]] == [
            ("mail", 1),
            ("webhook", 1),
        ]
        again = cli.json("alerts", "send", *config)
        assert [one["taken"] for one in again["receivers"]] == [0, 0]
        [letter] = mail.letters
        assert isinstance(letter, EmailMessage)
        assert "refuses our credentials" in letter["Subject"]
        assert len(listener.came) == 1
        told = cli.json("alerts", *config)
        [row] = told["alerts"]
        assert (row["kind"], row["key"]) == ("refusal", "credentials:fluvius")
        assert {one["receiver"] for one in row["told"]} == {"mail", "webhook"}
        assert "refusal" in cli("alerts", *config)
        monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", right)
        cli("sync")
        assert cli("alerts", *config).startswith("Nothing needs a person.")
        [past] = cli.json("alerts", "--all", *config)["alerts"]
        assert past["ended"]
    said = json.dumps(told) + letter.as_string() + listener.came[0][2].decode()
    assert "not-the-one" not in said
    assert "key=hidden" not in said


def test_a_trial_says_what_became_of_each_receiver(
    cli: Cli, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is nobody to tell" in cli("alerts", "test", code=1)
    monkeypatch.setenv("KWARTIER_ALERTS_WEBHOOK_URL", listener.url)
    with mail_server() as mail:
        config = settings(cli.folder, mail.port)
        assert cli("alerts", "test", "--config", config) == "mail: taken\nwebhook: taken\n"
        assert "A trial of the alerts" in mail.letters[0]["Subject"]
    said = cli("alerts", "test", "--config", config, code=1)
    assert "mail: not taken: the mail server cannot be reached" in said
    assert not open_office(cli.store).path.exists()


def test_a_receiver_that_is_down_is_told_later_and_the_exit_code_says_so(
    cli: Cli, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWARTIER_ALERTS_WEBHOOK_URL", listener.url)
    cli("customers", "add", "c-1")
    monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", "not-the-one")
    cli("sync", code=1)
    listener.statuses = [410]
    assert "not taken, and told again later" in cli("alerts", "send", code=3)
    [one] = open_alerts(open_office(cli.store))
    assert one.alert.kind is AlertKind.REFUSAL
    assert "took nothing in 1 attempt" in cli("alerts")


def test_a_cap_is_told_by_the_customers_id_and_waits_for_the_digest(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", POINT, "--from", "2026-11-01")
    cli("sync")
    cli("mock-mandate", "c-1", POINT, "--from", "2026-11-01", "--to", "2026-11-10")
    cli("sync")
    [row] = cli.json("alerts")["alerts"]
    assert (row["kind"], row["event"]) == ("cap", True)
    assert "1 customer (c-1)" in row["says"]
    assert POINT not in json.dumps(row)


def test_a_store_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    assert run(["alerts", "--store", str(tmp_path / "none.duckdb")]) == 1
