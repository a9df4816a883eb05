"""A customer of Eneco consents: what it is told to do, and what the sandbox does in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.store import open_store
from support.cli import Cli
from support.esco import send

OWNER, OTHER = (each.id for each in data_owners(Environment.ACCEPTANCE)[:2])
ENECO = ("--provider", "eneco")
BACK = "https://provider.example/thanks?for=heat"


@pytest.fixture
def one_customer(cli: Cli) -> Cli:
    cli("customers", "add", "c-1", "--label", "Bakkerij Peeters")
    return cli


def test_a_link_leads_to_the_page_that_asks_for_us(one_customer: Cli) -> None:
    said = one_customer.json("link", "c-1", *ENECO, "--return-url-success", BACK)
    assert said["party"] == OURSELVES.id
    assert said["url"].startswith(one_customer.env["FIAM_ACCEPTANCE_PORTAL_URL"])
    page = send(said["url"])
    assert (page.status, OURSELVES.name in page.content.decode()) == (200, True)
    shown = one_customer("link", "c-1", *ENECO, "--return-url-success", BACK)
    assert said["url"] in shown
    assert "for Bakkerij Peeters" in shown
    assert all(f"`{command}`" in shown for command in said["next"])
    assert [command.split()[1] for command in said["next"]] == ["mandates", "customers", "sync"]


def test_where_the_page_is_not_known_words_say_what_to_do(
    one_customer: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIAM_PORTAL_URL")
    said = one_customer("link", "c-1", *ENECO, "--production")
    assert f"agrees that {OURSELVES.id} may see the data" in said
    assert "http" not in said
    assert one_customer.json("link", "c-1", *ENECO, "--production")["url"] is None
    refused = one_customer(
        "link", "c-1", *ENECO, "--production", "--return-url-success", BACK, code=2
    )
    assert "--return-url-success: goes with the address" in refused
    monkeypatch.delenv("FIAM_CLIENT_ID")
    refused = one_customer("link", "c-1", *ENECO, "--production", code=1)
    assert "FIAM_CLIENT_ID: not set; it is our party identifier" in refused


def test_where_no_contracts_are_listed_the_first_day_has_to_be_given(
    one_customer: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENECO_ACCEPTANCE_CONSUMER_TOKEN", "t-1")
    following = one_customer.json("link", "c-1", *ENECO)["next"]
    assert [command.split()[1] for command in following] == ["customers", "sync"]
    assert "--data-owner UUID --since DAY" in following[0]


def test_what_is_of_fluvius_alone_is_refused_by_name(one_customer: Cli) -> None:
    for_both = ("--service=day", "--from=2026-01-01", "--to=2026-01-01")
    for command, others in {
        ("link", "c-1"): ("--max-eans=2", f"--return-url-failed={BACK}"),
        ("mock-mandate", "c-1", OWNER): (),
    }.items():
        for given in (*for_both, *others):
            said = one_customer(*command, *ENECO, given, code=2)
            assert f"{given.partition('=')[0]}: is of Fluvius alone" in said


def test_what_a_customer_agrees_to_is_noted_of_its_data_owner(
    one_customer: Cli, tmp_path: Path
) -> None:
    (tmp_path / "v1.txt").write_text("We may read your meter.")
    one_customer("consents", "wording", "v1", str(tmp_path / "v1.txt"))
    agreed = ("--purpose", "advice", "--wording", "v1")
    assert "has none yet" in one_customer("link", "c-1", *ENECO, *agreed, code=2)
    one_customer("customers", "add", "c-1", "--data-owner", OWNER)
    assert one_customer.json("link", "c-1", *ENECO, *agreed)["data_owners"] == [OWNER]
    with open_store(one_customer.store) as store:
        assert [one.reference_number for one in store.consents()] == [OWNER]


def test_the_sandbox_consents_in_a_data_owners_place_and_withdraws(one_customer: Cli) -> None:
    said = one_customer("mock-mandate", "c-1", OWNER.upper(), *ENECO)
    assert "`kwartier sync --provider eneco --store" in said
    (listed,) = one_customer.json("mandates", *ENECO)
    assert (listed["customer_id"], listed["metering_point"]) == ("c-1", OWNER)
    assert listed["status"] == "Approved"
    one_customer("customers", "add", "c-2")
    taken = one_customer("mock-mandate", "c-2", OWNER, *ENECO, code=2)
    assert "is customer 'c-1' already" in taken
    one_customer("mock-mandate", "c-1", OTHER, *ENECO)
    done = one_customer.json("mock-mandate", "c-1", OWNER, *ENECO, "--status", "Finished")
    assert done == {"customer_id": "c-1", "data_owner": OWNER, "status": "Finished"}
    found = {one["metering_point"]: one for one in one_customer.json("mandates", *ENECO)}
    assert (found[OWNER]["status"], found[OTHER]["status"]) == ("Finished", "Approved")
    assert found[OWNER]["remark"] == "withdrawn by the customer, replaced, or run out"


def test_what_the_sandbox_cannot_consent_to_is_refused(
    one_customer: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = ("mock-mandate", "c-1", OWNER, *ENECO)
    assert "--sandbox: must be given" in one_customer(*mock, "--production", code=2)
    assert "must be Approved or Finished" in one_customer(*mock, "--status", "Requested", code=2)
    assert "must be a UUID" in one_customer("mock-mandate", "c-1", "541", *ENECO, code=2)
    monkeypatch.setenv("ENECO_ACCEPTANCE_CONSUMER_TOKEN", "t-1")
    monkeypatch.setenv("FIAM_CLIENT_ID", "EU.EORI.NLNOBODY")
    assert "'EU.EORI.NLNOBODY' is none of the consumers" in one_customer(*mock, code=1)


def test_a_contract_that_is_no_customers_asks_whose_it_is(one_customer: Cli) -> None:
    one_customer("mock-mandate", "c-1", OWNER, *ENECO)
    one_customer("customers", "remove-data-owner", "c-1", OWNER)
    (listed,) = one_customer.json("mandates", *ENECO)
    assert listed["customer_id"] is None
    assert listed["remark"] == "whose? kwartier customers add ID --data-owner UUID"
