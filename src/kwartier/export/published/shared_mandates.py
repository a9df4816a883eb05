"""The mandates as a table: whose each value is follows from the one whose period contains it."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from kwartier.store.port import Store

_INSTANT: Final = pa.timestamp("us", "UTC")

MANDATES_SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("reference_number", pa.string()),
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("data_service_type", pa.string()),
        ("status", pa.string()),
        ("period_start", _INSTANT),
        ("period_end", _INSTANT),
        ("expires_at", _INSTANT),
        ("renewal_status", pa.string()),
    ]
)


def mandates_table(store: Store) -> pa.Table:
    """Every known mandate (``MANDATES_SCHEMA``), without a name or a contact."""
    customer_of = {one.reference_number: one.customer_id for one in store.references()}
    rows = [
        {name: getattr(known.mandate, name, None) for name in MANDATES_SCHEMA.names}
        | {"customer_id": customer_of.get(known.mandate.reference_number)}
        for known in store.mandates()
    ]
    return pa.Table.from_pylist(rows, MANDATES_SCHEMA)
