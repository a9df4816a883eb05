"""What revisions amount to, by month."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.local_time import local_days

CHANGES_BY_MONTH_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("month", pa.string()),
        ("energy_type", pa.string()),
        ("sub_headpoint", pa.string()),
        ("granularity", pa.string()),
        ("direction", pa.string()),
        ("register", pa.string()),
        ("unit", pa.string()),
        ("revised", pa.int64()),
        ("removed", pa.int64()),
        ("difference", pa.float64()),
        ("first_at", pa.timestamp("us", "UTC")),
        ("last_at", pa.timestamp("us", "UTC")),
    ]
)
DECIMALS: Final = 9
"""To which differences are rounded: values have fewer, what comes after is the computer's."""

_KEYS: Final = [
    "metering_point",
    "month",
    "energy_type",
    "sub_headpoint",
    "granularity",
    "direction",
    "register",
    "unit",
]


def changes_by_month(changes: pa.Table) -> pa.Table:
    """How many rows of each local month were revised or removed (``CHANGES_BY_MONTH_SCHEMA``).

    ``changes`` are a store's. What is not one quantity stays apart: registers, what lies behind a
    headpoint, a data owner's heat and hot water. ``difference`` is by how much the month's sum
    changed with them, in ``unit``: a value that came where none was counts whole, and so does one
    that went. Gas months begin on the first at 06:00. ``first_at`` and ``last_at`` are when it
    happened.
    """
    texts = {name: changes[name].cast(pa.string()) for name in _KEYS if name != "month"}
    was, became = (pc.fill_null(changes[name], 0.0) for name in ("value", "new_value"))
    is_removed = pc.equal(changes["change"], "removed")
    table = pa.table(
        {
            **texts,
            "month": _months(changes),
            "removed": is_removed.cast(pa.int64()),
            "revised": pc.invert(is_removed).cast(pa.int64()),
            "difference": pc.subtract(became, was),
            "at": changes["superseded_at"],
        }
    )
    sums = [("revised", "sum"), ("removed", "sum"), ("difference", "sum")]
    grouped = table.group_by(_KEYS).aggregate([*sums, ("at", "min"), ("at", "max")])
    named = {"at_min": "first_at", "at_max": "last_at"} | {f"{n}_sum": n for n, _ in sums}
    grouped = grouped.rename_columns([named.get(name, name) for name in grouped.column_names])
    difference = pc.round(grouped["difference"], ndigits=DECIMALS)
    place = grouped.column_names.index("difference")
    grouped = grouped.set_column(place, "difference", difference)
    in_order = grouped.sort_by([(key, "ascending") for key in _KEYS])
    return in_order.select(CHANGES_BY_MONTH_SCHEMA.names).cast(CHANGES_BY_MONTH_SCHEMA)


def _months(changes: pa.Table) -> pa.Array:
    starts = changes["start"].to_numpy()
    is_gas = pc.equal(changes["energy_type"].cast(pa.string()), GAS).to_numpy()
    days = np.where(is_gas, local_days(starts, GAS), local_days(starts, ""))
    return pa.array(days.astype("datetime64[M]").astype(str), pa.string())
