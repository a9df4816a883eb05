"""Whose is what, and what is withheld, in a snapshot about a customer or a metering point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

from kwartier.export.withheld import Withheld
from kwartier.registry import Customer, DataOwner, KnownMandate, Reference
from kwartier.registry.holders import customers_by_reference
from kwartier.retention import Held, People, withheld
from kwartier.rights.whose import Claim, Whose
from kwartier.store import Store


class Standing:
    """What the registry says in ``moment``, a snapshot; ``moment`` gives the values to it."""

    def __init__(self, moment: Store) -> None:
        self.moment = moment
        self.mandates: Sequence[KnownMandate] = moment.mandates()
        self.references: Sequence[Reference] = moment.references()
        self.customers: Mapping[str, Customer] = {c.customer_id: c for c in moment.customers()}
        self.people = People(moment.decisions())

    @cached_property
    def data_owners(self) -> Sequence[DataOwner]:
        """The data owners, with their addresses."""
        return self.moment.data_owners()

    @cached_property
    def by_reference(self) -> dict[str, Customer]:
        """The customer behind each reference number."""
        return customers_by_reference(self.customers.values(), self.references)

    @cached_property
    def whose(self) -> Whose:
        """Whose which time of which metering point is."""
        return Whose(self.mandates, self.references, self.moment.ledger())

    @cached_property
    def held(self) -> Mapping[str, Sequence[Held]]:
        """What there is of each metering point."""
        found: defaultdict[str, list[Held]] = defaultdict(list)
        for one in self.moment.held():
            found[one.metering_point].append(one)
        return found

    @cached_property
    def on_hold(self) -> Withheld:
        """What may be told to nobody."""
        held = [one for some in self.held.values() for one in some]
        return withheld(self.mandates, self.references, held, self.people)

    def customer_of(self, known: KnownMandate) -> str | None:
        """The id of the customer who gave a mandate; None if nobody known did."""
        customer = self.by_reference.get(known.mandate.reference_number)
        return None if customer is None else customer.customer_id

    def mandates_of(self, customer_id: str) -> list[KnownMandate]:
        """A customer's mandates, whatever became of them."""
        return [one for one in self.mandates if self.customer_of(one) == customer_id]

    def claims_of(self, customer_id: str) -> list[Claim]:
        """What is a customer's."""
        return self.whose.of(customer_id)


@contextmanager
def standing_of_customer(store: Store, customer_id: str) -> Iterator[Standing]:
    """The standing of one customer and of whoever shares a metering point with it."""
    with store.snapshot(about=customer_id) as moment:
        yield Standing(moment)


@contextmanager
def standing_of_point(store: Store, metering_point: str) -> Iterator[Standing]:
    """The standing of one metering point and of whoever shares or shared it."""
    with store.snapshot(metering_point=metering_point) as moment:
        yield Standing(moment)
