"""Why is there no data? One answer for the command line, the console and the REST API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

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
    found = [*consent_findings(facts), *value_findings(facts, evidence, arrival)]
    providers = progress_of(facts).providers
    found += [
        trouble.finding()
        for trouble in troubled
        if trouble.provider in providers and any(_may_explain(trouble, one) for one in found)
    ]
    return sorted(set(found or _all_well(facts, arrival)), key=_severity)


def _may_explain(trouble: Trouble, one: Finding) -> bool:
    """Whether what ails the runs may be why. Of an address that expired before it began the list of
    mandates has told what came.
    """
    if one.cause is Cause.LINK_EXPIRED and one.since is not None:
        return trouble.since <= one.since + _SHORT_URL_LIVES
    return one.cause in _ASKS_FOR_RUNS


def evidence_of(store: Store, facts: CustomerFacts) -> Evidence:
    """What was asked of the customer's metering points, and which of its days are there."""
    points = sorted({one.metering_point for one in facts.opened})
    if not points:
        return Evidence()
    with store.snapshot() as moment:
        asked = {(one.metering_point, one.granularity): one for one in moment.asked(points)}
        coverage = moment.coverage(points)
    there = coverage.filter(pc.greater(coverage["present"], 0))
    columns = there.select(["metering_point", "granularity", "day"])
    days: dict[Place, set[date]] = {}
    for point, granularity, day in rows_of(columns):
        days.setdefault((point, Granularity(granularity)), set()).add(day)
    return Evidence(asked=asked, days=dict(_own_days(facts, days)))


def _own_days(
    facts: CustomerFacts, days: dict[Place, set[date]]
) -> Iterator[tuple[Place, tuple[date, date]]]:
    for one in facts.opened:
        place = one.metering_point, one.granularity
        stretches: Sequence[tuple[date, date]] = touched_days(one.intervals, one.energy_type)
        own = [
            day
            for day in days.get(place, ())
            if any(first <= day <= last for first, last in stretches)
        ]
        if own:
            yield place, (min(own), max(own))


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
