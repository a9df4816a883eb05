"""Reading the facts: of one customer, or of all of them one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import pyarrow as pa

from kwartier.analysis import ArrivalPolicy
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.funnel.facts import Answered, CustomerFacts, Opened
from kwartier.funnel.tenancy import Tenancy, tenancies_of
from kwartier.funnel.wanted import Expecting
from kwartier.office import Office
from kwartier.office.invitations import Invitation, invitations
from kwartier.office.visits import Visited, visited
from kwartier.registry import KnownMandate, Reference
from kwartier.retention import Hold, People, Permits, RetentionPolicy, holds
from kwartier.retention.tenure import Tenures, stated
from kwartier.store.port import Store
from kwartier.store.records import ASKERS_SCHEMA, Records
from kwartier.store.wanted_days import WantedDays

_ROWS_AT_ONCE: Final = 2_000
"""What else the process does gets its turn between so many rows."""

One = TypeVar("One")
_Held = tuple[int, int, int]
_Place = tuple[str, str, str]
"""A customer, a metering point, a granularity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What was read of the store at one moment, and of the office right after."""

    records: Records
    people: People
    turns: Mapping[int, Mapping[str, datetime]]
    tenancies: Mapping[str, Sequence[Tenancy]]
    held: Mapping[_Place, _Held]
    answered: Mapping[tuple[str, str], Answered]
    holds: Mapping[str, Sequence[Hold]]
    invitations: Mapping[str, Sequence[Invitation]]
    visits: Mapping[str, Sequence[Visited]]


def facts_of(
    store: Store,
    office: Office,
    customer_id: str,
    *,
    now: datetime,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    policy: RetentionPolicy | None = None,
) -> CustomerFacts | None:
    """What is known of one customer; None if there is none of that id."""
    everything = all_facts(
        store, office, now=now, arrival=arrival, policy=policy, customer_id=customer_id
    )
    return next(iter(everything), None)


def all_facts(
    store: Store,
    office: Office,
    *,
    now: datetime,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    policy: RetentionPolicy | None = None,
    customer_id: str | None = None,
) -> Iterator[CustomerFacts]:
    """What is known of each customer, by id; with ``customer_id`` of that one alone."""
    expecting = Expecting(now, arrival)
    moment = read_moment(
        store, office, now, expecting, policy or RetentionPolicy(), customer_id=customer_id
    )
    references, mandates = _by_customer(moment.records)
    for customer in moment.records.customers:
        id_ = customer.customer_id
        if customer_id not in (None, id_):
            continue
        own = mandates.get(id_, ())
        yield CustomerFacts(
            at=now,
            customer=customer,
            references=tuple(references.get(id_, ())),
            invitations=tuple(moment.invitations.get(id_, ())),
            visits=tuple(moment.visits.get(id_, ())),
            mandates=tuple(own),
            turns={one.mandate_id: moment.turns.get(one.mandate_id, {}) for one in own},
            opened=tuple(_opened(moment, id_, expecting)),
            answered={
                one.metering_point: moment.answered[id_, one.metering_point]
                for one in moment.tenancies.get(id_, ())
                if (id_, one.metering_point) in moment.answered
            },
            suppressed=dict(_suppressed(own, moment.people)),
            holds=tuple(moment.holds.get(id_, ())),
        )


def read_moment(
    store: Store,
    office: Office,
    now: datetime,
    expecting: Expecting,
    policy: RetentionPolicy,
    *,
    customer_id: str | None,
) -> Moment:
    """All that the facts of one customer, or of all, are made of."""
    # Nobody writes to a store of which a snapshot is held, nor does anybody else of this process
    # read it. Of all customers that would take many seconds: what changes between two questions
    # is read again the next time.
    if customer_id is None:
        return _read_moment(store, office, now, expecting, policy, customer_id)
    with store.snapshot(about=customer_id) as moment:
        return _read_moment(moment, office, now, expecting, policy, customer_id)


def _read_moment(
    store: Store,
    office: Office,
    now: datetime,
    expecting: Expecting,
    policy: RetentionPolicy,
    customer_id: str | None,
) -> Moment:
    records = store.records()
    _, mandates = _by_customer(records)
    if customer_id is not None:
        mandates = {customer_id: mandates.get(customer_id, [])}
    people = People(store.decisions())
    tenures = Tenures(records.mandates, records.references)
    tenancies = {
        id_: found
        for id_, own in mandates.items()
        if (found := tenancies_of(id_, own, tenures, people, now))
    }
    flat = [one for some in tenancies.values() for one in some]
    permits = Permits(records.mandates, records.references, people, policy, now)
    return Moment(
        records=records,
        people=people,
        turns=_turns(store),
        tenancies=tenancies,
        held=_held(store, flat, expecting),
        answered=_answered(store, flat),
        holds=_holds(store, permits),
        invitations=_grouped(invitations(office, customer_id)),
        visits=_grouped(visited(office, customer_id)),
    )


def _by_customer(
    records: Records,
) -> tuple[dict[str, list[Reference]], dict[str, list[KnownMandate]]]:
    references: defaultdict[str, list[Reference]] = defaultdict(list)
    whose: dict[str, str] = {}
    for reference in records.references:
        references[reference.customer_id].append(reference)
        whose[reference.reference_number] = reference.customer_id
    mandates: defaultdict[str, list[KnownMandate]] = defaultdict(list)
    for one in records.mandates:
        id_ = whose.get(one.mandate.reference_number)
        if id_ is not None:
            mandates[id_].append(one)
    return references, mandates


def _turns(store: Store) -> dict[int, dict[str, datetime]]:
    found: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for number, word, seen_at in rows_of(store.turns()):
        found[number][word] = seen_at
    return found


def _held(store: Store, tenancies: Iterable[Tenancy], expecting: Expecting) -> dict[_Place, _Held]:
    """How much is there of each tenancy: those who had one metering point after the other are
    asked about one after the other.
    """
    rounds: list[tuple[dict[tuple[str, str], str], list[WantedDays]]] = []
    for one in tenancies:
        for permission in one.permissions:
            place = one.metering_point, str(permission.granularity)
            whose, wanted = next((some for some in rounds if place not in some[0]), ({}, []))
            if not whose:
                rounds.append((whose, wanted))
            whose[place] = one.customer_id
            wanted.extend(expecting.days(permission))
    found: dict[_Place, _Held] = {}
    for whose, wanted in rounds:
        for point, granularity, *counts in rows_of(store.holdings(wanted)):
            found[whose[point, granularity], point, granularity] = tuple(counts[:3])
    return found


def _answered(store: Store, tenancies: Sequence[Tenancy]) -> dict[tuple[str, str], Answered]:
    hulls = [one.hull for one in tenancies]
    columns = (
        range(len(tenancies)),
        [one.metering_point for one in tenancies],
        [one.since for one in tenancies],
        [hull.start for hull in hulls],
        [hull.end for hull in hulls],
    )
    arrays = [pa.array(c, f.type) for c, f in zip(columns, ASKERS_SCHEMA, strict=True)]
    answers = store.answers(pa.Table.from_arrays(arrays, schema=ASKERS_SCHEMA))
    found = {}
    for number, first, filled, answered, tried, outcome, error in rows_of(answers):
        one = tenancies[number]
        found[one.customer_id, one.metering_point] = Answered(
            first_values_at=first,
            filled_at=filled,
            answered_at=answered,
            tried_at=tried,
            outcome=outcome,
            error=error,
        )
    return found


def _holds(store: Store, permits: Permits) -> dict[str, list[Hold]]:
    found: defaultdict[str, list[Hold]] = defaultdict(list)
    for hold in holds(permits, store.held()):
        id_ = permits.customer(hold.known)
        if id_ is not None:
            found[id_].append(hold)
    return found


def _opened(moment: Moment, customer_id: str, expecting: Expecting) -> Iterator[Opened]:
    for tenancy in moment.tenancies.get(customer_id, ()):
        for one in tenancy.permissions:
            place = customer_id, one.metering_point, str(one.granularity)
            present, estimated, provisional = moment.held.get(place, (0, 0, 0))
            yield Opened(
                provider=tenancy.provider,
                metering_point=one.metering_point,
                energy_type=one.energy_type,
                granularity=one.granularity,
                intervals=one.intervals,
                due=expecting.due(one),
                present=present,
                estimated=estimated,
                provisional=provisional,
            )


def _suppressed(mandates: Iterable[KnownMandate], people: People) -> Iterator[tuple[int, datetime]]:
    """The mandates of which nothing is left, and since when."""
    for one in mandates:
        decisions, period = people.suppressions(one), stated(one)
        if decisions and period is not None and not people.spared(one, [period]):
            yield one.mandate_id, max(decision.decided_at for decision in decisions)


def _grouped(some: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for one in some:
        found[one.customer_id].append(one)
    return found


def rows_of(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, some at a time."""
    for first in range(0, table.num_rows, _ROWS_AT_ONCE):
        some = table.slice(first, _ROWS_AT_ONCE)
        yield from zip(*(column.to_pylist() for column in some.columns), strict=True)
