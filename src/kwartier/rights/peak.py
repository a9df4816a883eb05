"""Walking a month peak back to the quarter-hours that made it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from kwartier.analysis import month_coverage, month_peaks
from kwartier.analysis.columns import Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.offtake import offtake
from kwartier.analysis.slices import lay_out
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.rights.evidence import Evidence, gather
from kwartier.rights.explained import Explained, slice_explained
from kwartier.rights.whose import permissions_of
from kwartier.store import Store
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import MEASURED

NEAR: Final = 5
_QUARTERS_PER_HOUR: Final = 4
_COUNTS: Final = ("kw", "status", "expected", "present", "not_measured", "lower_bound", "at")


def explain_peak(
    store: Store,
    metering_point: str,
    month: Month,
    *,
    customer_id: str | None = None,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> Explained:
    """The month's ``peak`` with its completeness (None if there is none, ``why`` says why not),
    the ``slice`` that made it, the highest quarter-hours beside it (``near``), and ``gaps``.

    Of a month in which the metering point changed hands, with ``customer_id`` that customer's part
    alone.
    """
    within = month.interval(ELECTRICITY)
    evidence = gather(store, metering_point, within, customer_id=customer_id)
    explained: Explained = {
        "metering_point": metering_point,
        "energy_type": evidence.energy_type or None,
        "energy_types": evidence.energy_types,
        "as_of": evidence.now,
        "month": str(month),
        "peak": None,
        "why": _why_none(evidence, within),
        "slice": None,
        "near": [],
        "gaps": [],
    }
    if explained["why"] is not None or evidence.now is None:
        return explained
    permitted = permissions_of(
        evidence.claims, Interval(within.start, min(within.end, evidence.now))
    )
    current = [row for row in evidence.rows if row["change"] is None]
    values = pa.Table.from_pylist(
        [{name: row[name] for name in MEASUREMENTS_SCHEMA.names} for row in current],
        MEASUREMENTS_SCHEMA,
    )
    peaks = month_peaks(values, permitted, evidence.now, policy=arrival).to_pylist()
    if not peaks:
        return explained | {"why": "nothing of this month is expected yet"}
    peak = {name: peaks[0][name] for name in _COUNTS}
    quarters = [p for p in permitted if p.granularity is Granularity.QUARTER_HOUR]
    coverage = month_coverage(values, quarters, evidence.now, arrival).to_pylist()
    made_by = None if peak["at"] is None else _quarter(peak["at"])
    return explained | {
        "peak": peak,
        "slice": made_by and slice_explained(evidence, Granularity.QUARTER_HOUR, made_by, arrival),
        "near": _near(evidence, values, quarters, arrival),
        "gaps": [gap for row in coverage for gap in row["gaps"]],
    }


def _why_none(evidence: Evidence, within: Interval) -> str | None:
    if not evidence.claims:
        return "no mandate that was looked at ever told of this metering point"
    if evidence.energy_type != ELECTRICITY:
        return "month peaks are of electricity"
    if evidence.now is None:
        return "nothing was fetched yet: `kwartier sync` does"
    if within.start >= evidence.now:
        return "the month has not begun, as of the last sync"
    if not any(claim.period.overlaps(within) for claim in evidence.claims):
        return "no mandate's period holds any of this month"
    return None


def _quarter(start: Any) -> Interval:
    step = Granularity.QUARTER_HOUR.step
    return Interval(start, start + step)


def _near(
    evidence: Evidence, values: pa.Table, quarters: list[Permission], arrival: ArrivalPolicy
) -> list[dict[str, Any]]:
    """The highest quarter-hours of the month, the peak first."""
    if evidence.now is None or not quarters:
        return []
    slices = lay_out(quarters, evidence.now, arrival)
    measured = offtake(Columns(values), slices, MEASURED).measured
    known = np.flatnonzero(~np.isnan(measured))
    highest = known[np.argsort(-measured[known], kind="stable")][: NEAR + 1]
    starts = pa.array(slices.starts[highest]).cast(pa.timestamp("us", "UTC")).to_pylist()
    kw = (_QUARTERS_PER_HOUR * measured[highest]).tolist()
    return [{"at": at, "kw": round(power, 9)} for at, power in zip(starts, kw, strict=True)]
