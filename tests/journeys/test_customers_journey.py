"""Customers are added, imported and changed: only what is said changes, and that is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwartier.ean_digests import digest_for_logs
from support.cli import Cli

EAN = "541440110000000209"


def known(cli: Cli) -> dict[str, dict[str, str]]:
    return {row["customer_id"]: row for row in cli.json("customers", "list")}


def test_an_option_that_is_not_given_leaves_a_known_customer_as_it_is(cli: Cli) -> None:
    about = ("--label", "Bakkerij", "--flow", "b2b", "--enterprise-number", "BE 0123.456.789")
    assert "New." in cli("customers", "add", "c-1", *about, "--contact", "02 555 12 12")
    before = known(cli)["c-1"]
    assert (before["flow"], before["enterprise_number"]) == ("B2B", "0123456789")
    assert "Changed." in cli("customers", "add", "c-1", "--language", "FR")
    assert known(cli)["c-1"] == {**before, "language": "fr"}
    assert "nothing changed" in cli("customers", "add", "c-1", "--language", "fr")
    cli("customers", "add", "c-1", "--label", "", "--contact", "")
    assert known(cli)["c-1"] == {**before, "language": "fr", "label": "", "contact": None}


def test_a_column_or_cell_that_is_not_there_leaves_a_known_customer_as_it_is(cli: Cli) -> None:
    cli("customers", "add", "c-1", "--label", "Bakkerij", "--flow", "B2B")
    cli("customers", "add", "c-2", "--label", "Els", "--contact", "els@example.org")
    before = known(cli)
    path = cli.folder / "customers.csv"
    path.write_text("Customer_ID;Language;Label\nc-1;fr;\nc-2;;Els\nc-3;;Jo\n;;\n")
    said = cli("customers", "import", str(path))
    assert "3 customers read: 1 new, 1 changed, 1 unchanged." in said
    after = known(cli)
    assert after["c-1"] == {**before["c-1"], "language": "fr"}
    assert after["c-2"] == before["c-2"]
    assert after["c-3"]["label"] == "Jo"
    again = cli.json("customers", "import", str(path))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert again["references"] == []


def test_one_customer_is_counted_as_one_and_the_next_command_can_be_typed(cli: Cli) -> None:
    path = cli.folder / "customers.csv"
    path.write_text("customer_id\nc-1\n")
    said = cli("customers", "import", str(path))
    assert "1 customer read: 1 new" in said
    assert f"`kwartier link CUSTOMER --store {cli.store}`" in said


def test_every_bad_line_is_told_and_nothing_is_imported(cli: Cli) -> None:
    path = cli.folder / "customers.csv"
    path.write_text("customer_id,flow,language\na,B2C,nl\nb,B2X,nl\nc,B2C,xx\n")
    said = cli("customers", "import", str(path), code=2)
    assert "line 3, flow" in said
    assert "line 4, language" in said
    assert not cli.store.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--flow", "b2x"], "--flow: must be B2C or B2B (got 'b2x')"),
        (["--language", "xx"], "--language: must be nl, en, fr or de (got 'xx')"),
        (["--enterprise-number", "12"], "--enterprise-number: must have 9 or 10 digits"),
    ],
)
def test_a_wrong_value_names_the_option(cli: Cli, arguments: list[str], says: str) -> None:
    assert says in cli("customers", "add", "c-1", *arguments, code=2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 a workbook", "is a workbook"),
        (b"customer_id,label\n1,Zo\xeb\n", "in Excel choose 'CSV UTF-8'"),
        (b"", "is empty"),
        (b"customer_id\n", "no customers in it"),
        (b'customer_id,label\n1,"An\n', "line 2, row: a quotation mark is not closed"),
    ],
)
def test_a_file_that_is_no_list_of_customers_gets_the_remedy(
    cli: Cli, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    said = cli("customers", "import", str(path), code=2)
    assert says in said
    assert "Traceback" not in said


def test_the_ean_of_a_digest_in_a_log_is_found(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    assert "No metering points yet" in cli("customers", "digest")
    cli("mock-mandate", "c-1", EAN, "--service", "quarter", "--from", "2026-11-19")
    (asked,) = cli.json("customers", "digest", EAN)
    assert asked == {"digest": digest_for_logs(EAN), "metering_point": EAN}
    cli("sync")
    assert cli.json("customers", "digest") == [asked]


def test_a_digest_that_the_next_run_would_not_have_is_not_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert "set KWARTIER_DIGEST_KEY" in cli("customers", "digest", EAN, code=1)
    monkeypatch.setenv("KWARTIER_DIGEST_KEY", "a secret of several machines")
    assert digest_for_logs(EAN) in cli("customers", "digest", EAN)
