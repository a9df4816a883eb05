"""``kwartier mandates --history``: the ledger of consents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kwartier.cli.consenting import consent_texts
from kwartier.cli.output import Column, print_rows, prose
from kwartier.events import Event, events_of
from kwartier.registry.customers import Customer
from kwartier.registry.holders import customers_by_reference
from kwartier.registry.ledger import IS_AMBIGUOUS, ChangeKind, FieldChange, MandateChange
from kwartier.store.port import Store
from kwartier.vocabulary.local_time import BRUSSELS, parse_instant

_COLUMNS = [
    Column("seen_at", "seen"),
    prose("customer", "customer", spare=3),
    Column("reference_number", "reference", spare=1),
    Column("metering_point", "metering point"),
    Column("data_service_type", "service", spare=2),
    prose("told", "what changed"),
    prose("consents", "agreed to", spare=0),
]
_IDENTITY = frozenset(
    {
        "provider",
        "contract_number",
        "reference_number",
        "data_service_type",
        "metering_point",
        "energy_type",
        "granularities",
    }
)
_INSTANTS = frozenset({"period_start", "period_end", "expires_at"})
_WORDS = {
    ChangeKind.FIRST_SEEN: "first seen",
    ChangeKind.VANISHED: "no longer listed",
    ChangeKind.RETURNED: "listed again",
    ChangeKind.RETRACTED: "values erased",
}


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
        [row if json else {**row, "told": _told(event.entry.change)} for event, row in rows],
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


def _told(change: MandateChange) -> str:
    """The kind, then each field; what has a column of its own is not repeated."""
    words = [_WORDS[change.kind]] if change.kind in _WORDS else []
    if change.kind is ChangeKind.RETRACTED:
        return "; ".join([*words, *map(_stretch, change.fields)])
    words += [_field(each) for each in change.fields if each.field not in _IDENTITY]
    return "; ".join(words) or "EAN told"


def _stretch(change: FieldChange) -> str:
    start, end = (_plain("period_start", text) for text in (change.before or "").split("/"))
    return f"{change.field} {start} → {end}"


def _field(change: FieldChange) -> str:
    if change.field == IS_AMBIGUOUS:
        return "could not be told apart from another"
    word = change.field.replace("_", " ")
    before, after = (_plain(change.field, text) for text in (change.before, change.after))
    return f"{word} {after}" if before is None else f"{word} {before} → {after or 'none'}"


def _plain(name: str, text: str | None) -> str | None:
    if text is None or name not in _INSTANTS:
        return text
    at = parse_instant(text, name).astimezone(BRUSSELS)
    return f"{at:%Y-%m-%d}" if at.hour == at.minute == 0 else f"{at:%Y-%m-%d %H:%M}"
