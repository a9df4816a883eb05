"""Coverage, totals and month peaks of metering points: from what may be told alone, judged by what
the mandates open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.analysis import (
    COVERAGE_SCHEMA,
    PEAKS_SCHEMA,
    TOTALS_SCHEMA,
    ArrivalPolicy,
    Period,
    month_coverage,
    month_peaks,
    totals,
)
from kwartier.api.standing import Standing
from kwartier.api.values import Wanted, values_of, windows
from kwartier.measurements import empty_measurements
from kwartier.retention.decisions import BEGINNING
from kwartier.rights.whose import Claim
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, disjoint, subtract
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission, widened

COVERAGE_ORDER: Final = ("metering_point", "energy_type", "granularity", "month")
PEAKS_ORDER: Final = ("metering_point", "month")
TOTALS_ORDER: Final = (
    "metering_point", "energy_type", "sub_headpoint", "period", "direction", "register", "unit",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How values are judged: when they should be there, and what Centigrade is."""

    arrival: ArrivalPolicy
    centigrade: Centigrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One metering point's values that may be told, what its mandates open, and when that is
    judged.
    """

    values: pa.Table
    permissions: Sequence[Permission]
    now: datetime
    by: Judging

    def coverage(self) -> pa.Table:
        """How complete each month is."""
        return month_coverage(self.values, self.permissions, self.now, self.by.arrival)

    def peaks(self) -> pa.Table:
        """The month peaks of electricity."""
        return month_peaks(self.values, self.permissions, self.now, policy=self.by.arrival)

    def totals(self, period: Period) -> pa.Table:
        """What each register counted."""
        return totals(
            self.values,
            self.permissions,
            self.now,
            by=period,
            policy=self.by.arrival,
            centigrade=self.by.centigrade,
        )


def judged(
    standing: Standing,
    point: str,
    claims: Sequence[Claim],
    *,
    is_customers: bool,
    as_of: datetime | None,
    by: Judging,
) -> Judged | None:
    """What may be told of a metering point on account of ``claims``, as known now or ``as_of``;
    None before anything was fetched.
    """
    now = as_of or standing.facts.synced_at
    if now is None:
        return None
    wanted = Wanted(points=(point,), claims=claims if is_customers else None, as_of=as_of)
    tables = list(values_of(standing, wanted, windows(standing, wanted)))
    values = pa.concat_tables(tables) if tables else empty_measurements()
    return Judged(values=values, permissions=_opened(standing, point, claims, now), now=now, by=by)


def months_between(table: pa.Table, start: datetime | None, end: datetime | None) -> pa.Table:
    """The rows of months that begin in Brussels from ``start`` on and before ``end``."""
    months = [Month.parse(text).interval(ELECTRICITY).start for text in table["month"].to_pylist()]
    return _between(
        table, pa.chunked_array([pa.array(months, pa.timestamp("us", "UTC"))]), start, end
    )


def periods_between(table: pa.Table, start: datetime | None, end: datetime | None) -> pa.Table:
    """The rows of periods that begin from ``start`` on and before ``end``."""
    return _between(table, table["start"], start, end)


def _between(
    table: pa.Table, begins: pa.ChunkedArray, start: datetime | None, end: datetime | None
) -> pa.Table:
    mask = pa.array([True] * table.num_rows, pa.bool_())
    if start is not None:
        mask = pc.and_(mask, pc.greater_equal(begins, pa.scalar(start, begins.type)))
    if end is not None:
        mask = pc.and_(mask, pc.less(begins, pa.scalar(end, begins.type)))
    return table.filter(mask)


def _opened(
    standing: Standing, point: str, claims: Sequence[Claim], now: datetime
) -> list[Permission]:
    """What mandates that stand, or were kept by a person, open until ``now``: without what was
    erased on request, and what is on hold.
    """
    opened: defaultdict[tuple[str, Granularity], list[Interval]] = defaultdict(list)
    until = Interval(BEGINNING, now)
    for claim in claims:
        period = claim.period.intersection(until)
        if period is None or not (claim.stands or standing.facts.people.about(claim.known)):
            continue
        for granularity in claim.granularities:
            key = claim.known.mandate.provider, point, granularity
            spared = standing.facts.people.spared(claim.known, [period])
            left = subtract(spared, standing.facts.on_hold.get(key, ()))
            opened[claim.energy_type, granularity] += left
    permissions = [
        Permission(
            metering_point=point,
            energy_type=energy_type,
            granularity=granularity,
            intervals=tuple(disjoint(parts)),
        )
        for (energy_type, granularity), parts in sorted(opened.items())
        if parts
    ]
    held = standing.facts.held.get(point, ())
    return widened(permissions, lambda: ((one.metering_point, one.energy_type) for one in held))


SCHEMAS: Final = {"coverage": COVERAGE_SCHEMA, "peaks": PEAKS_SCHEMA, "totals": TOTALS_SCHEMA}
