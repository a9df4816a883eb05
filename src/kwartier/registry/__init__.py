"""Whom the data hangs on: customers, their reference numbers, and the mandates under them."""

from kwartier.registry.customers import Customer, Reference, new_reference
from kwartier.registry.data_owners import DataOwner, DeliveryAddress
from kwartier.registry.known_mandate import KnownMandate
from kwartier.registry.ledger import ChangeKind, FieldChange, LedgerEntry, MandateChange, replay
from kwartier.registry.listing import Listed, Listing
from kwartier.registry.matching import match_mandates
from kwartier.registry.observation import observe

__all__ = [
    "ChangeKind",
    "Customer",
    "DataOwner",
    "DeliveryAddress",
    "FieldChange",
    "KnownMandate",
    "LedgerEntry",
    "Listed",
    "Listing",
    "MandateChange",
    "Reference",
    "match_mandates",
    "new_reference",
    "observe",
    "replay",
]
