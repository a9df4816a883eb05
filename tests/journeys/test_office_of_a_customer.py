"""What the office file holds of a customer: backed up, put back, erased, told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.office import Office, office_of, open_office
from kwartier.office.access_log import accesses, note_access
from kwartier.office.forgetting import invited_customers
from kwartier.office.invitations import invitations, invite
from kwartier.office.visits import Visit, VisitKind, note_visit, visits_of
from kwartier.store import open_store
from support.cli import Cli

AT = datetime(2026, 11, 19, 9, tzinfo=UTC)
WHY = ["--why", "asked by letter", "--yes"]


def invited(cli: Cli, *customers: str) -> Office:
    """The office, in which these customers are invited and have opened their links."""
    office = open_office(cli.store)
    for customer in customers:
        cli("customers", "add", customer)
        one = invite(office, customer, provider="fluvius", at=AT).invitation
        note_visit(office, Visit(invitation_id=one.invitation_id, at=AT, kind=VisitKind.OPENED))
    return office


def backup(cli: Cli) -> Path:
    target = cli.folder / "backups"
    target.mkdir()
    return Path(cli.json("backup", str(target))["file"])


def bytes_beside(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))


def test_erasing_a_customer_takes_its_invitations_bytes_and_all(cli: Cli) -> None:
    office = invited(cli, "c-1", "c-2")
    [gone, stays] = invitations(office)
    note_access(office, at=AT, actor="an", action="looked", customer_id="c-1")
    said = cli("erase", "--customer", "c-1", *WHY)
    assert "invitations" in said
    assert "access log" in said
    assert invited_customers(office) == ["c-2"]
    assert visits_of(office, gone.invitation_id) == []
    assert gone.token.encode() not in bytes_beside(office.path)
    assert stays.token.encode() in bytes_beside(office.path)
    assert [one.actor for one in accesses(office, customer_id="c-1")] == ["an"]


def test_a_part_of_the_time_leaves_the_invitations(cli: Cli) -> None:
    office = invited(cli, "c-1")
    cli("mock-mandate", "c-1", "541440110000000207", "--from", "2026-11-10")
    cli("mandates")
    cli("erase", "--customer", "c-1", "--to", "2026-11-12", *WHY)
    assert invited_customers(office) == ["c-1"]


def test_a_backup_holds_the_office_and_gives_it_back(cli: Cli) -> None:
    office = invited(cli, "c-1")
    copy = backup(cli)
    manifest = json.loads(copy.with_name(copy.name + ".json").read_text())
    assert manifest["office"]["file"] == office_of(copy).name
    assert office_of(copy).stat().st_mode & 0o777 == 0o600
    invited(cli, "c-2")
    told = cli.json("restore", str(copy), "--force")
    assert invited_customers(office) == ["c-1"]
    kept = open_office(Path(told["former"]))
    assert invited_customers(kept) == ["c-1", "c-2"]


def test_a_restored_office_does_not_bring_erased_invitations_back(cli: Cli) -> None:
    office = invited(cli, "c-1", "c-2")
    [gone, _] = invitations(office)
    copy = backup(cli)
    cli("erase", "--customer", "c-1", *WHY)
    told = cli.json("restore", str(copy), "--force")
    assert told["invitations_erased"] == 1
    assert invited_customers(office) == ["c-2"]
    assert gone.token.encode() not in bytes_beside(office.path)


def test_erasing_takes_the_office_that_a_restore_had_kept(cli: Cli) -> None:
    office = invited(cli, "c-1")
    former = office_of(Path(cli.json("restore", str(backup(cli)), "--force")["former"]))
    assert former.exists()
    cli("erase", "--customer", "c-1", *WHY)
    assert not former.exists()
    assert invited_customers(office) == []


def test_a_damaged_copy_is_refused_before_anything_is_replaced(cli: Cli) -> None:
    invited(cli, "c-1")
    copy = backup(cli)
    cli("customers", "add", "c-2")
    with office_of(copy).open("r+b") as file:
        file.seek(5000)
        file.write(b"damage")
    assert "damaged" in cli("restore", str(copy), "--force", code=1)
    assert {one.customer_id for one in open_store(cli.store).customers()} == {"c-1", "c-2"}


def test_older_backups_go_with_their_office(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    invited(cli, "c-1")
    folder = cli.folder / "backups"
    folder.mkdir()
    (folder / "kwartier-20200101T000000Z.duckdb").write_bytes(b"old")
    (folder / "kwartier-20200101T000000Z.duckdb.json").write_bytes(b"old")
    (folder / "kwartier-20200101T000000Z.duckdb.office.sqlite").write_bytes(b"old")
    cli("backup", str(folder), "--keep", "1")
    left = {one.name for one in folder.iterdir()}
    assert not any("20200101" in name for name in left)
    assert sum(name.endswith(".office.sqlite") for name in left) == 1


def test_without_an_office_a_backup_says_so_and_none_is_made(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    copy = backup(cli)
    assert cli.json("restore", str(copy), "--force")["office"] is None
    assert not office_of(cli.store).exists()


def test_a_disclosure_tells_invitations_visits_and_who_looked_but_no_link(cli: Cli) -> None:
    office = invited(cli, "c-1", "c-2")
    note_access(office, at=AT, actor="an", action="looked", customer_id="c-1")
    note_access(office, at=AT, actor="bert", action="looked", customer_id="c-2")
    folder = cli.folder / "disclosure"
    cli("disclose", "--customer", "c-1", "--out", str(folder))
    told = json.loads((folder / "disclosure.json").read_text())
    [invitation] = told["invitations"]
    assert invitation["invited_at"] == "2026-11-19T09:00:00Z"
    assert [each["kind"] for each in invitation["visits"]] == ["opened"]
    looked = {"at": "2026-11-19T09:00:00Z", "by": "an", "action": "looked", "detail": None}
    assert told["looked_at"] == [looked]
    page = (folder / "index.html").read_text()
    assert "we made a link for you" in page or "maakten we een link" in page
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"bert" not in everything
    assert not any(one.token.encode() in everything for one in invitations(office))
