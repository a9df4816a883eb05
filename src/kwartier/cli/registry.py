"""Looking customers up for the commands."""

from __future__ import annotations

from kwartier.errors import InputError
from kwartier.registry import Customer
from kwartier.store.port import Store


def customer_of(store: Store, customer_id: str) -> Customer:
    """The customer of this id; InputError if there is none."""
    customer = next((c for c in store.customers() if c.customer_id == customer_id), None)
    if customer is None:
        raise InputError(
            "customer",
            f"{customer_id!r} is not known",
            f"`kwartier customers add {customer_id}` adds it, `customers list` shows who is known",
        )
    return customer


def reference_of(store: Store, customer_id: str, *, provider: str) -> tuple[Customer, str]:
    """A customer and the latest reference number made for it with ``provider``; InputError if
    there is none.
    """
    customer = customer_of(store, customer_id)
    references = [
        one
        for one in store.references()
        if one.customer_id == customer_id and one.provider == provider
    ]
    if not references:
        raise InputError(
            "customer",
            f"{customer_id!r} has no reference number with {provider}",
            f"`kwartier customers add {customer_id}` makes one",
        )
    return customer, max(references, key=lambda one: one.created_at).reference_number
