"""Of which local days to say how much is held, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from kwartier.vocabulary.granularity import Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDays:
    """Local days (gas days) from ``first_day`` to ``last_day``, both included; those up to
    ``due_day`` should be there by now. The stretches of one metering point and granularity do not
    overlap.
    """

    metering_point: str
    granularity: Granularity
    first_day: date
    last_day: date
    due_day: date


WANTED_DAYS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("granularity", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("due_day", pa.date32()),
    ]
)
HOLDINGS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("granularity", pa.string()),
        ("present", pa.int64()),
        ("estimated", pa.int64()),
        ("provisional", pa.int64()),
        ("newest_day", pa.date32()),
        ("newest_present", pa.int64()),
    ]
)
