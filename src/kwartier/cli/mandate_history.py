"""``kwartier mandates --history``: the ledger of consents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kwartier.cli.consenting import consent_texts
from kwartier.cli.output import name, print_rows, prose
from kwartier.events import Event, events_of
from kwartier.registry.change_words import change_words
from kwartier.registry.customers import Customer
from kwartier.registry.holders import customers_by_reference
from kwartier.store.port import Store

_COLUMNS = [
    name("seen_at", "seen"),
    name("customer", "customer", spare=3, is_prose=True),
    name("reference_number", "reference", spare=1),
    name("metering_point", "metering point"),
    name("data_service_type", "service", spare=2),
    prose("told", "what changed"),
    prose("consents", "agreed to", spare=0),
]


class Chosen:
    """The rows that ``--customer`` and ``--reference`` choose."""

    def __init__(self, customer: str | None, reference: str | None) -> None:
        self._customer, self._reference = customer, reference

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether a row with ``customer_id`` and ``reference_number`` is among them."""
        return self._customer in (None, row["customer_id"]) and self._reference in (
            None,
            row["reference_number"],
        )


def print_history(store: Store, chosen: Chosen, *, json: bool) -> None:
    """Print what changed of the chosen mandates, the oldest first."""
    customers = customers_by_reference(store.customers(), store.references())
    events = events_of(store.ledger(), customers)
    agreed = consent_texts(store.consents())
    rows = [(event, row) for event in events if chosen.has(row := _row(event, customers, agreed))]
    print_rows(
        _COLUMNS,
        [row if json else {**row, "told": change_words(event.entry.change)} for event, row in rows],
        json=json,
        empty="No changes of mandates yet. `kwartier mandates` asks Fluvius for them.",
        note="local time, as the provider stated it in the first list that showed the change",
    )


def _row(
    event: Event, customers: Mapping[str, Customer], agreed: Mapping[str, str]
) -> dict[str, Any]:
    told = event.content
    data = told["data"]
    customer = customers.get(data["reference_number"])
    return {
        "id": event.id,
        "entry_id": data["entry_id"],
        "mandate_id": data["mandate_id"],
        "seen_at": told["timestamp"],
        "kind": str(event.entry.change.kind),
        "provider": data["provider"],
        "customer_id": data["customer_id"],
        "customer": (customer.label or customer.customer_id) if customer else "",
        "reference_number": data["reference_number"],
        "metering_point": data["metering_point"],
        "data_service_type": data["data_service_type"],
        "changes": data["changes"],
        "retracted": data.get("retracted", []),
        "consents": agreed.get(data["reference_number"], ""),
    }
