"""What the registry holds, and how far mandates and metering points have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from kwartier.registry import Customer, KnownMandate, Reference

_INSTANT: Final = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Customers, references and mandates as they are at one moment."""

    customers: list[Customer]
    references: list[Reference]
    mandates: list[KnownMandate]


TURNS_SCHEMA: Final = pa.schema(
    [("mandate_id", pa.int32()), ("word", pa.string()), ("seen_at", _INSTANT)]
)
"""When each mandate was first seen with each status or renewal status."""

ASKERS_SCHEMA: Final = pa.schema(
    [
        ("asker", pa.int32()),
        ("metering_point", pa.string()),
        ("since", _INSTANT),
        ("first", _INSTANT),
        ("last", _INSTANT),
    ]
)
"""Whose fetches to look for: of a metering point, those planned ``since`` an instant that may have
brought something measured between ``first`` and ``last``. ``asker`` is a number of one's own.
"""

ANSWERS_SCHEMA: Final = pa.schema(
    [
        ("asker", pa.int32()),
        ("first_values_at", _INSTANT),
        ("filled_at", _INSTANT),
        ("answered_at", _INSTANT),
        ("tried_at", _INSTANT),
        ("outcome", pa.string()),
        ("error", pa.string()),
    ]
)
"""How an asker's metering point was answered: when values first came, when the past was last
filled in (backfill, gap or by force), when it was last answered and last tried, and how that
last one ended.
"""
