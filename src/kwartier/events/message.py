"""What is told of a change of a mandate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kwartier.registry import ChangeKind, Customer, KnownMandate, LedgerEntry
from kwartier.registry.ledger import apply


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the ledger with the mandate as the change left it.

    ``customer_id`` is None where no known customer has the mandate's reference number.
    """

    entry: LedgerEntry
    known: KnownMandate = field(repr=False)
    customer_id: str | None = None

    @property
    def id(self) -> str:
        """Unique everywhere, and the same however often the event is told."""
        return self.entry.message_id

    @property
    def content(self) -> dict[str, Any]:
        """``id``, ``type`` (``mandate.first_seen`` and so on), ``timestamp`` (the provider's) and
        ``data``: whose mandate it is, its state after the change, and the fields that changed; of
        ``mandate.retracted``, ``retracted``, the measured time of which all values were erased.
        """
        change = self.entry.change
        return {
            "id": self.id,
            "type": f"mandate.{change.kind}",
            "timestamp": change.seen_at,
            "data": {
                "entry_id": self.entry.entry_id,
                "customer_id": self.customer_id,
                **self._state(),
                **self._changes(),
            },
        }

    def as_json(self) -> bytes:
        """The content as one line of JSON, without the line's end; instants in UTC."""
        return msgspec.json.encode(self.content)

    def _changes(self) -> dict[str, Any]:
        fields = self.entry.change.fields
        if self.entry.change.kind is not ChangeKind.RETRACTED:
            return {"changes": [msgspec.to_builtins(each) for each in fields]}
        stretches = ((each.field, (each.before or "").split("/")) for each in fields)
        return {
            "changes": [],
            "retracted": [
                {"granularity": granularity, "start": start, "end": end}
                for granularity, (start, end) in stretches
            ],
        }

    def _state(self) -> dict[str, Any]:
        mandate = self.known.mandate
        return {
            "mandate_id": self.known.mandate_id,
            "provider": mandate.provider,
            "contract_number": mandate.contract_number,
            "reference_number": mandate.reference_number,
            "metering_point": mandate.metering_point,
            "energy_type": mandate.energy_type,
            "data_service_type": mandate.data_service_type,
            "granularities": sorted(mandate.granularities),
            "status": mandate.status,
            "period_start": mandate.period_start,
            "period_end": mandate.period_end,
            "expires_at": mandate.expires_at,
            "renewal_status": mandate.renewal_status,
            "is_ambiguous": self.known.is_ambiguous,
            "missing_since": self.known.missing_since,
        }


def events_of(
    ledger: Iterable[LedgerEntry], by_reference: Mapping[str, Customer]
) -> Iterator[Event]:
    """The events of a ledger that is whole, in order."""
    known: dict[int, KnownMandate] = {}
    for entry in ledger:
        mandate_id = entry.change.mandate_id
        after = known[mandate_id] = apply(entry.change, known.get(mandate_id))
        customer = by_reference.get(after.mandate.reference_number)
        yield Event(entry, after, customer.customer_id if customer else None)
