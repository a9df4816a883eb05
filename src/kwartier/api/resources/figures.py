"""Coverage, totals and month peaks: of a customer, or of a metering point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from kwartier.analysis import COVERAGE_SCHEMA, PEAKS_SCHEMA, TOTALS_SCHEMA, Period
from kwartier.api.calls import Answer, Call, Operation
from kwartier.api.figures import (
    COVERAGE_ORDER,
    PEAKS_ORDER,
    TOTALS_ORDER,
    Judged,
    judged,
    months_between,
    periods_between,
)
from kwartier.api.parameters import choice
from kwartier.api.resources.measurements import chosen, table_of_both, whose
from kwartier.api.resources.shared import AS_OF, FROM, TO, check_order
from kwartier.api.values import in_order

_BY: Final = choice(
    "by", "local days, months or years; of gas by gas days", [str(p) for p in Period], "month"
)


def _told(
    call: Call,
    what: str,
    schema: pa.Schema,
    order: Sequence[str],
    figures: Callable[[Judged], pa.Table],
) -> Answer:
    """The figures of each metering point, one after the other."""
    given = call.given
    check_order(given)
    with whose(call) as standing:
        points = chosen(call, standing, what)

        def tables(after: Sequence[Any] | None) -> Iterator[pa.Table]:
            for point in sorted(points):
                if after is not None and point < after[0]:
                    continue
                one = judged(
                    standing,
                    point,
                    points[point],
                    is_customers="customer_id" in given.values,
                    as_of=given["as_of"],
                    by=call.context.judging,
                )
                if one is not None:
                    yield in_order(figures(one), order)

        return call.table(what, schema, order, tables)


def _coverage(call: Call) -> Answer:
    start, end = call.given["from"], call.given["to"]
    return _told(
        call,
        "coverage",
        COVERAGE_SCHEMA,
        COVERAGE_ORDER,
        lambda one: months_between(one.coverage(), start, end),
    )


def _peaks(call: Call) -> Answer:
    start, end = call.given["from"], call.given["to"]
    return _told(
        call,
        "peaks",
        PEAKS_SCHEMA,
        PEAKS_ORDER,
        lambda one: months_between(one.peaks(), start, end),
    )


def _totals(call: Call) -> Answer:
    start, end, by = call.given["from"], call.given["to"], Period(call.given["by"])
    return _told(
        call,
        "totals",
        TOTALS_SCHEMA,
        TOTALS_ORDER,
        lambda one: periods_between(one.totals(by), start, end),
    )


OPERATIONS: Final[tuple[Operation, ...]] = (
    *table_of_both(
        "coverage",
        "Coverage",
        "How complete each month is",
        "Judged at the last sync, or at `as_of`: what is expected by then, what is there of it, "
        "and the gaps.",
        _coverage,
        (FROM, TO, AS_OF),
    ),
    *table_of_both(
        "peaks",
        "Peak",
        "The month peaks of electricity, in kW",
        "`status` tells how far a peak can be trusted: final, provisional, incomplete or "
        "unavailable.",
        _peaks,
        (FROM, TO, AS_OF),
    ),
    *table_of_both(
        "totals",
        "Total",
        "Energy by local day, month or year",
        "Registers, directions and units stand apart. Where nothing is there, the value is null.",
        _totals,
        (_BY, FROM, TO, AS_OF),
    ),
)
