"""Why is there no data? One answer for the command line, the console and the REST API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.analysis import ArrivalPolicy
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.errors import InputError
from kwartier.funnel.causes import SEVERITY, Cause, Finding, finding
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.progress import progress_of
from kwartier.funnel.reading import facts_of, rows_of
from kwartier.funnel.stages import Stage
from kwartier.funnel.trouble import Trouble, troubles
from kwartier.funnel.wanted import last_due_day, touched_days
from kwartier.funnel.why_consent import consent_findings
from kwartier.funnel.why_values import Evidence, Place, value_findings
from kwartier.office import Office
from kwartier.store.port import Store
from kwartier.vocabulary.granularity import Granularity

_ASKS_FOR_RUNS: Final = (
    Cause.NOT_ASKED,
    Cause.REQUESTS_FAILED,
    Cause.LATE,
    Cause.NOT_SEEN_YET,
    Cause.WAITING,
    Cause.LINK_FAILED,
    Cause.LINK_EXPIRED,
    Cause.FEWER_METERS,
)
"""What may be so because the last runs failed."""
_SHORT_URL_LIVES: Final = timedelta(days=1)
_FOREVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_PLACE: Final = ["metering_point", "granularity"]


def why_no_data(
    store: Store,
    office: Office,
    customer_id: str,
    *,
    now: datetime,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> list[Finding]:
    """The reasons why there is no data of a customer, or not all of it, in the order of
    :class:`Cause`; one that says so where nothing is wrong. Nothing is told of others who had the
    same metering points.

    InputError if there is no such customer.
    """
    facts = facts_of(store, office, customer_id, now=now, arrival=arrival)
    if facts is None:
        hint = "`kwartier customers list` shows them"
        raise InputError("customer", f"there is no customer {customer_id!r}", hint)
    return findings_of(facts, evidence_of(store, facts), troubles(office), arrival)


def findings_of(
    facts: CustomerFacts,
    evidence: Evidence,
    troubled: Iterable[Trouble] = (),
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
) -> list[Finding]:
    """The same from facts: pure."""
    found = own_findings(facts, evidence, arrival)
    providers, until = progress_of(facts).providers, explained_until(found)
    found += [
        trouble.finding()
        for trouble in troubled
        if trouble.provider in providers and until is not None and trouble.since <= until
    ]
    return sorted(set(found or _all_well(facts, arrival)), key=_severity)


def own_findings(facts: CustomerFacts, evidence: Evidence, arrival: ArrivalPolicy) -> list[Finding]:
    """The reasons but for what ails the runs, in no order; none where nothing is wrong."""
    return [*consent_findings(facts), *value_findings(facts, evidence, arrival)]


def explained_until(found: Iterable[Finding]) -> datetime | None:
    """What ails the runs may be why, if it began by this moment; None: whenever it did, it is not.
    Of an address that had expired by then the list of mandates has told what came.
    """
    ends = [
        one.since + _SHORT_URL_LIVES
        if one.cause is Cause.LINK_EXPIRED and one.since is not None
        else _FOREVER
        for one in found
        if one.cause in _ASKS_FOR_RUNS
    ]
    return max(ends, default=None)


def evidence_of(store: Store, facts: CustomerFacts) -> Evidence:
    """What was asked of the customer's metering points, and which of its days are there."""
    return next(evidence_of_each(store, [facts]))


def evidence_of_each(store: Store, some: Sequence[CustomerFacts]) -> Iterator[Evidence]:
    """The same of several customers, each alone; of those alone that lack something."""
    points = sorted({one.metering_point for facts in some for one in facts.opened if one.missing})
    if not points:
        return (Evidence() for _ in some)
    with store.snapshot() as moment:
        asked = {(one.metering_point, one.granularity): one for one in moment.asked(points)}
        coverage = moment.coverage(points)
    there = coverage.filter(pc.greater(coverage["present"], 0)).select([*_PLACE, "day"])
    ends = {
        (point, Granularity(granularity)): (first, last)
        for point, granularity, first, last in rows_of(
            there.group_by(_PLACE).aggregate([("day", "min"), ("day", "max")])
        )
    }
    return (Evidence(asked=asked, days=dict(_own_days(facts, ends, there))) for facts in some)


def _own_days(
    facts: CustomerFacts, ends: Mapping[Place, tuple[date, date]], there: pa.Table
) -> Iterator[tuple[Place, tuple[date, date]]]:
    """The first and last of the customer's days, given those of each place whoever had it."""
    for one in facts.opened:
        place = one.metering_point, one.granularity
        if place not in ends:
            continue
        stretches = touched_days(one.intervals, one.energy_type)
        if any(begin <= ends[place][0] and ends[place][1] <= end for begin, end in stretches):
            yield place, ends[place]
        elif own := [
            day
            for day in _days(there, place)
            if any(first <= day <= last for first, last in stretches)
        ]:
            yield place, (min(own), max(own))


def _days(there: pa.Table, place: Place) -> list[date]:
    for name, told in zip(_PLACE, place, strict=True):
        there = there.filter(pc.equal(there[name], str(told)))
    days: list[date] = there["day"].to_pylist()
    return days


def _all_well(facts: CustomerFacts, arrival: ArrivalPolicy) -> list[Finding]:
    progress = progress_of(facts)
    since = progress.reached.get(Stage.COMPLETE)
    types = sorted({one.energy_type for one in facts.opened if one.due}) or [""]
    days = {one: last_due_day(one, facts.at, arrival) for one in types}
    if len(set(days.values())) == 1:
        return [finding(Cause.COMPLETE, since=since, day=days[types[0]])]
    told = ", ".join(f"{day} ({one.replace('_', ' ')})" for one, day in days.items())
    return [finding(Cause.COMPLETE, since=since, day=told)]


def _severity(one: Finding) -> tuple[int, str, str]:
    since = "" if one.since is None else one.since.isoformat()
    return SEVERITY[one.cause], since, one.metering_point or ""
