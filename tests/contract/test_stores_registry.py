"""What every store must do with customers, references and mandates."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.measurements.fetched import Undecoded
from kwartier.registry import Customer, FieldChange, KnownMandate, Listed, Listing, replay
from kwartier.registry.customers import Applied, CustomerChange
from kwartier.store import Attempt, Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate
from support.measured import EAN, NOW
from support.stores import T0, later


def change(store: Store, provider: str = "fluvius", **said: Any) -> Applied:
    return store.change_customers([CustomerChange(**said)], provider=provider, now=NOW)


def test_customers_are_added_and_changed_by_id(store: Store) -> None:
    first = change(store, customer_id="b"), change(store, customer_id="a", label="An")
    assert [applied.new[0].customer_id for applied in first] == ["b", "a"]
    business = change(store, customer_id="a", flow="B2B", enterprise_number="0123456749")
    anna = Customer(customer_id="a", label="An", flow="B2B", enterprise_number="0123456749")
    assert business.changed == (anna,)
    assert change(store, customer_id="a").unchanged == (anna,)
    assert store.customers() == [anna, Customer(customer_id="b")]


def test_the_environment_that_a_store_is_filled_from_is_noted_once_a_provider(
    store: Store,
) -> None:
    assert store.environments() == {}
    store.note_environment("fluvius", "sandbox")
    store.note_environment("eneco", "production")
    store.note_environment("fluvius", "production")
    assert store.environments() == {"eneco": "production", "fluvius": "sandbox"}


def test_each_customer_gets_one_reference_a_provider(store: Store) -> None:
    made = [
        reference
        for provider in ("fluvius", "another", "fluvius")
        for reference in change(store, provider, customer_id="a").made
    ]
    assert [(one.customer_id, one.provider) for one in made] == [("a", "fluvius"), ("a", "another")]
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


def mandate(**said: Any) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="C1",
        reference_number="KW-1",
        data_service_type="VH_kwartier_uur",
        **said,
    )


REQUESTED = mandate(status="Requested")
APPROVED = mandate(
    status="Approved",
    metering_point=EAN,
    energy_type="electricity",
    granularities=frozenset({Granularity.QUARTER_HOUR, Granularity.DAY}),
    period_start=T0,
)


def record(store: Store, hours: float, *mandates: Mandate, **about: Any) -> list[KnownMandate]:
    listing = Listing(list(mandates), later(hours), **about)
    return store.record_mandates(listing, provider="fluvius")


def test_mandates_are_kept_whole_and_in_the_state_last_stated(store: Store) -> None:
    rejected = replace(REQUESTED, data_service_type="VH_dag", status="Rejected")
    record(store, 0, REQUESTED, rejected)
    seen = record(store, 1, APPROVED, rejected)
    assert store.mandates() == seen
    assert [(one.mandate_id, one.mandate) for one in seen] == [(1, APPROVED), (2, rejected)]
    assert [one.changed_at for one in seen] == [later(1), NOW]


def test_the_ledger_tells_each_change_once_and_gives_the_present_state(store: Store) -> None:
    record(store, 0, REQUESTED)
    record(store, 1, REQUESTED)
    record(store, 2, APPROVED)
    record(store, 3)
    record(store, 4, replace(APPROVED, period_end=NOW))
    ledger = store.ledger()
    assert [entry.entry_id for entry in ledger] == [1, 2, 3, 4]
    assert len({entry.message_id for entry in ledger}) == 4
    kinds = [(entry.change.kind.value, entry.change.seen_at) for entry in ledger]
    assert kinds == [
        ("first_seen", NOW),
        ("changed", later(2)),
        ("vanished", later(3)),
        ("returned", later(4)),
    ]
    assert ledger[3].change.fields == (FieldChange("period_end", None, "2026-11-20T12:00:00Z"),)
    assert replay(entry.change for entry in ledger) == store.mandates()


def test_a_list_under_some_references_says_nothing_of_others(store: Store) -> None:
    other = replace(APPROVED, reference_number="KW-2")
    record(store, 0, REQUESTED, other)
    record(store, 1, references=frozenset({"KW-1"}))
    missing = [one.mandate.reference_number for one in store.mandates() if one.missing_since]
    assert missing == ["KW-1"]
    assert store.listed("fluvius") == Listed(latest=later(1), whole=NOW)


def test_an_unreadable_part_makes_a_list_less_than_whole(store: Store) -> None:
    record(store, 0, REQUESTED)
    record(store, 1, undecoded=(Undecoded(path="$", why="damaged"),))
    assert store.mandates()[0].missing_since is None
    assert store.listed("fluvius") == Listed(latest=later(1), whole=NOW)
    assert store.listed("eneco") == Listed()


def test_a_list_that_another_overtook_is_passed_over(store: Store) -> None:
    record(store, 1, APPROVED)
    assert record(store, 1 - 1 / 60, REQUESTED) == store.mandates()
    assert store.mandates()[0].mandate == APPROVED
    assert len(store.ledger()) == 1
    record(store, -5, replace(APPROVED, period_end=NOW))
    assert len(store.ledger()) == 2, "the clock was set back"


def test_a_sink_hears_of_each_entry_until_it_has_taken_it(store: Store) -> None:
    record(store, 0, REQUESTED)
    record(store, 1, APPROVED)
    first, second = store.outstanding("a")
    assert (first.attempts, first.due_at) == (0, None)
    failed = Attempt(entry_id=2, attempts=1, tried_at=NOW, due_at=later(1), error="500")
    store.note_attempts("a", [Attempt(entry_id=1, attempts=1, tried_at=NOW), failed])
    assert store.outstanding("a") == [replace(second, attempts=1, due_at=later(1))]
    store.note_attempts("a", [replace(failed, attempts=2, due_at=None)])
    assert store.outstanding("a") == []
    assert len(store.outstanding("b")) == 2
