"""From facts to progress: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.stages import ORDER, PATIENCE, Need, Progress, Stage
from kwartier.office.visits import VisitKind
from kwartier.registry import KnownMandate
from kwartier.registry.holders import days_to_answer
from kwartier.registry.renewals import Renewal, RenewalState, renewals
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.provider import ENECO, FLUVIUS

_NOW: Final = timedelta(0)
_SETTLING: Final = timedelta(days=2)
_VISITS: Final = {VisitKind.OPENED: Stage.OPENED, VisitKind.REQUESTED: Stage.REQUESTED}
_WITH_VALUES: Final = (Stage.FIRST_DATA, Stage.TO_BE_RENEWED)
_DUE: Final = (RenewalState.EXPIRED, RenewalState.DUE, RenewalState.REQUESTED)
_RENEWAL_WORDS: Final = (m.TO_BE_RENEWED, m.RENEWAL_REQUESTED, m.EXPIRED)


def progress_of(facts: CustomerFacts) -> Progress:
    """How far the customer of ``facts`` has come."""
    dates = _dates(facts)
    stage = max(dates, key=ORDER.__getitem__, default=Stage.NOT_INVITED)
    standing = standing_mandates(facts)
    running_out = to_be_renewed(facts)
    missing = sum(one.missing for one in facts.opened)
    reached = _on_the_way(dates)
    return Progress(
        customer_id=facts.customer.customer_id,
        label=facts.customer.label,
        contact=facts.customer.contact,
        flow=facts.customer.flow,
        providers=_providers(facts),
        stage=stage,
        reached=reached,
        days_left=_days_left(facts, running_out),
        expected_eans=expected_eans(facts),
        granted_eans=len({one.mandate.metering_point for one in standing}),
        missing=missing,
        needs=tuple(_needs(facts, stage, reached.get(stage), missing, running_out)),
        statuses=tuple(sorted({one.mandate.status for one in facts.mandates})),
    )


def ended_at(one: KnownMandate, facts: CustomerFacts) -> datetime | None:
    """Since when nothing new may be fetched on the mandate's account; None while it may, or may
    come to.
    """
    mandate, turns = one.mandate, facts.turns.get(one.mandate_id, {})
    ends = []
    if mandate.status in (m.FINISHED, m.REJECTED):
        ends.append(turns.get(mandate.status, one.changed_at))
    if mandate.status == m.APPROVED:
        if mandate.period_end is not None and mandate.period_end <= facts.at:
            ends.append(max(mandate.period_end, turns.get(m.APPROVED, one.first_seen_at)))
        if mandate.renewal_status == m.EXPIRED:
            ends.append(mandate.expires_at or turns.get(m.EXPIRED, one.changed_at))
        if one.mandate_id in facts.suppressed:
            ends.append(facts.suppressed[one.mandate_id])
    return min([*ends, facts.at]) if ends else None


def standing_mandates(facts: CustomerFacts) -> list[KnownMandate]:
    """The approved mandates that may bring new data."""
    return [one for one in _alive(facts) if one.mandate.is_approved]


def to_be_renewed(facts: CustomerFacts) -> list[Renewal]:
    """What runs out, or did while others go on: the most urgent first."""
    own = [one for one in facts.mandates if one.mandate_id not in facts.suppressed]
    return [one for one in renewals(own, facts.at, within=_NOW) if one.state in _DUE]


def expected_eans(facts: CustomerFacts) -> int | None:
    """How many metering points the invitations expect; None where none says so."""
    told = [one.terms.expected_eans for one in facts.invitations]
    return sum(number for number in told if number is not None) if any(told) else None


def _alive(facts: CustomerFacts) -> list[KnownMandate]:
    return [one for one in facts.mandates if ended_at(one, facts) is None]


def _dates(facts: CustomerFacts) -> dict[Stage, datetime | None]:
    """The stages that hold, each with when it was reached, None where that is not known."""
    alive = _alive(facts)
    ends = [end for one in facts.mandates if (end := ended_at(one, facts)) is not None]
    since = _began(alive, ends)
    found: dict[Stage, datetime | None] = {
        Stage.NOT_INVITED: min((one.created_at for one in facts.references), default=None)
    }
    begun = dict(_of_the_office(facts, since))
    found |= begun
    if alive:
        found |= dict(_of_the_mandates(facts, alive))
    elif ends and not begun:
        found |= dict(_of_the_office(facts, None))
        found |= dict(_of_what_ended(facts))
        found[Stage.ENDED] = max(ends)
    return found


def _began(alive: Iterable[KnownMandate], ends: Iterable[datetime]) -> datetime | None:
    """Where the present way begins: after what ended before it."""
    first = min((one.first_seen_at for one in alive), default=None)
    return max((end for end in ends if first is None or end <= first), default=None)


def _of_the_office(
    facts: CustomerFacts, since: datetime | None
) -> Iterator[tuple[Stage, datetime | None]]:
    """What invitations and visits say of the way that began ``since``."""
    invited = [one.invited_at for one in facts.invitations]
    if new := [at for at in invited if since is None or at > since]:
        yield Stage.INVITED, min(new)
    for kind, stage in _VISITS.items():
        visits = [one for one in facts.visits if one.kind is kind]
        times = [at for one in visits for at in (one.first_at, one.last_at)]
        if new := [at for at in times if since is None or at > since]:
            yield stage, min(new)


def _of_what_ended(facts: CustomerFacts) -> Iterator[tuple[Stage, datetime | None]]:
    """The way of mandates that all have ended."""
    for word, stage in ((m.REQUESTED, Stage.WAITING), (m.APPROVED, Stage.APPROVED)):
        seen = [at for one in facts.mandates if (at := _turned(one, word, facts)) is not None]
        if seen:
            yield stage, min(seen)


def _of_the_mandates(
    facts: CustomerFacts, alive: list[KnownMandate]
) -> Iterator[tuple[Stage, datetime | None]]:
    """What mandates that have not ended say, and the values that came."""
    approved = [one for one in alive if one.mandate.is_approved]
    if not approved:
        waiting = [one for one in alive if one.mandate.status == m.REQUESTED]
        stage = Stage.WAITING if waiting else Stage.REQUESTED
        yield stage, min(one.first_seen_at for one in waiting or alive)
        return
    asked = [at for one in approved if (at := _turned(one, m.REQUESTED, facts)) is not None]
    if asked:
        yield Stage.WAITING, min(asked)
    granted = [_turned(one, m.APPROVED, facts) or one.first_seen_at for one in approved]
    yield Stage.APPROVED, min(granted)
    yield from _of_the_values(facts, approved)
    if running_out := to_be_renewed(facts):
        yield Stage.TO_BE_RENEWED, min(_renewable_since(one.known, facts) for one in running_out)


def _of_the_values(
    facts: CustomerFacts, approved: Iterable[KnownMandate]
) -> Iterator[tuple[Stage, datetime | None]]:
    there = {one.metering_point for one in facts.opened if one.present}
    if not there:
        return
    answers = [answered for point, answered in facts.answered.items() if point in there]
    first = [at for one in answers if (at := one.first_values_at) is not None]
    yield Stage.FIRST_DATA, min(first, default=None)
    granted = {one.mandate.metering_point for one in approved}
    if len(granted) < (expected_eans(facts) or 0) or any(one.missing for one in facts.opened):
        return
    if granted <= {one.metering_point for one in facts.opened}:
        filled = [at for one in answers if (at := one.filled_at) is not None]
        yield Stage.COMPLETE, max([*filled, *first], default=None)


def _renewable_since(one: KnownMandate, facts: CustomerFacts) -> datetime:
    turns = [at for word in _RENEWAL_WORDS if (at := _turned(one, word, facts)) is not None]
    return min(turns, default=one.changed_at)


def _turned(one: KnownMandate, word: str, facts: CustomerFacts) -> datetime | None:
    """When the mandate was first seen with this status or renewal status."""
    return facts.turns.get(one.mandate_id, {}).get(word)


def _on_the_way(dates: Mapping[Stage, datetime | None]) -> dict[Stage, datetime]:
    """The dates of the way to the furthest stage: what came later than a further one did was not
    on it.
    """
    kept: list[tuple[Stage, datetime]] = []
    for stage in sorted(dates, key=ORDER.__getitem__, reverse=True):
        at = dates[stage]
        if at is not None and (not kept or at <= kept[-1][1]):
            kept.append((stage, at))
    return dict(reversed(kept))


def _providers(facts: CustomerFacts) -> tuple[str, ...]:
    found = {one.mandate.provider for one in facts.mandates}
    found |= {one.provider for one in facts.invitations}
    found |= {one.provider for one in facts.references if one.provider == ENECO}
    return tuple(sorted(found or {FLUVIUS}))


def _days_left(facts: CustomerFacts, running_out: Iterable[Renewal]) -> int | None:
    waiting = [
        days_to_answer(one.first_seen_at, facts.at)
        for one in _alive(facts)
        if one.mandate.status == m.REQUESTED
    ]
    expiring = [one.days_left for one in running_out if one.days_left is not None]
    return min(waiting or expiring, default=None)


def _needs(
    facts: CustomerFacts,
    stage: Stage,
    since: datetime | None,
    missing: int,
    running_out: Iterable[Renewal],
) -> Iterator[Need]:
    if any(one.state is not RenewalState.REQUESTED for one in running_out):
        yield Need.RENEWAL
    if any(one.decision is None for one in facts.holds):
        yield Need.HOLD
    if missing and stage in _WITH_VALUES and _is_settled(facts):
        yield Need.GAPS
    if stage in PATIENCE and since is not None and facts.at - since >= PATIENCE[stage]:
        yield Need.STUCK


def _is_settled(facts: CustomerFacts) -> bool:
    """Whether the first values came long enough ago for the rest to be there."""
    firsts = [at for one in facts.answered.values() if (at := one.first_values_at) is not None]
    return not firsts or facts.at - min(firsts) >= _SETTLING
