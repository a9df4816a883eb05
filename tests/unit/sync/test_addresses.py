"""Delivery addresses are asked for once, and again when a contract is new."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from kwartier.errors import KwartierError
from kwartier.registry import DeliveryAddress
from kwartier.retention import Decision, DecisionKind
from kwartier.store import Store
from kwartier.sync.addresses import FetchedAddresses, fetch_addresses, to_address
from kwartier.wire.eneco import Metadata
from support.data_owners import ADDRESS, OTHER, OWNER, add_owner, contract, list_contracts
from support.stores import duckdb_store, later


class Told:
    """A provider that tells one address, or nothing but errors."""

    provider = "eneco"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_down = False

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:
        self.asked.append(metering_point)
        if self.is_down:
            raise KwartierError("503")
        return ADDRESS


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = duckdb_store(tmp_path)
    add_owner(store)
    return store


def fetch(
    store: Store, source: Told, hours: float = 0, stop: asyncio.Event | None = None
) -> FetchedAddresses:
    known = store.mandates()
    return asyncio.run(fetch_addresses(store, source, known, now=later(hours), stop=stop))


def test_once_for_each_data_owner_of_a_customer_and_again_for_a_new_contract(store: Store) -> None:
    source = Told()
    assert fetch(store, source) == FetchedAddresses()
    list_contracts(store, contract(), contract(OTHER, "contract-9"))
    assert fetch(store, source) == FetchedAddresses(asked=1)
    assert fetch(store, source, 1) == FetchedAddresses()
    list_contracts(
        store, contract(), contract(OTHER, "contract-9"), contract(number="contract-2"), hours=2
    )
    assert fetch(store, source, 2) == FetchedAddresses(asked=1)
    assert source.asked == [OWNER, OWNER], "of the other nobody knows the customer"
    (owner,) = store.data_owners()
    assert (owner.address, owner.address_fetched_at) == (ADDRESS, later(2))


def test_a_failure_is_counted_and_asked_for_again(store: Store) -> None:
    list_contracts(store, contract())
    source = Told()
    source.is_down = True
    assert fetch(store, source) == FetchedAddresses(asked=1, failed=1)
    source.is_down = False
    assert fetch(store, source) == FetchedAddresses(asked=1)


def test_nothing_is_asked_of_what_is_suppressed_or_after_being_stopped(store: Store) -> None:
    list_contracts(store, contract())
    source, stopped = Told(), asyncio.Event()
    stopped.set()
    assert fetch(store, source, stop=stopped) == FetchedAddresses()
    suppress = Decision(
        kind=DecisionKind.SUPPRESS, decided_at=later(0), decided_by="An", why="asked", mandate_id=1
    )
    store.decide([suppress])
    assert fetch(store, source) == FetchedAddresses()
    assert source.asked == []


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (b"{}", None),
        (b'{"deliveryAddress": {"street": ""}}', None),
        (
            b'{"deliveryAddress": {"street": "Kwartelhof", "houseNumber": "17",'
            b' "houseNumberAddition": "B", "postalCode": "3013 ZZ", "city": "Rotterdam",'
            b' "country": "NL", "floor": 2}}',
            ADDRESS,
        ),
    ],
)
def test_metadata_tell_an_address_or_none(body: bytes, address: DeliveryAddress | None) -> None:
    assert to_address(msgspec.json.decode(body, type=Metadata)) == address
