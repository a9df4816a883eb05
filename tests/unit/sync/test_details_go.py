"""Before each sync, addresses go of which nothing may be held any more, and no others."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from rich.console import Console

from kwartier.cli.intended import review_as_json, tell_review
from kwartier.retention import FinishedPolicy, RetentionPolicy
from kwartier.store import Store
from kwartier.sync import enforce, review
from support.data_owners import ADDRESS, OWNER, contract, list_contracts, live_with_heat, marks_in
from support.measured import answer, quarters
from support.stores import T0, duckdb_store, later

AT_ONCE = RetentionPolicy(finished=FinishedPolicy.ERASE, grace=timedelta(0))
NONE_MAY_GO = RetentionPolicy(
    finished=FinishedPolicy.ERASE, grace=timedelta(0), fuse_points=0, fuse_share=0
)
ENDED = contract(status="Finished")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = duckdb_store(tmp_path)
    live_with_heat(store)
    return store


def address(store: Store) -> object:
    (owner,) = store.data_owners()
    return owner.address


def measure(store: Store) -> None:
    """Fetch a value of the data owner."""
    rows = quarters(T0, [1.0], provider="eneco", metering_point=OWNER, granularity="PT1H")
    told = answer(rows, metering_point=OWNER)
    store.commit([replace(told, fetch=structs.replace(told.fetch, provider="eneco"))])


def test_with_its_last_contract_an_address_goes_and_leaves_no_byte(
    store: Store, tmp_path: Path
) -> None:
    measure(store)
    list_contracts(store, ENDED, hours=1)
    assert enforce(store, now=later(2), policy=RetentionPolicy()).details == ()
    assert address(store) == ADDRESS, "on hold"
    seen = review(store, now=later(2), policy=AT_ONCE)
    (shown,) = review_as_json(seen)["would_forget"]
    assert shown == {"what": "address", "of": OWNER, "reason": "finished"}
    out = io.StringIO()
    tell_review(seen, Console(file=out))
    assert f"Would be erased: the delivery address of {OWNER}" in out.getvalue()
    done = enforce(store, now=later(2), policy=AT_ONCE)
    told = [(one.reason, one.energy_type, one.values) for one in done.receipts]
    assert told == [("finished", "electricity", 1), ("finished", "address", 0)]
    assert address(store) is None
    assert not {mark for _, mark in marks_in(tmp_path)} & {"Kwartelhof", "3013 ZZ"}
    assert store.customers()[0].label == "Zwaluwstaart", "nobody asked for that"
    assert enforce(store, now=later(3), policy=AT_ONCE).receipts == ()


def test_what_the_fuse_holds_back_keeps_its_address(store: Store) -> None:
    measure(store)
    list_contracts(store, ENDED, hours=1)
    done = enforce(store, now=later(2), policy=NONE_MAY_GO)
    assert (len(done.blocked), done.details, address(store)) == (1, (), ADDRESS)


def test_where_nothing_was_fetched_there_is_nothing_to_decide_and_the_address_goes(
    store: Store,
) -> None:
    list_contracts(store, ENDED, hours=1)
    done = enforce(store, now=later(2), policy=RetentionPolicy())
    assert ([one.reason for one in done.details], address(store)) == (["finished"], None)


def test_only_what_was_asked_about_goes(store: Store) -> None:
    list_contracts(store, ENDED, hours=1)
    assert enforce(store, now=later(2), policy=AT_ONCE, points=set()).receipts == ()
    assert address(store) == ADDRESS
