"""Whose is what, and what is withheld, of a customer or of a metering point."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kwartier.api.versions import store_version
from kwartier.export.withheld import Withheld
from kwartier.registry import Customer, DataOwner, KnownMandate, Reference
from kwartier.registry.holders import customers_by_reference
from kwartier.retention import Held, People, unusable
from kwartier.rights.whose import Claim, Whose
from kwartier.store import Store

_REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the registry says around a customer or a metering point: of whoever it shares metering
    points with, too. ``held`` is what there is of each metering point, ``on_hold`` what of it may
    be told to nobody.
    """

    customers: Mapping[str, Customer]
    references: Sequence[Reference]
    data_owners: Sequence[DataOwner]
    mandates: Sequence[KnownMandate]
    whose: Whose
    held: Mapping[str, Sequence[Held]]
    on_hold: Withheld
    people: People
    synced_at: datetime | None

    @classmethod
    def of(cls, moment: Store) -> Facts:
        """Read them from a snapshot that tells of nobody else."""
        mandates, references = moment.mandates(), moment.references()
        people, held = People(moment.decisions()), moment.held()
        by_point: defaultdict[str, list[Held]] = defaultdict(list)
        for one in held:
            by_point[one.metering_point].append(one)
        return cls(
            customers={one.customer_id: one for one in moment.customers()},
            references=references,
            data_owners=moment.data_owners(),
            mandates=mandates,
            whose=Whose(mandates, references, moment.ledger()),
            held=dict(by_point),
            on_hold=unusable(mandates, references, held, people),
            people=people,
            synced_at=moment.synced_at(),
        )

    @property
    def is_of_nothing(self) -> bool:
        """Whether there is no such metering point."""
        return not self.mandates and not self.held

    def mandates_of(self, customer_id: str) -> list[KnownMandate]:
        """A customer's mandates, whatever became of them."""
        by_reference = customers_by_reference(self.customers.values(), self.references)
        whose = ((one, by_reference.get(one.mandate.reference_number)) for one in self.mandates)
        return [one for one, who in whose if who is not None and who.customer_id == customer_id]

    def claims_of(self, customer_id: str) -> list[Claim]:
        """What is a customer's."""
        return self.whose.of(customer_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """The ``facts`` as they are in ``moment``, a snapshot that gives the values to them."""

    moment: Store
    facts: Facts


class Standings:
    """Standings of the store at ``path``. Facts are remembered until the store changes: whoever
    reads page by page needs the same again and again.
    """

    def __init__(self, store: Store, path: Path) -> None:
        self._store, self._path = store, path
        self._facts: OrderedDict[tuple[str | None, str | None], tuple[str, Facts]] = OrderedDict()
        self._by_reference: tuple[str, Mapping[str, Customer]] = "", {}
        self._guard = threading.Lock()

    def by_reference(self, moment: Store) -> Mapping[str, Customer]:
        """The customer behind each reference number, of everybody, in a snapshot."""
        version = store_version(self._path).name
        with self._guard:
            if self._by_reference[0] != version:
                everybody = customers_by_reference(moment.customers(), moment.references())
                self._by_reference = version, everybody
            return self._by_reference[1]

    @contextmanager
    def of_customer(self, customer_id: str) -> Iterator[Standing]:
        """The standing of one customer."""
        with self._store.snapshot() as moment:
            yield Standing(moment, self._around(moment, customer_id, None))

    @contextmanager
    def of_point(self, metering_point: str) -> Iterator[Standing]:
        """The standing of one metering point."""
        with self._store.snapshot() as moment:
            yield Standing(moment, self._around(moment, None, metering_point))

    def _around(self, moment: Store, customer_id: str | None, point: str | None) -> Facts:
        """Nobody writes while the snapshot lasts, so its version is that of the file now."""
        version, key = store_version(self._path).name, (customer_id, point)
        with self._guard:
            known = self._facts.get(key)
            if known is not None and known[0] == version:
                self._facts.move_to_end(key)
                return known[1]
        with moment.snapshot(about=customer_id, metering_point=point) as narrow:
            facts = Facts.of(narrow)
        with self._guard:
            self._facts[key] = version, facts
            if len(self._facts) > _REMEMBERED:
                self._facts.popitem(last=False)
        return facts
