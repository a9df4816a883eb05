"""``GET /api/mandate``: who is shown what, and every filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import DECK, Otherwise, documented, reading
from kwartier.verify.lab import Lab, iso
from kwartier.verify.own import Block

HIDDEN: Final = "neither ean nor energyType"
_NO: Final = seen.refused(400)


def _shown(status: str, block: Block = Block.SOLAR_DAY) -> Callable[[Lab], str]:
    """Which of ean and energyType a mandate of this status shows."""

    def probe(lab: Lab) -> str:
        point = lab.mandate(block, "VH_dag", status=status)
        found = seen.only(lab.mandates(point.reference))
        if not {"ean", "energyType"} & found.keys():
            return HIDDEN
        ean = found.get("ean", "missing")
        return f"ean {'as made' if ean == point.ean else ean}, energyType {found.get('energyType')}"

    return probe


def _members(lab: Lab) -> str:
    """The members of an approved mandate without end of period and renewal."""
    point = lab.mandate(Block.DAY, "VH_dag", mandateExpirationDate=iso(lab.midnight(-400)))
    return seen.listed(seen.only(lab.mandates(point.reference)))


def _filtered(**query: str) -> Callable[[Lab], str]:
    """The services of the shared point's mandates (day and quarter) that a filter leaves."""

    def probe(lab: Lab) -> str:
        reply = lab.mandates(lab.shared(Block.SOLAR_QUARTER).reference, **query)
        if not reply.is_success and seen.outcome(reply) != seen.NO_MANDATES:
            raise Otherwise(seen.outcome(reply))
        return seen.listed(str(one.get("dataServiceType")) for one in seen.mandates(reply))

    return probe


def _by_status(lab: Lab) -> str:
    point = lab.mandate(Block.DAY, "VH_dag")
    lab.add(point, "VH_kwartier_uur", status="Requested")
    return str(seen.only(lab.mandates(point.reference, status="Requested")).get("status"))


def _by_ean(lab: Lab) -> str:
    point = lab.shared(Block.SOLAR_QUARTER)
    return seen.counted(len(seen.mandates(lab.mandates(point.reference, ean=point.ean))), "mandate")


def _requested(name: str) -> Callable[[Lab], str]:
    """A Requested mandate asked for by what only Approved ones show."""

    def probe(lab: Lab) -> str:
        point = lab.mandate(Block.DAY, "VH_dag", status="Requested")
        query = {"ean": point.ean, "energyType": "E"}
        return seen.outcome(lab.mandates(point.reference, **{name: query[name]}))

    return probe


def _by_expiry(lab: Lab) -> str:
    """Which of three mandates a filter by the second one's expiry finds."""
    days = {"the first": -300, "the second": -330, "the third": -360}
    point = lab.mandate(Block.DAY)
    services = ("VH_dag", "VH_kwartier_uur", "VH_onbepaald")
    expiries = {name: iso(lab.midnight(ago)) for name, ago in days.items()}
    for service, expiry in zip(services, expiries.values(), strict=True):
        lab.add(point, service, mandateExpirationDate=expiry)
    wanted = expiries["the second"]
    found = seen.mandates(lab.mandates(point.reference, mandateExpirationDate=wanted))
    names = {expiry: name for name, expiry in expiries.items()}
    return seen.listed(names.get(str(one.get("mandateExpirationDate")), "?") for one in found)


def _updated(lab: Lab) -> tuple[str, datetime]:
    """A reference whose one mandate was just made, and the second in which it was."""
    point = lab.mandate(Block.DAY)
    made = seen.content(lab.add(point, "VH_dag"))
    try:
        at = datetime.fromisoformat(str(seen.member(made, "_meta", "fetchTime")))
    except ValueError as error:
        raise Otherwise("a fetchTime that is no time") from error
    return point.reference, at


def _bounds(lab: Lab) -> str:
    reference, at = _updated(lab)
    moments = {"at": iso(at), "after": iso(at + timedelta(seconds=1))}

    def is_found(**query: str) -> str:
        found = seen.mandates(lab.mandates(reference, **query))
        return "found" if found else "not found"

    return (
        f"from its second: {is_found(lastUpdatedFrom=moments['at'])}, "
        f"to its second: {is_found(lastUpdatedTo=moments['at'])}, "
        f"to the next: {is_found(lastUpdatedTo=moments['after'])}"
    )


