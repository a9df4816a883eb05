"""What every store must do with data owners and their delivery addresses."""

from __future__ import annotations

from datetime import datetime

import pytest

from kwartier.errors import InputError
from kwartier.registry import Customer, DeliveryAddress
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import CustomerChange
from kwartier.retention import Decision, DecisionKind, Detail, DetailKind, Reason, verify_chain
from kwartier.store import Store
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from support.data_owners import (
    ADDRESS,
    OTHER,
    OWNER,
    add_owner,
    contract,
    list_contracts,
    live_with_heat,
)
from support.measured import NOW
from support.stores import T0, later

GONE = [
    Detail(kind=DetailKind.ADDRESS, of=OWNER, reason=Reason.REQUESTED),
    Detail(kind=DetailKind.CUSTOMER, of="c-1", reason=Reason.REQUESTED),
]


def note(store: Store, address: DeliveryAddress | None, hours: float = 0, of: str = OWNER) -> None:
    store.note_addresses({of: address}, provider=ENECO, fetched_at=later(hours))


def known_address(store: Store) -> tuple[DeliveryAddress | None, datetime | None]:
    (one,) = [one for one in store.data_owners() if one.data_owner == OWNER]
    return one.address, one.address_fetched_at


def test_a_data_owner_is_the_reference_number_of_its_customer_with_eneco(store: Store) -> None:
    add_owner(store, OWNER.upper(), since=T0)
    add_owner(store, OTHER)
    owners = {one.data_owner: one for one in store.data_owners()}
    assert owners.keys() == {OWNER, OTHER}
    assert (owners[OWNER].customer_id, owners[OWNER].since, owners[OWNER].created_at) == (
        "c-1",
        T0,
        NOW,
    )
    assert owners[OTHER].since is None
    made = [(one.provider, one.customer_id) for one in store.references()]
    assert sorted(made) == [(ENECO, "c-1"), (ENECO, "c-1"), (FLUVIUS, "c-1")]
    assert {one.reference_number for one in store.references()} > {OWNER, OTHER}


def test_said_again_only_since_when_it_shares_changes(store: Store) -> None:
    live_with_heat(store)
    for since in (T0, None):
        add_owner(store, since=since)
        (owner,) = store.data_owners()
        assert (owner.since, owner.address) == (T0, ADDRESS)
    assert len(store.references()) == 2


def test_nobody_can_be_another_customers_data_owner(store: Store) -> None:
    add_owner(store)
    changes = [
        CustomerChange(customer_id="c-3"),
        CustomerChange(customer_id="c-2", data_owner=OWNER),
    ]
    with pytest.raises(InputError, match="data_owner: is customer 'c-1' already"):
        store.change_customers(changes, provider=FLUVIUS, now=NOW)
    assert [one.customer_id for one in store.customers()] == ["c-1"]


def test_of_addresses_the_last_told_is_kept(store: Store) -> None:
    add_owner(store)
    list_contracts(store, contract())
    assert known_address(store) == (None, None)
    note(store, ADDRESS, 1)
    note(store, DeliveryAddress(city="Utrecht"), -1)
    assert known_address(store) == (ADDRESS, later(1))
    note(store, None, 2)
    assert known_address(store) == (None, later(2))


def test_an_address_that_nothing_permits_is_not_kept(store: Store) -> None:
    add_owner(store)
    note(store, ADDRESS)
    list_contracts(store, contract(), contract(OTHER, "contract-2"))
    note(store, ADDRESS, of=OTHER)
    assert [one.address for one in store.data_owners()] == [None]
    (mandate,) = [one for one in store.mandates() if one.mandate.metering_point == OWNER]
    suppress = Decision(
        kind=DecisionKind.SUPPRESS,
        decided_at=NOW,
        decided_by="An",
        why="asked while the sync went on",
        mandate_id=mandate.mandate_id,
    )
    store.decide([suppress])
    note(store, ADDRESS)
    assert known_address(store) == (None, None)


def test_what_is_forgotten_leaves_ids_and_receipts_without_values(store: Store) -> None:
    live_with_heat(store)
    made = store.forget(GONE, at=later(1))
    assert [(one.energy_type, one.granularity, one.values) for one in made] == [
        ("address", None, 0),
        ("customer", None, 0),
    ]
    assert store.customers() == [Customer(customer_id="c-1", flow="B2B")]
    assert known_address(store) == (None, None)
    assert store.receipts() == store.receipts_beside() == store.erasing() == made
    assert verify_chain(made) is None
    told = store.receipt_digests([OWNER, "c-1"])
    assert [one.metering_point for one in made] == [told[OWNER], told["c-1"]]
    assert store.rewrite()
    assert store.erasing() == []


def test_what_is_not_there_is_not_forgotten(store: Store) -> None:
    add_owner(store)
    address = Detail(kind=DetailKind.ADDRESS, of=OWNER, reason=Reason.REQUESTED)
    stranger = Detail(kind=DetailKind.CUSTOMER, of="c-9", reason=Reason.REQUESTED)
    assert store.forget([address, stranger], at=NOW) == store.receipts() == []


def test_a_data_owner_taken_from_the_wrong_customer_leaves_nothing_with_it(store: Store) -> None:
    live_with_heat(store)
    add_owner(store, OTHER)
    wording = Wording(version="v1", language="nl", text="Ja.", added_at=T0)
    store.add_wording(wording)
    agreed = [
        Consent(reference_number=of, purpose="advice", wording="v1", channel="web", given_at=T0)
        for of in (OWNER, OTHER)
    ]
    store.note_consents(agreed)
    with pytest.raises(InputError, match="is not one of customer 'c-2'"):
        store.remove_data_owner(OWNER, customer_id="c-2", at=NOW)
    (receipt,) = store.remove_data_owner(OWNER.upper(), customer_id="c-1", at=NOW)
    assert (receipt.energy_type, receipt.reason) == (DetailKind.ADDRESS, Reason.DECIDED)
    assert verify_chain(store.receipts()) is None
    assert [one.data_owner for one in store.data_owners()] == [OTHER]
    assert OWNER not in {one.reference_number for one in store.references()}
    assert [one.reference_number for one in store.consents()] == [OTHER]
    assert [one.mandate.reference_number for one in store.mandates()] == [OWNER]
    with pytest.raises(InputError, match="is not one of customer 'c-1'"):
        store.remove_data_owner(OWNER, customer_id="c-1", at=NOW)


def test_given_to_whose_it_is_an_address_is_fetched_anew(store: Store) -> None:
    live_with_heat(store)
    store.remove_data_owner(OWNER, customer_id="c-1", at=NOW)
    add_owner(store, customer_id="c-2")
    (owner,) = store.data_owners()
    assert (owner.customer_id, owner.address, owner.address_fetched_at) == ("c-2", None, None)
    note(store, ADDRESS)
    assert known_address(store) == (ADDRESS, NOW)
