"""Eneco's usages as measurements.

Lenient in: unknown channels and units are kept, and a record that cannot be read never costs the
others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from kwartier.eneco.assemble import as_table
from kwartier.eneco.pages import read_page
from kwartier.eneco.timestamps import Timestamps
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.interval import require_utc

_BY_DEFAULT: Final = Timestamps()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedUsages:
    """``table`` in the measurements schema, and what of the reply could not be read.

    ``start`` and ``end`` (UTC) are the reply's own, None if they cannot be read: the next page
    back ends at ``start``. ``channels`` counts the reply's channels, unreadable ones included;
    a reply without any is about a time of which nothing is available.
    """

    table: pa.Table
    undecoded: tuple[Undecoded, ...]
    start: datetime | None
    end: datetime | None
    channels: int


def read_usages(
    body: bytes,
    *,
    metering_point: str,
    fetched_at: datetime,
    timestamps: Timestamps = _BY_DEFAULT,
) -> DecodedUsages:
    """Read the body of ``GET {dataOwnerId}/heat/usages`` (Eneco DataShare v1).

    ``metering_point`` is the data owner's id that was asked for (the body names none),
    ``fetched_at`` the provider's time of the reply (zoned), ``timestamps`` says what its
    timestamps mean. Of an hour that comes more than once the last amount is kept; if they differ,
    ``undecoded`` says so. Of a member given twice the last counts. A number beyond the range of a
    float costs its record.

    Raises :class:`~kwartier.eneco.errors.DecodeError` if the body is no usages reply, and if it is
    no JSON in UTF-8: NaN and Infinity are none.
    """
    fetched_at = require_utc(fetched_at, "fetched_at")
    page = read_page(body, timestamps)
    return DecodedUsages(
        table=as_table([page.amounts], metering_point=metering_point, fetched_at=fetched_at),
        undecoded=page.undecoded,
        start=page.bounds.start,
        end=page.bounds.end,
        channels=page.bounds.channels,
    )


def decode_usages(
    body: bytes,
    *,
    metering_point: str,
    fetched_at: datetime,
    timestamps: Timestamps = _BY_DEFAULT,
) -> pa.Table:
    """The measurements of a usages reply; see :func:`read_usages`, which also tells what of the
    reply could not be read.
    """
    return read_usages(
        body, metering_point=metering_point, fetched_at=fetched_at, timestamps=timestamps
    ).table
