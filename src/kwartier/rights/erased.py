"""Which receipts are about what was a customer's, and how much of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kwartier.registry import DataOwner, KnownMandate
from kwartier.retention import Receipt
from kwartier.rights.whose import Claim, Whose
from kwartier.store import Store
from kwartier.vocabulary.interval import Interval, intersect, subtract


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedShare:
    """The part of a receipt that is about a customer's time on ``metering_point``.

    ``is_whole``: all of it is, so that its counts may be told.
    """

    receipt: Receipt
    metering_point: str
    bounds: tuple[Interval, ...]
    is_whole: bool


def erased_shares(
    store: Store, customer_id: str, mandates: Iterable[KnownMandate], whose: Whose
) -> list[ErasedShare]:
    """What was erased of what was held on account of the customer's mandates."""
    points = {one.mandate.metering_point or "" for one in mandates} - {""}
    references = {one.mandate.reference_number for one in mandates}
    digests = store.receipt_digests(sorted(points | references))
    point_of = {digests[point]: point for point in points}
    own = {digests[reference] for reference in references}
    found = []
    for receipt in store.receipts():
        point = point_of.get(receipt.metering_point)
        if point is not None:
            claims = _at_the_time(whose.at(point), receipt)
            share = _share(receipt, point, claims, customer_id, is_own=receipt.reference in own)
            found += share
    return found


def forgotten(
    store: Store, customer_id: str, data_owners: Iterable[DataOwner]
) -> list[ErasedShare]:
    """What was noted of the customer, and its delivery addresses, that were erased: what it was of
    stands where the metering point would.
    """
    of = [customer_id, *(one.data_owner for one in data_owners)]
    digests = store.receipt_digests(of)
    whose = {digests[name]: name for name in of}
    return [
        ErasedShare(
            receipt=receipt, metering_point=whose[receipt.metering_point], bounds=(), is_whole=True
        )
        for receipt in store.receipts()
        if receipt.granularity is None and receipt.metering_point in whose
    ]


def _at_the_time(claims: Iterable[Claim], receipt: Receipt) -> list[Claim]:
    return [
        claim
        for claim in claims
        if claim.known.first_seen_at <= receipt.erased_at
        and receipt.granularity in claim.granularities
    ]


def _share(
    receipt: Receipt, point: str, claims: Sequence[Claim], customer_id: str, *, is_own: bool
) -> list[ErasedShare]:
    """One that follows from the customer's mandate is about all time that it ever had and nobody
    else has; any other only about what is the customer's now.
    """
    mine = [c.ever if is_own else c.period for c in claims if c.customer_id == customer_id]
    others = [c.period for c in claims if c.customer_id != customer_id] if is_own else []
    bounds = intersect(subtract(receipt.bounds, others), mine)
    if not bounds:
        return []
    is_whole = is_own and not subtract(receipt.bounds, bounds)
    return [
        ErasedShare(receipt=receipt, metering_point=point, bounds=tuple(bounds), is_whole=is_whole)
    ]
