"""Whom the data hangs on: customers, their reference numbers, and the mandates under them."""

from kwartier.registry.customers import Customer, Reference, new_reference
from kwartier.registry.known_mandate import KnownMandate
from kwartier.registry.matching import match_mandates

__all__ = ["Customer", "KnownMandate", "Reference", "match_mandates", "new_reference"]
