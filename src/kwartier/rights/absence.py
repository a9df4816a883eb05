"""Why there is no value: not permitted, not over, not due, never asked, or asked in vain."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.rights.evidence import Evidence, Row
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect

_SHOWN: Final = 5


class Why(StrEnum):
    """The reason, the first that holds."""

    NOT_SHARED = "not_shared"
    ERASED = "erased"
    NOT_PERMITTED = "not_permitted"
    SUPPRESSED = "suppressed"
    NOT_OVER = "not_over"
    NOT_DUE = "not_due"
    NOT_ASKED = "not_asked"
    NOT_ANSWERED = "not_answered"
    GAP = "gap"


SAYS: Final = {
    Why.NOT_SHARED: "no mandate that was looked at ever told of this metering point",
    Why.ERASED: "it was erased, see the receipt",
    Why.NOT_PERMITTED: "no mandate's period holds this slice whole",
    Why.SUPPRESSED: "erased on request, and not fetched again",
    Why.NOT_OVER: "the slice is not over yet, as of the last sync",
    Why.NOT_DUE: "it need not have arrived yet",
    Why.NOT_ASKED: "nobody asked for it yet: `kwartier sync` does",
    Why.NOT_ANSWERED: "it was asked for, and no request succeeded yet; the next sync asks again",
    Why.GAP: "it was asked for, and the provider's answer did not hold it",
}


def why_absent(
    evidence: Evidence,
    granularity: Granularity,
    slice_: Interval,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> dict[str, Any]:
    """Why nothing is held of a slice: ``why`` and what it ``says``, when it is due, the requests
    that ``asked`` for it by read time (the latest few), the ``deltas`` that could have brought it,
    the receipts about it, and the periods that mandates do permit.
    """
    reads, deltas = _reads(evidence, granularity, slice_), _deltas(evidence, granularity, slice_)
    receipts = _receipts(evidence, granularity, slice_)
    due_at = arrival.due_at(evidence.energy_type, slice_.end)
    # What was stored before the first of them began, only a request by read time can bring.
    telling = [row for row in deltas if row["window_start"] <= slice_.end]
    outcomes = [str(row["outcome"]) for row in (*reads, *telling)]
    why = _why(evidence, granularity, slice_, outcomes, due_at, has_receipt=bool(receipts))
    return {
        "why": str(why),
        "says": SAYS[why],
        "due_at": due_at,
        "asked": [evidence.fetch(row["fetch"]) for row in reads[-_SHOWN:]],
        "deltas": {
            "count": len(deltas),
            "last_at": max((row["fetched_at"] for row in deltas), default=None),
        },
        "receipts": receipts,
        "periods": [
            {"start": claim.period.start, "end": claim.known.mandate.period_end}
            for claim in evidence.claims
            if granularity in claim.granularities
        ],
    }


def _why(
    evidence: Evidence,
    granularity: Granularity,
    slice_: Interval,
    outcomes: list[str],
    due_at: datetime,
    *,
    has_receipt: bool,
) -> Why:
    permitting = evidence.permitting(granularity, slice_)
    if not evidence.claims:
        return Why.NOT_SHARED
    if not permitting:
        return Why.ERASED if has_receipt else Why.NOT_PERMITTED
    if all(not evidence.people.spared(claim.known, [slice_]) for claim in permitting):
        return Why.SUPPRESSED
    if evidence.now is not None and slice_.end > evidence.now:
        return Why.NOT_OVER
    if evidence.now is not None and due_at > evidence.now:
        return Why.NOT_DUE
    if not outcomes:
        return Why.NOT_ASKED
    return Why.GAP if Outcome.OK in outcomes else Why.NOT_ANSWERED


def _reads(evidence: Evidence, granularity: Granularity, slice_: Interval) -> list[Row]:
    """The requests by read time whose window holds the slice; of what is not permitted nothing is
    told, for they may have been made on another customer's account.
    """
    if not evidence.permitting(granularity, slice_):
        return []
    return [
        row
        for row in evidence.fetches.values()
        if row["kind"] == WindowKind.READ_TIME
        and granularity in row["granularities"]
        and Interval(row["window_start"], row["window_end"]).covers(slice_)
    ]


def _deltas(evidence: Evidence, granularity: Granularity, slice_: Interval) -> list[Row]:
    """The requests for what was stored after the slice was over, since a mandate permitted it."""
    permitting = evidence.permitting(granularity, slice_)
    since = min((claim.known.first_seen_at for claim in permitting), default=None)
    return [
        row
        for row in evidence.fetches.values()
        if row["kind"] == WindowKind.INSERT_TIME
        and granularity in row["granularities"]
        and row["window_end"] > slice_.end
        and since is not None
        and row["planned_at"] >= since
    ]


def _receipts(
    evidence: Evidence, granularity: Granularity, slice_: Interval
) -> list[dict[str, Any]]:
    """The receipts of what was erased there, told by number, time and reason alone."""
    return [
        {"receipt": one.number, "erased_at": one.erased_at, "reason": str(one.reason)}
        for one, bounds in evidence.receipts
        if one.granularity == granularity and intersect(bounds, [slice_])
    ]
