"""What stands between the customer and a consent that brings data: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from kwartier.funnel.causes import Cause, Finding, day, finding
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.progress import (
    ended_at,
    expected_eans,
    progress_of,
    standing_mandates,
    to_be_renewed,
)
from kwartier.funnel.stages import Stage
from kwartier.office.visits import Visited, VisitKind
from kwartier.registry import KnownMandate
from kwartier.registry.holders import days_to_answer
from kwartier.registry.renewals import RenewalState
from kwartier.retention import HoldReason
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.provider import FLUVIUS

_HELD: Final = {
    HoldReason.FINISHED: "the consent was ended",
    HoldReason.AMBIGUOUS: "the consent could not be told apart from another",
    HoldReason.STATUS: "the consent is no longer approved",
}
_INSTANT: Final = timedelta(microseconds=1)
_STEPS: Final = tuple(VisitKind)
_CAUSES: Final = {
    VisitKind.RETURNED: Cause.NOT_SEEN_YET,
    VisitKind.TURNED_BACK: Cause.TURNED_BACK,
    VisitKind.FAILED: Cause.LINK_FAILED,
}


def consent_findings(facts: CustomerFacts) -> Iterator[Finding]:
    """Invitation, request, mandates, their ends, what is held back on their account."""
    for one in facts.mandates:
        yield from _of_an_end(one, facts)
    for one in facts.mandates:
        if ended_at(one, facts) is None:
            yield from _of_one_that_goes_on(one, facts)
    yield from _of_renewals(facts)
    for hold in facts.holds:
        if hold.decision is None:
            mandate = hold.known.mandate
            yield finding(
                Cause.ON_HOLD,
                provider=mandate.provider,
                since=hold.known.changed_at,
                point=mandate.metering_point,
                energy_type=mandate.energy_type,
                day=day(hold.bounds.end - _INSTANT),
                why=_HELD[hold.reason],
            )
    yield from _of_the_invitation(facts)
    granted = len({one.mandate.metering_point for one in standing_mandates(facts)})
    expected = expected_eans(facts) or 0
    if 0 < granted < expected:
        yield finding(Cause.FEWER_METERS, granted=granted, expected=expected)


def _of_an_end(one: KnownMandate, facts: CustomerFacts) -> Iterator[Finding]:
    """Why the mandate brings nothing new, unless another took its place."""
    end, mandate = ended_at(one, facts), one.mandate
    if end is None or _is_replaced(one, facts):
        return
    tell = _about(one)
    if one.mandate_id in facts.suppressed:
        yield tell(Cause.SUPPRESSED, end, day=day(end))
    elif mandate.status == m.REJECTED:
        yield tell(Cause.REFUSED, end, day=day(end))
    elif mandate.status == m.FINISHED:
        yield tell(Cause.ENDED, end, day=day(end))
    elif mandate.period_end is not None and mandate.period_end <= facts.at:
        yield tell(Cause.MOVED_OUT, end, day=day(mandate.period_end - _INSTANT))
    else:
        yield tell(Cause.EXPIRED, end, day=day(end))


def _is_replaced(one: KnownMandate, facts: CustomerFacts) -> bool:
    """Whether a later mandate of the customer's does what this one did, or may come to."""
    for other in facts.mandates:
        if other.first_seen_at < one.first_seen_at or ended_at(other, facts) is not None:
            continue
        point = other.mandate.metering_point
        if point is None or one.mandate.metering_point in (None, point):
            return True
    return False


def _of_one_that_goes_on(one: KnownMandate, facts: CustomerFacts) -> Iterator[Finding]:
    mandate = one.mandate
    tell = _about(one)
    if one.missing_since is not None:
        yield tell(
            Cause.NOT_LISTED,
            one.missing_since,
            day=day(one.missing_since),
            reference=mandate.reference_number,
        )
    elif mandate.status == m.REQUESTED:
        left = days_to_answer(one.first_seen_at, facts.at)
        told = "1 day" if left == 1 else f"{left} days"
        yield tell(Cause.WAITING, one.first_seen_at, day=day(one.first_seen_at), left=told)
    elif not mandate.is_approved:
        yield tell(Cause.UNKNOWN_STATUS, one.changed_at, status=repr(mandate.status))
    elif not mandate.granularities:
        yield tell(Cause.OPENS_NOTHING, one.first_seen_at, service=mandate.data_service_type)
    elif mandate.period_start is not None and mandate.period_start > facts.at:
        yield tell(Cause.NOT_DUE, one.first_seen_at, moment=mandate.period_start)


def _about(one: KnownMandate) -> Callable[..., Finding]:
    mandate = one.mandate

    def tell(cause: Cause, since: datetime, **said: object) -> Finding:
        return finding(
            cause,
            provider=mandate.provider,
            since=since,
            point=mandate.metering_point,
            energy_type=mandate.energy_type,
            **said,
        )

    return tell


def _of_renewals(facts: CustomerFacts) -> Iterator[Finding]:
    causes = {
        RenewalState.DUE: Cause.TO_BE_RENEWED,
        RenewalState.REQUESTED: Cause.RENEWAL_WAITING,
    }
    for one in to_be_renewed(facts):
        cause, expires = causes.get(one.state), one.known.mandate.expires_at
        if cause is not None:
            known = "a day we were not told" if expires is None else day(expires)
            yield _about(one.known)(cause, one.known.changed_at, day=known)


def _of_the_invitation(facts: CustomerFacts) -> Iterator[Finding]:
    """Where the customer is on the way to a consent, if no mandate is under way."""
    if any(ended_at(one, facts) is None for one in facts.mandates):
        return
    progress = progress_of(facts)
    provider = facts.invitations[-1].provider if facts.invitations else FLUVIUS
    since = progress.since
    if progress.stage is Stage.NOT_INVITED:
        customer = facts.customer.customer_id
        yield finding(Cause.NOT_INVITED, provider=provider, since=since, customer=customer)
    elif since is not None and progress.stage is Stage.INVITED:
        yield finding(Cause.NOT_OPENED, provider=provider, since=since, day=day(since))
    elif since is not None and progress.stage in (Stage.OPENED, Stage.REQUESTED):
        yield _of_the_last_visit(facts, provider)


def _of_the_last_visit(facts: CustomerFacts, provider: str) -> Finding:
    """What the last that the customer did at the link tells."""
    last = max(facts.visits, key=lambda one: (one.last_at, _STEPS.index(one.kind)))
    asked = _latest(facts, VisitKind.REQUESTED)
    if last.kind is VisitKind.OPENED and asked is not None:
        last = asked  # who went on before looked at the page once more
    at, until = last.last_at, last.valid_to
    tell = partial(finding, provider=provider, since=at)
    if last.kind is VisitKind.OPENED:
        return tell(Cause.NOT_REQUESTED, day=day(at))
    if last.kind is not VisitKind.REQUESTED:
        return tell(_CAUSES[last.kind], moment=at)
    if until is not None and until > facts.at:
        return tell(Cause.LINK_LIVES, moment=at, until=until)
    return tell(Cause.LINK_EXPIRED, moment=at)


def _latest(facts: CustomerFacts, kind: VisitKind) -> Visited | None:
    some = [one for one in facts.visits if one.kind is kind]
    return max(some, key=lambda one: one.last_at, default=None)
