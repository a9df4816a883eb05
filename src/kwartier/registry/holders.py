"""Whose a metering point is, and what became of a mandate, in a sentence."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.registry.customers import Customer, Reference
from kwartier.registry.known_mandate import KnownMandate
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.provider import ENECO, FLUVIUS

_ENDED: Final = {
    FLUVIUS: "ended by the customer, the grid user or Fluvius",
    ENECO: "withdrawn by the customer, replaced, or run out",
}


def customers_by_reference(
    customers: Iterable[Customer], references: Iterable[Reference]
) -> dict[str, Customer]:
    """The customer behind each reference number."""
    by_id = {customer.customer_id: customer for customer in customers}
    return {r.reference_number: by_id[r.customer_id] for r in references if r.customer_id in by_id}


def holders(
    mandates: Iterable[KnownMandate], by_reference: dict[str, Customer]
) -> dict[str, list[Customer]]:
    """The customers under whose mandates each metering point is or was shared, latest last."""
    held: dict[str, list[Customer]] = {}
    approved = [one for one in mandates if one.mandate.metering_point is not None]
    for one in sorted(
        approved, key=lambda k: (k.mandate.period_start is not None, k.mandate.period_start)
    ):
        customer = by_reference.get(one.mandate.reference_number)
        point = one.mandate.metering_point
        if customer is not None and point is not None:
            known = held.setdefault(point, [])
            if customer in known:
                known.remove(customer)
            known.append(customer)
    return held


def days_to_answer(asked_at: datetime, now: datetime) -> int:
    """How many local days a grid user has left to agree to what was asked for at ``asked_at``:
    silence is a refusal after one month. 0 once it is over.
    """
    asked = asked_at.astimezone(BRUSSELS).date()
    year, month = asked.year + asked.month // 12, asked.month % 12 + 1
    last = date(year, month, min(asked.day, monthrange(year, month)[1]))
    return max(0, (last - now.astimezone(BRUSSELS).date()).days)


def remark(one: KnownMandate, now: datetime) -> str:
    """What a person should know of a mandate beyond its status; empty when all is well."""
    mandate = one.mandate
    remarks = []
    if mandate.status == m.REQUESTED:
        # Fluvius does not say when it was asked for: we count from when we first saw it.
        days = days_to_answer(one.first_seen_at, now)
        remarks.append(f"waiting for the grid user, {days} days left")
    if mandate.status == m.REJECTED:
        remarks.append("refused, or a month without an answer")
    if mandate.status == m.FINISHED:
        remarks.append(_ENDED[mandate.provider])
    if mandate.is_approved and mandate.period_end is not None and mandate.period_end <= now:
        day = (mandate.period_end - timedelta(microseconds=1)).astimezone(BRUSSELS).date()
        remarks.append(f"no data after {day}: moved out, or so agreed")
    if mandate.renewal_status is not None:
        remarks.append(f"renewal: {mandate.renewal_status}")
    if one.missing_since is not None:
        day = one.missing_since.astimezone(BRUSSELS).date()
        remarks.append(f"not listed since {day}: no longer fetched, nothing erased")
    if one.is_ambiguous:
        remarks.append("could not be told apart from another")
    return "; ".join(remarks)
