"""A metering point by month: peaks of electricity, the figure that the capacity tariff is billed
by, and totals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response

from kwartier.analysis import TOTALS_SCHEMA, PeakStatus, Period, billing_peak, month_peaks, totals
from kwartier.analysis.declared import in_centigrade
from kwartier.console.customer.asking import about_point
from kwartier.console.customer.beside import Beside, beside
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.visitor import Visitor
from kwartier.store import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.energy import ELECTRICITY

MARKS: Final[Mapping[str, tuple[str, str]]] = {
    PeakStatus.FINAL: ("", "the month is closed and every quarter-hour measured"),
    PeakStatus.PROVISIONAL: ("~", "the month is still open"),
    PeakStatus.INCOMPLETE: ("≥", "at least: gaps, estimates, or a month that the mandate cuts"),
    PeakStatus.UNAVAILABLE: ("≥", "at least: only day values are shared"),
}
"""The mark before a peak, and what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """What the page tells, the latest month first. ``highest`` is the highest peak in kW.
    ``has_centigrade``: some heat or cooling is in no total, for nobody said what Centigrade is.
    """

    looked: Looked
    point: Point
    peaks: Sequence[Mapping[str, Any]]
    highest: float
    billing: Mapping[str, Any] | None
    totals: Beside
    has_centigrade: bool


async def show_months(_: Request, visitor: Visitor) -> Response:
    """Peaks and totals of all months."""
    found = await about_point(
        visitor, lambda store, looked, point: _read(store, looked, point, visitor)
    )
    title = f"Months of {found.point.metering_point}"
    return visitor.page("customer/months.html", title=title, found=found, marks=MARKS)


def _read(store: Store, looked: Looked, point: Point, visitor: Visitor) -> Months:
    if point.now is None:
        return Months(
            looked=looked,
            point=point,
            peaks=(),
            highest=0.0,
            billing=None,
            totals=beside(TOTALS_SCHEMA.empty_table()),
            has_centigrade=False,
        )
    policies = visitor.context.policies
    declared = policies.centigrade or Centigrade.UNKNOWN
    values, permitted = point.values(store), point.permissions()
    peaks = _peaks(values, point, visitor)
    months = totals(
        values,
        permitted,
        point.now,
        by=Period.MONTH,
        policy=policies.arrival,
        centigrade=declared,
    )
    billing = billing_peak(peaks, point.now).to_pylist()
    told = sorted(peaks.to_pylist(), key=lambda row: str(row["month"]), reverse=True)
    return Months(
        looked=looked,
        point=point,
        peaks=told,
        highest=max((row["kw"] or 0.0 for row in told), default=0.0),
        billing=billing[0] if billing else None,
        totals=beside(months, latest_first=True),
        has_centigrade=bool(in_centigrade(values)) and not declared.is_energy,
    )


def _peaks(values: pa.Table, point: Point, visitor: Visitor) -> pa.Table:
    electricity = point.permissions(ELECTRICITY)
    now = point.now or visitor.now
    return month_peaks(values, electricity, now, policy=visitor.context.policies.arrival)
