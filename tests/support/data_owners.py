"""A customer of Eneco: a data owner with a contract and a delivery address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kwartier.registry import DeliveryAddress, Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from support.mandates import known_mandate
from support.measured import NOW
from support.stores import later

OWNER, OTHER = (f"0d9b1f7e-0000-4000-8000-{number:012d}" for number in (1, 2))
ADDRESS = DeliveryAddress(
    street="Kwartelhof",
    house_number="17",
    house_number_addition="B",
    postal_code="3013 ZZ",
    city="Rotterdam",
    country="NL",
)
MARKS = ("Kwartelhof", "3013 ZZ", "Zwaluwstaart", "zs@example.org", "0123456749")
"""What must be found in no file once a customer is forgotten."""


def contract(owner: str = OWNER, number: str = "contract-1", **fields: Any) -> Mandate:
    """A contract on the heat of a data owner."""
    stated: dict[str, Any] = {
        "provider": ENECO,
        "contract_number": number,
        "reference_number": owner,
        "data_service_type": "usages",
        "metering_point": owner,
        "energy_type": HEAT,
        "granularities": frozenset({Granularity.HOUR}),
        **fields,
    }
    return known_mandate(**stated).mandate


def list_contracts(store: Store, *contracts: Mandate, hours: float = 0) -> None:
    """Record the contracts as FIAM would list them."""
    listing = Listing(list(contracts), later(hours))
    store.record_mandates(listing, provider=ENECO)


def add_owner(store: Store, owner: str = OWNER, **said: Any) -> None:
    """Say that a customer, ``c-1`` unless told otherwise, is a data owner."""
    change = CustomerChange(**{"customer_id": "c-1", "data_owner": owner, **said})
    store.change_customers([change], provider=FLUVIUS, now=NOW)


def live_with_heat(store: Store) -> None:
    """Customer ``c-1``, of whom everything is noted that can be, with its address fetched."""
    add_owner(
        store,
        label="Zwaluwstaart",
        flow="B2B",
        enterprise_number="0123456749",
        contact="zs@example.org",
    )
    list_contracts(store, contract())
    store.note_addresses({OWNER: ADDRESS}, provider=ENECO, fetched_at=NOW)


def marks_in(folder: Path) -> set[tuple[str, str]]:
    """In which files below ``folder`` which of the marks lie."""
    return {
        (str(path.relative_to(folder)), mark)
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for mark in MARKS
        if mark.encode() in content
    }
