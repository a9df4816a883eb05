"""The values of a local month, a page of metering points at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.export.withheld import Withheld, without_withheld
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store.contents import hull_of
from kwartier.store.port import Selection, Store
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month

POINTS_A_PAGE: Final = 200


def pages_of(
    store: Store, month: Month, metering_points: Sequence[str], on_hold: Withheld
) -> Iterator[tuple[frozenset[str], pa.Table]]:
    """The month's values, some metering points at a time, so that memory stays flat and nobody
    waits long for the store. What is on hold is left out.
    """
    hull = hull_of(month)
    for first in range(0, len(metering_points), POINTS_A_PAGE):
        page = tuple(metering_points[first : first + POINTS_A_PAGE])
        selection = Selection(metering_points=page, start=hull.start, end=hull.end)
        values = pa.Table.from_batches(store.scan(selection), MEASUREMENTS_SCHEMA)
        values = without_withheld(values.unify_dictionaries(), on_hold)
        yield frozenset(page), of_month(values, month)


def of_month(values: pa.Table, month: Month) -> pa.Table:
    """The values whose slice begins in the month: a local one, for gas one of gas days."""
    is_gas = pc.equal(values["energy_type"], GAS)
    inside = pc.if_else(
        is_gas,
        _begins_in(month.interval(GAS), values),
        _begins_in(month.interval(ELECTRICITY), values),
    )
    return values.filter(inside)


def _begins_in(interval: Interval, values: pa.Table) -> pa.ChunkedArray:
    start = values["start"]
    first, last = (pa.scalar(instant, start.type) for instant in (interval.start, interval.end))
    return pc.and_(pc.greater_equal(start, first), pc.less(start, last))
