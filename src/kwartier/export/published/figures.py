"""The figures of a month that are published beside its values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from kwartier.analysis import (
    COVERAGE_SCHEMA,
    GAS_DAYS_SCHEMA,
    PEAKS_SCHEMA,
    TOTALS_SCHEMA,
    ArrivalPolicy,
    Period,
    gas_days,
    month_coverage,
    month_peaks,
    totals,
)
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, months_of
from kwartier.vocabulary.mandate import Permission

Figures = dict[str, pa.Table]

FIGURE_SCHEMAS: Final[dict[str, pa.Schema]] = {
    "peaks": PEAKS_SCHEMA,
    "coverage": COVERAGE_SCHEMA,
    "totals": TOTALS_SCHEMA,
    "gas_days": GAS_DAYS_SCHEMA,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What figures depend on beside the values: what is permitted, the moment, what is due, and
    what Centigrade was declared to be.
    """

    permissions: Sequence[Permission]
    now: datetime
    arrival: ArrivalPolicy
    centigrade: Centigrade = Centigrade.UNKNOWN

    def figures(self, values: pa.Table, metering_points: Collection[str], month: Month) -> Figures:
        """The month's figures of these metering points, from their values of the month."""
        mine = [one for one in self.permissions if one.metering_point in metering_points]
        granted, now = within_month(mine, month), self.now
        return {
            "peaks": month_peaks(values, granted, now, policy=self.arrival),
            "coverage": month_coverage(values, granted, now, self.arrival),
            "totals": totals(
                values,
                granted,
                now,
                by=Period.MONTH,
                policy=self.arrival,
                centigrade=self.centigrade,
            ),
            "gas_days": gas_days(values, granted, now),
        }


def within_month(permissions: Iterable[Permission], month: Month) -> list[Permission]:
    """The permissions' part of the month."""
    granted = []
    for permission in permissions:
        whole = month.interval(permission.energy_type)
        parts = [interval.intersection(whole) for interval in permission.intervals]
        intervals = tuple(part for part in parts if part is not None)
        if intervals:
            granted.append(
                Permission(
                    metering_point=permission.metering_point,
                    energy_type=permission.energy_type,
                    granularity=permission.granularity,
                    intervals=intervals,
                )
            )
    return granted


def permitted_months(permissions: Iterable[Permission]) -> set[Month]:
    """The local months that the permissions touch."""
    hulls: dict[str, Interval] = {}
    for permission in permissions:
        first, last = permission.intervals[0].start, permission.intervals[-1].end
        known = hulls.get(permission.energy_type)
        if known is not None:
            first, last = min(first, known.start), max(last, known.end)
        hulls[permission.energy_type] = Interval(first, last)
    return {month for kind, hull in hulls.items() for month in months_of(hull, kind)}


def joined(parts: Sequence[Figures]) -> Figures:
    """The same figures of several pages, one after the other."""
    return {
        name: pa.concat_tables([schema.empty_table(), *(part[name] for part in parts)])
        for name, schema in FIGURE_SCHEMAS.items()
    }
