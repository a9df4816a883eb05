"""Looking customers up for the commands."""

from __future__ import annotations

from kwartier.errors import InputError
from kwartier.registry import Customer
from kwartier.store.port import Store


def reference_of(store: Store, customer_id: str) -> tuple[Customer, str]:
    """A customer and the latest reference number made for it."""
    customer = next((c for c in store.customers() if c.customer_id == customer_id), None)
    if customer is None:
        raise InputError(
            "customer",
            f"{customer_id!r} is not known",
            f"add it with `kwartier customers add {customer_id}`",
        )
    references = [r for r in store.references() if r.customer_id == customer_id]
    return customer, max(references, key=lambda r: r.created_at).reference_number
