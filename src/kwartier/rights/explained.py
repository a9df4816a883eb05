"""Walking a value or a month peak back: to fetches, revisions, mandate, consent and customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.rights.absence import why_absent
from kwartier.rights.evidence import Evidence, Row, gather
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity, finest, slice_starts
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.local_time import day_interval, day_of

Explained = dict[str, Any]

_SAME_SERIES: Final = (
    "energy_type", "direction", "register", "unit", "source", "meter_id", "sub_headpoint",
    "start", "end",
)  # fmt: skip
_STATED: Final = ("value", "validation_state", "gas_conversion_factor")


def explain_at(
    store: Store,
    metering_point: str,
    at: datetime | date,
    *,
    customer_id: str | None = None,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> Explained:
    """What is held at an instant, or of a local day (gas: a gas day), and where it came from.

    ``slices`` are those that hold the instant, the finest first; of a day they are that day's, and
    ``parts`` sums up what is finer. Granularities that no mandate opens and that nothing is held
    of are left out. With ``customer_id`` only what is that customer's is told.
    """
    day = at if not isinstance(at, datetime) else day_of(at, "")
    margin = [day_interval(one, kind) for one in _around(day) for kind in ("", "gas")]
    within = union(margin)[0]
    evidence = gather(store, metering_point, within, customer_id=customer_id)
    kind = evidence.energy_type
    explained = _head(evidence)
    if isinstance(at, datetime):
        whole = day_interval(day_of(at, kind), kind)
        fine = finest(kind)
        slices = [(fine, _slice_at(at, fine)), (Granularity.DAY, whole)]
        explained["at"] = at
    else:
        whole = day_interval(at, kind)
        slices = [(Granularity.DAY, whole)]
        explained["day"] = at
        if _is_told(evidence, finest(kind)):
            explained["parts"] = _parts(evidence, finest(kind), whole, arrival)
    explained["slices"] = [
        slice_explained(evidence, g, s, arrival) for g, s in slices if _is_told(evidence, g)
    ]
    return explained


def _is_told(evidence: Evidence, granularity: Granularity) -> bool:
    """Whether slices of it could be there; where mandates open none at all, it is told why not."""
    opened = {one for claim in evidence.claims for one in claim.granularities}
    seen = {row["granularity"] for row in evidence.rows}
    erased = {receipt.granularity for receipt, _ in evidence.receipts}
    return not opened or granularity in opened | seen | erased


def _around(day: date) -> tuple[date, ...]:
    return (date.fromordinal(day.toordinal() - 1), day)


def _head(evidence: Evidence) -> Explained:
    return {
        "metering_point": evidence.metering_point,
        "energy_type": evidence.energy_type or None,
        "energy_types": evidence.energy_types,
        "as_of": evidence.now,
    }


def _slice_at(at: datetime, granularity: Granularity) -> Interval:
    step = granularity.step
    if step is None:
        raise ValueError(f"{granularity} has no fixed length")
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (at - midnight) // step * step
    return Interval(start, start + step)


def slice_explained(
    evidence: Evidence,
    granularity: Granularity,
    slice_: Interval,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> Explained:
    """One slice: its ``values`` with fetch and revisions, the mandates that permit it, and, where
    nothing is held, why.
    """
    values = [_value(evidence, rows) for rows in evidence.series(granularity, slice_)]
    is_there = any(value["fetch"] is not None for value in values)
    return {
        "granularity": str(granularity),
        "start": slice_.start,
        "end": slice_.end,
        "values": values,
        "permitted_by": [
            evidence.mandate(claim) for claim in evidence.permitting(granularity, slice_)
        ],
        "absent": None if is_there else why_absent(evidence, granularity, slice_, arrival),
    }


def _value(evidence: Evidence, rows: Sequence[Row]) -> Explained:
    """One series: what it says now (null where it was taken away), and before."""
    current = next((row for row in rows if row["superseded_by"] is None), None)
    former = [row for row in rows if row["superseded_by"] is not None]
    stated = current or dict.fromkeys(_STATED)
    return {
        **{name: rows[0][name] for name in _SAME_SERIES},
        **{name: stated[name] for name in _STATED},
        "fetch": evidence.fetch(current["fetch"]) if current else None,
        "revisions": [
            {
                **{name: row[name] for name in _STATED},
                "fetch": evidence.fetch(row["fetch"]),
                "change": row["change"],
                "superseded_by": evidence.fetch(row["superseded_by"]),
            }
            for row in former
        ],
    }


def _parts(
    evidence: Evidence, granularity: Granularity, whole: Interval, arrival: ArrivalPolicy
) -> Explained:
    """The finer slices of a day, summed up."""
    starts = slice_starts(whole, granularity, evidence.energy_type)
    step = granularity.step
    current = [r for r in evidence.rows if _is_part(r, granularity, whole) and not r["change"]]
    there = {row["start"] for row in current if row["value"] is not None}
    missing = [] if step is None else [Interval(s, s + step) for s in starts if s not in there]
    brought = Counter(row["fetch"] for row in current)
    revised = [r for r in evidence.rows if _is_part(r, granularity, whole) and r["change"]]
    return {
        "granularity": str(granularity),
        "slices": len(starts),
        "present": len(starts) - len(missing),
        "states": dict(Counter(row["validation_state"] or "unknown" for row in current)),
        "revisions": len(revised),
        "fetches": [
            {**evidence.fetch(number), "values": count} for number, count in sorted(brought.items())
        ],
        "missing": [
            {
                "start": stretch.start,
                "end": stretch.end,
                **_why_of(evidence, granularity, inside, arrival),
            }
            for stretch, inside in _stretches(missing)
        ],
    }


def _is_part(row: Row, granularity: Granularity, whole: Interval) -> bool:
    return row["granularity"] == granularity and row["start"] in whole


def _stretches(missing: Iterable[Interval]) -> list[tuple[Interval, Interval]]:
    """Stretches of missing slices that follow each other, each with its first slice."""
    slices = sorted(missing)
    return [
        (stretch, next(one for one in slices if one.start == stretch.start))
        for stretch in union(slices)
    ]


def _why_of(
    evidence: Evidence, granularity: Granularity, slice_: Interval, arrival: ArrivalPolicy
) -> Explained:
    told = why_absent(evidence, granularity, slice_, arrival)
    return {name: told[name] for name in ("why", "says", "asked", "deltas", "receipts")}
