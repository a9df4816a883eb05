"""What can be said of values' origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA

TRACE_SCHEMA: Final = pa.schema(
    [
        *MEASUREMENTS_SCHEMA,
        pa.field("fetch", pa.int32(), nullable=False),
        pa.field("superseded_by", pa.int32()),
        pa.field("change", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows and where they came from.

    ``rows`` (``TRACE_SCHEMA``) are the current values and those that they superseded, by series,
    start and fetch. ``fetch`` is the number of the fetch that brought the row, ``superseded_by``
    that of the one that ended it and ``change`` how (``revised`` or ``removed``): null while it is
    current. ``fetches`` are all that were made of the metering points, as the store's ``fetches``,
    each with its number ``fetch``.
    """

    rows: pa.Table
    fetches: pa.Table
