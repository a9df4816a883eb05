"""All that is held of one customer beside values: who, what for, on what grounds, told to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kwartier.errors import InputError
from kwartier.events import Event, events_of
from kwartier.office import Office
from kwartier.registry import Customer, DataOwner, KnownMandate, Reference
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.holders import customers_by_reference
from kwartier.retention import Decision
from kwartier.rights.erased import ErasedShare, erased_shares, forgotten
from kwartier.rights.office import OfficeAccount, office_account
from kwartier.rights.whose import Claim, Whose
from kwartier.store import Attempt, Store
from kwartier.vocabulary.interval import Interval, intersect
from kwartier.vocabulary.provider import PROVIDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who was told of changes of the customer's mandates: ``told`` of them, until
    ``last_at``. ``name`` is the receiver's in the store, which tells no address.
    """

    name: str
    told: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is held of ``customer``, seen at ``as_of`` (the provider's time of the latest fetch).

    ``history`` is the ledger of its mandates. ``shared`` are metering points of which another
    customer's mandate covers some of the same time: for whoever hands this out, not for the
    customer. ``chosen`` bounds the values to be told of. ``office`` is what the pages keep.
    """

    customer: Customer
    as_of: datetime | None
    chosen: Interval
    references: Sequence[Reference]
    data_owners: Sequence[DataOwner]
    consents: Sequence[Consent]
    wordings: Sequence[Wording]
    mandates: Sequence[KnownMandate]
    claims: Sequence[Claim]
    history: Sequence[Event]
    decisions: Sequence[Decision]
    erased: Sequence[ErasedShare]
    receivers: Sequence[Receiver]
    publications: Sequence[Path]
    shared: Sequence[str]
    whose: Whose
    office: OfficeAccount = field(default_factory=OfficeAccount)

    def points(self) -> Iterator[tuple[str, list[Claim]]]:
        """The customer's metering points with its claims on each."""
        for point in dict.fromkeys(claim.metering_point for claim in self.claims):
            yield point, [claim for claim in self.claims if claim.metering_point == point]

    @property
    def providers(self) -> list[str]:
        """Who gave the customer's data, or of whom it was asked so far; all of them where nothing
        tells.
        """
        gave = {one.mandate.provider for one in self.mandates}
        gave |= {one.provider for one in self.data_owners}
        known = gave or {one.provider for one in self.references}
        return [name for name in PROVIDERS if name in known] or list(PROVIDERS)

    def was_held_by_others(self, metering_point: str) -> bool:
        """Whether the metering point is, or was, somebody else's too."""
        return bool(self.whose.others(self.customer.customer_id, metering_point))


def open_account(
    store: Store, customer_id: str, *, chosen: Interval, office: Office | None = None
) -> Account:
    """Gather what ``store`` and ``office`` say of a customer; InputError if there is none of this
    id.
    """
    customers, references = store.customers(), store.references()
    customer = next((one for one in customers if one.customer_id == customer_id), None)
    if customer is None:
        rule = f"{customer_id!r} is not known"
        raise InputError("customer", rule, "`kwartier customers list` shows who is")
    ledger, known = store.ledger(), store.mandates()
    whose = Whose(known, references, ledger)
    own = [one for one in references if one.customer_id == customer_id]
    numbers = {one.reference_number for one in own}
    mandates = [one for one in known if one.mandate.reference_number in numbers]
    ids = {one.mandate_id for one in mandates}
    by_reference = customers_by_reference(customers, references)
    history = [e for e in events_of(ledger, by_reference) if e.entry.change.mandate_id in ids]
    consents = [one for one in store.consents() if one.reference_number in numbers]
    worded = {one.wording for one in consents}
    claims = whose.of(customer_id)
    owners = [one for one in store.data_owners() if one.customer_id == customer_id]
    erased = [
        *erased_shares(store, customer_id, mandates, whose),
        *forgotten(store, customer_id, owners),
    ]
    return Account(
        customer=customer,
        as_of=store.synced_at(),
        chosen=chosen,
        references=own,
        data_owners=owners,
        consents=consents,
        wordings=[one for one in store.wordings() if one.version in worded],
        mandates=mandates,
        claims=claims,
        history=history,
        decisions=[one for one in store.decisions() if one.mandate_id in ids],
        erased=sorted(erased, key=lambda one: one.receipt.number),
        receivers=_receivers(store, {event.entry.entry_id for event in history}),
        publications=store.publications() if claims else [],
        shared=whose.shared(customer_id),
        whose=whose,
        office=office_account(office, customer_id),
    )


def _receivers(store: Store, entries: set[int]) -> list[Receiver]:
    found = []
    for name, attempts in sorted(store.deliveries().items()):
        taken = [one for one in attempts if one.entry_id in entries and _was_taken(one)]
        if taken:
            last = max(one.tried_at for one in taken)
            found.append(Receiver(name=name, told=len(taken), last_at=last))
    return found


def _was_taken(attempt: Attempt) -> bool:
    return attempt.due_at is None


def within(parts: Sequence[Interval], chosen: Interval) -> list[Interval]:
    """What of ``parts`` lies in ``chosen``; parts that touch stay apart."""
    return [piece for part in parts for piece in intersect([part], [chosen])]
