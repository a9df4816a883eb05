"""The twelve-month figure that the capacity tariff is billed by."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from kwartier.analysis.peaks import PeakStatus
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import Month, day_of

FLOOR_KW: Final = 2.5
MONTHS: Final = 12

BILLING_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("kw", pa.float64()),
        ("status", pa.string()),
        ("months", pa.int64()),
        ("first_month", pa.string()),
        ("last_month", pa.string()),
    ]
)

_WORST_LAST: Final = [status.value for status in PeakStatus]


def billing_peak(
    peaks: pa.Table, now: datetime, *, floor_kw: float = FLOOR_KW, months: int = MONTHS
) -> pa.Table:
    """The mean of the last closed months' peaks, per metering point (``BILLING_SCHEMA``).

    ``peaks`` comes from :func:`kwartier.analysis.peaks.month_peaks`. Of the last ``months`` local
    months that are over at ``now``, each peak is raised to ``floor_kw`` before the mean is taken.
    ``months`` in the result counts those that had a peak, ``first_month`` and ``last_month`` name
    the outer two; ``status`` is the worst in the period, months without any measured quarter
    included. A metering point without a single closed month that has a peak is left out.
    """
    this_month = Month.of(day_of(now, ELECTRICITY))
    window = {str(this_month.plus(-back)) for back in range(1, months + 1)}
    by_point: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in peaks.select(["metering_point", "month", "kw", "status"]).to_pylist():
        if row["month"] in window:
            by_point[row["metering_point"]].append(row)
    figures = [_figure(point, rows, floor_kw) for point, rows in sorted(by_point.items())]
    return pa.Table.from_pylist([f for f in figures if f is not None], schema=BILLING_SCHEMA)


def _figure(point: str, rows: list[dict[str, Any]], floor_kw: float) -> dict[str, Any] | None:
    used = [row for row in rows if row["kw"] is not None]
    if not used:
        return None
    names = sorted(row["month"] for row in used)
    return {
        "metering_point": point,
        "kw": sum(max(row["kw"], floor_kw) for row in used) / len(used),
        "status": max((row["status"] for row in rows), key=_WORST_LAST.index),
        "months": len(used),
        "first_month": names[0],
        "last_month": names[-1],
    }
