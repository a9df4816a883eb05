"""Orders for tests that need one, and looking for what should be gone in the bytes of a folder."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from kwartier.registry import Listing
from kwartier.retention import Order, Reason
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.mandates import known_mandate
from support.measured import EAN, NOW


def list_mandate(store: Store, metering_point: str = EAN, **fields: object) -> None:
    """Record one mandate for ``metering_point``, as the provider would list it."""
    mandate = known_mandate(1, metering_point=metering_point, **fields).mandate
    store.record_mandates(Listing([mandate], NOW), provider="fluvius")


def order(
    *kept: Interval,
    metering_point: str = EAN,
    granularity: Granularity = Granularity.QUARTER_HOUR,
    energy_type: str = "electricity",
    reason: Reason = Reason.PERIOD_ENDED,
) -> Order:
    """Keep only what lies wholly inside one of ``kept``."""
    return Order(
        provider="fluvius",
        metering_point=metering_point,
        energy_type=energy_type,
        granularity=granularity,
        kept=kept,
        gone=(),
        reason=reason,
        mandate_id=1,
    )


def until(end: datetime) -> Interval:
    """All time before ``end``."""
    return Interval(datetime.fromisoformat("1900-01-01T00:00:00Z"), end)


def found_in(folder: Path, values: Iterable[float]) -> set[tuple[str, float]]:
    """In which files below ``folder`` some values lie as doubles, in either byte order."""
    wanted = [(value, struct.pack(code, value)) for value in values for code in ("<d", ">d")]
    return {
        (str(path.relative_to(folder)), value)
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for value, written in wanted
        if written in content
    }
