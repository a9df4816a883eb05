"""What a mandate opens, and what nobody opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import DECK, CannotTry, documented, reading
from kwartier.verify.lab import Lab, iso
from kwartier.verify.own import Block

_QUARTERS: Final = "quarterHourlyEnergy"
_BOTH: Final = f"dailyEnergy, {_QUARTERS}"


def _days(lab: Lab, block: Block, *services: str, **query: str) -> Reply:
    """Two days of a new point with approved mandates for ``services``."""
    point = lab.point(block, *services)
    return lab.energy(point, lab.midnight(42), lab.midnight(40), **query)


def _opened(block: Block, *services: str) -> Callable[[Lab], str]:
    return lambda lab: seen.arrays(_days(lab, block, *services))


def _with_status(status: str) -> Callable[[Lab], str]:
    def probe(lab: Lab) -> str:
        point = lab.point(Block.SOLAR_QUARTER, "VH_kwartier_uur", status=status)
        return seen.outcome(lab.energy(point, lab.midnight(42), lab.midnight(40)))

    return probe


def _of_another(lab: Lab) -> str:
    """A point with a mandate, asked for under a reference that has none."""
    point = lab.shared(Block.SOLAR_QUARTER)
    window = (lab.midnight(42), lab.midnight(40))
    return seen.outcome(lab.energy(point, *window, referenceNumber=lab.own.reference()))


def _installation(lab: Lab) -> str:
    point = lab.point(Block.SOLAR_QUARTER, "IG", dataPeriodFrom=None)
    return seen.outcome(lab.energy(point, lab.midnight(42), lab.midnight(40)))


def _period(lab: Lab) -> dict[str, Any]:
    ends = {"dataPeriodFrom": lab.midnight(50), "dataPeriodTo": lab.midnight(45)}
    return {name: iso(at) for name, at in ends.items()}


def _inside(lab: Lab) -> str:
    """Where the slices lie of a window wider than the mandate's period."""
    point = lab.point(Block.DAY, "VH_dag", **_period(lab))
    reply = lab.energy(point, lab.midnight(55), lab.midnight(40))
    found = seen.slices(reply, "dailyEnergy")
    if not found:
        raise CannotTry("the sandbox has no values 50 days ago")
    bounds = [seen.bounds(one) for one in found]
    begins, ends = min(start for start, _ in bounds), max(end for _, end in bounds)
    is_inside = begins >= lab.midnight(50) and ends <= lab.midnight(45)
    return "inside the period" if is_inside else "outside the period too"


def _across(lab: Lab) -> str:
    """A day that two mandates open half each, asked for without a reference."""
    noon = iso(lab.midnight(45) + timedelta(hours=12))
    point = lab.point(Block.DAY, "VH_dag", dataPeriodTo=noon)
    lab.add(replace(point, reference=lab.own.reference()), "VH_dag", dataPeriodFrom=noon)
    query = {"ean": point.ean, "periodType": "readTime"}
    window = {"from": iso(lab.midnight(46)), "to": iso(lab.midnight(43))}
    reply = lab.line.get("/api/mandate/energy", {**query, **window})
    starts = {str(one.get("start")) for one in seen.slices(reply, "dailyEnergy")}
    if not {iso(lab.midnight(46)), iso(lab.midnight(44))} <= starts:
        raise CannotTry("the sandbox has no values on the days around it")
    return "not shown" if iso(lab.midnight(45)) not in starts else "shown"


def _outside(lab: Lab) -> str:
    """A window that lies wholly outside the mandate's period."""
    point = lab.point(Block.DAY, "VH_dag", **_period(lab))
    reply = lab.energy(point, lab.midnight(42), lab.midnight(40))
    return f"a headpoint with {seen.arrays(reply)}"


def _empty_arrays(lab: Lab) -> str:
    reply = _days(lab, Block.SOLAR_QUARTER, "VH_dag")
    empty = (
        name for bearer in seen.bearers(reply) for name in seen.ARRAYS if bearer.get(name) == []
    )
    return f"empty: {seen.listed(empty)}"


CASES: Final = (
    documented(
        "vh-dag-opens-days",
        "VH_dag opens day values only",
        "dailyEnergy",
        _opened(Block.SOLAR_QUARTER, "VH_dag"),
        source=DECK,
    ),
    reading(
        "vh-kwartier-uur-opens-quarter-hours-only",
        "VH_kwartier_uur does not open day values too",
        _QUARTERS,
        _opened(Block.SOLAR_QUARTER, "VH_kwartier_uur"),
    ),
    documented(
        "both-services-open-both",
        "VH_dag and VH_kwartier_uur together open both",
        _BOTH,
        _opened(Block.SOLAR_QUARTER, "VH_dag", "VH_kwartier_uur"),
        source=DECK,
    ),
    reading(
        "vh-onbepaald-permits-both",
        "a mock mandate VH_onbepaald opens day values and quarter-hours",
        _BOTH,
        _opened(Block.SOLAR_QUARTER, "VH_onbepaald"),
    ),
    documented(
        "vh-kwartier-uur-of-gas",
        "VH_kwartier_uur opens hours of gas",
        "hourlyEnergy",
        _opened(Block.GAS_HOUR, "VH_kwartier_uur"),
    ),
    reading(
        "granularity-not-permitted",
        "a granularity that no mandate opens is answered like no mandate",
        seen.NO_MANDATES,
        lambda lab: seen.outcome(
            _days(lab, Block.SOLAR_QUARTER, "VH_dag", granularity="hourly_quarterhourly")
        ),
    ),
    reading(
        "energy-without-mandate",
        "an EAN without a mandate is answered 404, not 403",
        seen.NO_MANDATES,
        lambda lab: seen.outcome(_days(lab, Block.SOLAR_QUARTER)),
    ),
    *(
        documented(
            f"{status.lower()}-opens-nothing",
            f"a {status} mandate opens nothing",
            seen.NO_MANDATES,
            _with_status(status),
        )
        for status in ("Requested", "Rejected", "Finished")
    ),
    reading(
        "energy-under-another-reference",
        "under a reference without a mandate for the EAN it is not open",
        seen.NO_MANDATES,
        _of_another,
    ),
    reading(
        "ig-opens-no-energy",
        "IG (installation data) opens no values",
        seen.NO_MANDATES,
        _installation,
    ),
    documented(
        "slices-inside-the-period",
        "of a wider window come the slices inside the mandate's period",
        "inside the period",
        _inside,
        source=DECK,
    ),
    reading(
        "slice-across-two-periods",
        "a day that lies in two mandates' periods, and wholly in neither, is not shown",
        "not shown",
        _across,
    ),
    reading(
        "no-data-is-an-empty-headpoint",
        "a mandate without values is answered 200, with a headpoint without slices",
        f"a headpoint with {seen.NOTHING}",
        _outside,
    ),
    documented(
        "no-empty-arrays",
        "arrays that do not apply are left out, never empty",
        f"empty: {seen.NOTHING}",
        _empty_arrays,
    ),
)
