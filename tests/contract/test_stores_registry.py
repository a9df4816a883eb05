"""What every store must do with customers, references and mandates."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.registry import Customer, KnownMandate
from kwartier.registry.customers import Applied, CustomerChange
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate
from support.measured import EAN, NOW
from support.stores import T0


def change(store: Store, provider: str = "fluvius", **said: str) -> Applied:
    return store.change_customers([CustomerChange(**said)], provider=provider, now=NOW)


def test_customers_are_added_and_changed_by_id(store: Store) -> None:
    first = change(store, customer_id="b"), change(store, customer_id="a", label="An")
    assert [applied.new[0].customer_id for applied in first] == ["b", "a"]
    business = change(store, customer_id="a", flow="B2B", enterprise_number="0123456749")
    anna = Customer(customer_id="a", label="An", flow="B2B", enterprise_number="0123456749")
    assert business.changed == (anna,)
    assert change(store, customer_id="a").unchanged == (anna,)
    assert store.customers() == [anna, Customer(customer_id="b")]


def test_each_customer_gets_one_reference_a_provider(store: Store) -> None:
    made = [
        reference
        for provider in ("fluvius", "eneco", "fluvius")
        for reference in change(store, provider, customer_id="a").made
    ]
    assert [(one.customer_id, one.provider) for one in made] == [("a", "fluvius"), ("a", "eneco")]
    by_number = sorted(made, key=lambda reference: reference.reference_number)
    assert store.references() == by_number


def test_a_change_that_is_wrong_leaves_the_others_undone(store: Store) -> None:
    changes = [CustomerChange(customer_id="a"), CustomerChange(customer_id="b", flow="B2D")]
    with pytest.raises(InputError, match="flow"):
        store.change_customers(changes, provider="fluvius", now=NOW)
    assert store.customers() == []
    assert store.references() == []


def test_of_changes_to_one_customer_at_once_none_is_lost(store: Store) -> None:
    said = {"label": "An", "flow": "B2B", "language": "fr", "contact": "02 555 12 12"}
    threads = [
        threading.Thread(target=change, args=[store], kwargs={"customer_id": "a", name: word})
        for name, word in said.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.customers() == [Customer(customer_id="a", **said)]
    assert len(store.references()) == 1


def known(mandate_id: int, **mandate: Any) -> KnownMandate:
    return KnownMandate(
        mandate_id=mandate_id,
        mandate=Mandate(
            provider="fluvius",
            contract_number="C1",
            reference_number="KW-1",
            data_service_type="VH_kwartier_uur",
            **mandate,
        ),
        first_seen_at=NOW,
        changed_at=NOW,
    )


def test_mandates_are_kept_whole_and_replaced_by_id(store: Store) -> None:
    waiting = known(1, status="Requested")
    approved = known(
        1,
        status="Approved",
        metering_point=EAN,
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR, Granularity.DAY}),
        period_start=T0,
    )
    store.record_mandates([waiting, known(2, status="Rejected")])
    store.record_mandates([approved])
    store.record_mandates([])
    assert store.mandates() == [approved, known(2, status="Rejected")]
