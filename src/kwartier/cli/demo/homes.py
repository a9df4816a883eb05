"""The demo's customers of Eneco: some data owners of its emulated acceptance environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kwartier.registry.customers import CustomerChange

SHARED_FROM: Final = date(2026, 10, 1)
"""First day that they share: few, for a page of Eneco's is 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A customer by the name that the emulator knows, and what became of the consent."""

    name: str
    consents: bool = True
    withdraws: bool = False


HOMES: Final = (
    Home(name="Fenna Koperdraad"),
    Home(name="Teun Zonderland"),
    Home(name="Saar Dakpan"),
    Home(name="Daan Etagehuis", withdraws=True),
    Home(name="Joost Warmenhof", consents=False),
)


def customer_id(home: Home) -> str:
    """What the provider calls the customer."""
    return f"n-{HOMES.index(home):03d}"


def customer(home: Home, data_owner: str) -> CustomerChange:
    """The home as a customer of the provider, known to Eneco as ``data_owner``."""
    return CustomerChange(customer_id=customer_id(home), label=home.name, data_owner=data_owner)
