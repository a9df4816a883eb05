"""What is noted of people beside measurements: how long it may be held, and what goes.

A delivery address is needed while a contract of its data owner stands, and while what was fetched
under one that ended may be held. What identifies a
customer (label, enterprise number, contact) is the energy service provider's own, and goes when the
customer has everything erased.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kwartier.registry import Customer, DataOwner, KnownMandate
from kwartier.retention.order import Held, Reason
from kwartier.retention.permits import Permits
from kwartier.vocabulary.mandate import FINISHED, REQUESTED


class DetailKind(StrEnum):
    """``customer``: the label, enterprise number, contact and invitations of one. ``address``: the
    delivery address of a data owner.
    """

    CUSTOMER = "customer"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is noted ``of`` a customer or data owner, by its id, that has to go, and why."""

    kind: DetailKind
    of: str
    reason: Reason


def is_needed(one: KnownMandate, permits: Permits) -> bool:
    """Whether the mandate lets anything be held, or still waits for an answer."""
    if one.mandate.metering_point is None:
        return one.mandate.status == REQUESTED and one.missing_since is None
    return bool(permits.lets_hold(one))


def idle_addresses(
    owners: Iterable[DataOwner], held: Iterable[Held], permits: Permits
) -> list[Detail]:
    """The delivery addresses of which no mandate that stands lets anything be held any more, nor
    one that ended anything that is ``held``.
    """
    points = {(one.provider, one.metering_point) for one in held}
    about: defaultdict[tuple[str, str | None], list[KnownMandate]] = defaultdict(list)
    for one in permits.known:
        about[one.mandate.provider, one.mandate.metering_point].append(one)
    return [
        Detail(kind=DetailKind.ADDRESS, of=owner.data_owner, reason=_why(theirs, permits))
        for owner in owners
        if owner.address is not None
        for theirs in [about.get((owner.provider, owner.data_owner), [])]
        if not any(
            is_needed(one, permits)
            and (one.mandate.is_approved or (owner.provider, owner.data_owner) in points)
            for one in theirs
        )
    ]


def idle_customer(
    customer: Customer, permits: Permits, *, is_invited: bool = False
) -> list[Detail]:
    """What identifies a customer who has its data erased, unless one of its mandates is still
    needed; the invitations of one who ``is_invited`` go with it.
    """
    own = (one for one in permits.known if permits.customer(one) == customer.customer_id)
    is_noted = customer.is_identified or is_invited
    if not is_noted or any(is_needed(one, permits) for one in own):
        return []
    return [Detail(kind=DetailKind.CUSTOMER, of=customer.customer_id, reason=Reason.REQUESTED)]


def _why(mandates: Sequence[KnownMandate], permits: Permits) -> Reason:
    if any(permits.people.suppressions(one) for one in mandates):
        return Reason.REQUESTED
    if any(permits.people.erases(one) for one in mandates):
        return Reason.DECIDED
    if any(one.mandate.status == FINISHED for one in mandates):
        return Reason.FINISHED
    return Reason.PERIOD_ENDED
