"""Totals side by side: a row a day or month, a column a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from kwartier.console.customer.packing import TOTAL

_COLUMN: Final = ("energy_type", "direction", "register", "unit", "sub_headpoint")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """``columns`` name what the ``rows`` hold: each a period with a total a column, or None."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Row | None]]]


def beside(totals: pa.Table, *, latest_first: bool = False) -> Beside:
    """Rows of totals (``TOTALS_SCHEMA``) by period."""
    rows = totals.to_pylist()
    keys = sorted({_key(row) for row in rows})
    by_period: dict[str, dict[tuple[str, ...], Row]] = {}
    for row in rows:
        by_period.setdefault(row["period"], {})[_key(row)] = row
    is_one = len({key[0] for key in keys}) == 1
    return Beside(
        columns=[_name(key, names_energy=not is_one) for key in keys],
        rows=[
            (period, [found.get(key) for key in keys])
            for period, found in sorted(by_period.items(), reverse=latest_first)
        ],
    )


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in _COLUMN)


def _name(key: tuple[str, ...], *, names_energy: bool) -> str:
    energy_type, direction, register, unit, behind = key
    told = [energy_type.replace("_", " ")] if names_energy else []
    told += [direction, *([register] if register != TOTAL else [])]
    told += [f"behind {behind}"] if behind else []
    return f"{', '.join(told)} ({unit})"
