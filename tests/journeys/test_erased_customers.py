"""What is noted of a customer is told to it, and goes with its data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kwartier.rights import disclose
from kwartier.rights.languages import LANGUAGES
from kwartier.store import Store
from support.cli import Cli
from support.data_owners import (
    ADDRESS,
    MARKS,
    OTHER,
    OWNER,
    add_owner,
    contract,
    list_contracts,
    live_with_heat,
    marks_in,
)
from support.measured import NOW
from support.stores import duckdb_store

WHY = ("--why", "asked by letter")


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line, in a wide window, over a store that nothing is in yet."""
    monkeypatch.setenv("COLUMNS", "200")
    return Cli(tmp_path, {}, capsys)


@pytest.fixture
def store(cli: Cli) -> Store:
    """The store of that command line, with one customer of Eneco."""
    store = duckdb_store(cli.folder)
    cli.store = cli.folder / "store.duckdb"
    live_with_heat(store)
    return store


def row(cli: Cli) -> dict[str, Any]:
    (only,) = cli.json("customers", "list")
    found: dict[str, Any] = only
    return found


def test_a_customer_is_made_a_data_owner_and_both_numbers_are_shown(cli: Cli) -> None:
    cli("customers", "add", "c-1", "--data-owner", OWNER, "--since", "2026-10-25")
    cli("customers", "add", "c-1", "--data-owner", OTHER)
    shown = row(cli)
    assert shown["reference_number"].startswith("KW-")
    assert shown["data_owners"] == [
        {"data_owner": OWNER, "since": "2026-10-24T22:00:00Z"},
        {"data_owner": OTHER, "since": None},
    ]
    assert "Known already" in cli("customers", "add", "c-1", "--data-owner", OTHER)
    assert "since 2026-10-25" in cli("customers", "add", "c-1")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("c-2", "--data-owner", OWNER), "--data-owner: is customer 'c-1' already"),
        (("c-1", "--data-owner", "12"), "--data-owner: must be a UUID"),
        (("c-1", "--since", "2026-10-25"), "--since: needs a --data-owner"),
        (("c-1", "--data-owner", OTHER, "--since", "soon"), "--since: must be an ISO 8601 date"),
    ],
)
def test_what_cannot_be_a_data_owner_is_refused(
    cli: Cli, store: Store, arguments: tuple[str, ...], says: str
) -> None:
    assert says in cli("customers", "add", *arguments, code=2)
    assert [one.data_owner for one in store.data_owners()] == [OWNER]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_address_is_told_to_whose_it_is(store: Store, tmp_path: Path, language: str) -> None:
    add_owner(store, language=language)
    add_owner(store, OTHER, customer_id="c-2")
    told = {}
    for customer in ("c-1", "c-2"):
        folder = disclose(store, customer, tmp_path / customer, made=NOW).folder
        told[customer] = json.loads((folder / "disclosure.json").read_bytes())["data_owners"]
    (own,) = told["c-1"]
    assert (own["data_owner"], own["delivery_address"]["city"]) == (OWNER, "Rotterdam")
    assert told["c-2"][0]["delivery_address"] is None
    assert marks_in(tmp_path / "c-2") == set()
    page = (tmp_path / "c-1" / "index.html").read_text()
    assert LANGUAGES[language].text("delivery_address") in page
    assert f"{ADDRESS.text()} (" in page
    assert "20/11/2026)" in page
    assert "Autoriteit Persoonsgegevens" in page, "the Dutch authority, for Eneco's data"
    assert "mijn.fluvius.be" not in page


def test_erasing_a_customer_takes_all_that_tells_who_it_is(cli: Cli, store: Store) -> None:
    done = cli.json("erase", "--customer", "c-1", *WHY, "--yes")
    assert (done["suppressed"], done["details"]) == (1, ["address", "customer"])
    assert marks_in(cli.folder) == set()
    shown = row(cli)
    assert (shown["label"], shown["contact"], shown["enterprise_number"]) == ("", None, None)
    kinds = [receipt["energy_type"] for receipt in cli.json("receipts")]
    assert kinds == ["heat", "address", "customer"]
    assert "none was altered" in cli("receipts", "--verify")
    said = cli("erase", "--customer", "c-1", *WHY, "--yes")
    assert "needed no more" not in said
    folder = disclose(store, "c-1", cli.folder / "out", made=NOW).folder
    erased = json.loads((folder / "disclosure.json").read_bytes())["erased"]
    told = [(one["metering_point"], one["energy_type"], one["granularity"]) for one in erased]
    assert told == [(OWNER, "address", None), ("c-1", "customer", None)]
    assert "leveringsadres" in (folder / "index.html").read_text()


def test_what_another_mandate_needs_stays(cli: Cli, store: Store) -> None:
    add_owner(store, OTHER)
    list_contracts(store, contract(), contract(OTHER, "contract-2"), hours=1)
    cli("erase", "--customer", "c-1", "--to", "2026-01-02", *WHY, "--yes")
    assert {mark for _, mark in marks_in(cli.folder)} == set(MARKS)


def test_of_a_customer_without_mandates_what_is_noted_can_be_erased(cli: Cli) -> None:
    cli("customers", "add", "c-1", "--label", "Zwaluwstaart")
    said = cli("erase", "--customer", "c-1", *WHY, "--yes")
    assert "the customer's label, enterprise number, contact and invitations" in said
    assert marks_in(cli.folder) == set()
    assert "no mandate" in cli("erase", "--customer", "c-1", *WHY, "--yes", code=2)