def _updated_window(lab: Lab) -> str:
    reference, at = _updated(lab)
    hour = timedelta(hours=1)
    inside = lab.mandates(reference, lastUpdatedFrom=iso(at - hour), lastUpdatedTo=iso(at + hour))
    before = lab.mandates(
        reference, lastUpdatedFrom=iso(at - 3 * hour), lastUpdatedTo=iso(at - hour)
    )
    counts = (len(seen.mandates(reply)) for reply in (inside, before))
    return "{} in the hour, {} before it".format(*counts)


def _none(lab: Lab) -> Reply:
    return lab.mandates(lab.own.reference())


def _refused_for(**query: str) -> Callable[[Lab], str]:
    return lambda lab: seen.outcome(lab.mandates(lab.own.reference(), **query))


_BOTH: Final = "VH_dag, VH_kwartier_uur"

CASES: Final = (
    documented(
        "approved-shows-ean",
        "an Approved mandate shows EAN and energy type",
        "ean as made, energyType E",
        _shown("Approved"),
        source=DECK,
    ),
    documented(
        "approved-shows-ean-of-gas",
        "an Approved mandate of gas shows EAN and energy type",
        "ean as made, energyType G",
        _shown("Approved", Block.GAS_DAY),
        source=DECK,
    ),
    *(
        documented(
            f"{status.lower()}-hides-ean",
            f"a {status} mandate is listed, but shows neither",
            HIDDEN,
            _shown(status),
            source=DECK,
        )
        for status in ("Requested", "Rejected", "Finished")
    ),
    documented(
        "mandate-members",
        "members of a mandate that do not apply are left out; these stay",
        "dataPeriodFrom, dataServiceType, ean, energyType, mandateExpirationDate, "
        "referenceNumber, status",
        _members,
    ),
    documented(
        "no-mandates",
        "that no mandate matches is answered 404",
        seen.NO_MANDATES,
        lambda lab: seen.outcome(_none(lab)),
    ),
    documented(
        "no-mandates-kind",
        "type and code of the 404 when no mandate matches",
        "MandatesNotFoundException, Mandates.NotFound",
        lambda lab: seen.problem_kind(_none(lab)),
    ),
    documented(
        "filter-service",
        "dataServiceTypes takes one service",
        "VH_dag",
        _filtered(dataServiceTypes="VH_dag"),
    ),
    documented(
        "filter-services",
        "dataServiceTypes takes two services with a comma between",
        _BOTH,
        _filtered(dataServiceTypes="VH_dag,VH_kwartier_uur"),
    ),
    documented(
        "filter-energy-type",
        "energyType=E finds mandates of electricity",
        _BOTH,
        _filtered(energyType="E"),
    ),
    documented(
        "filter-other-energy-type",
        "energyType=G finds no mandates of electricity",
        seen.NOTHING,
        _filtered(energyType="G"),
    ),
    documented(
        "filter-status",
        "status=Requested finds the Requested one of two mandates",
        "Requested",
        _by_status,
    ),
    documented(
        "filter-unknown-status",
        "a status that is none is refused",
        _NO,
        _refused_for(status="Unheard"),
    ),
    documented("filter-ean", "ean finds its two Approved mandates", "2 mandates", _by_ean),
    documented(
        "filter-short-ean", "an ean of 17 digits is refused", _NO, _refused_for(ean="5" * 17)
    ),
    reading(
        "filter-ean-approved-only",
        "ean finds Approved mandates only, since others do not show it",
        seen.NO_MANDATES,
        _requested("ean"),
    ),
    reading(
        "filter-energy-type-approved-only",
        "energyType finds Approved mandates only, since others do not show it",
        seen.NO_MANDATES,
        _requested("energyType"),
    ),
    reading(
        "expiry-filter-is-equality",
        "mandateExpirationDate finds the mandates that expire at this very instant",
        "the second",
        _by_expiry,
    ),
    documented(
        "filter-updated",
        "lastUpdatedFrom and lastUpdatedTo find a mandate when it was made, and not before",
        "1 in the hour, 0 before it",
        _updated_window,
    ),
    reading(
        "lastupdated-bounds",
        "lastUpdatedFrom is inclusive, lastUpdatedTo exclusive",
        "from its second: found, to its second: not found, to the next: found",
        _bounds,
    ),
)
