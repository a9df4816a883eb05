"""Who is grid user of a metering point, and since when: the personas, and what events changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from kwartier.emulator.personas import CUSTOMERS, Customer

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when the personas are grid users of what they begin with."""


class GridUserChange(msgspec.Struct, frozen=True, kw_only=True):
    """From ``effective`` on, ``customer`` (an id; None for nobody that we know) is grid user."""

    ean: str
    effective: datetime
    customer: str | None


class GridUsers:
    """Grid users at an instant; ``changes`` tells the changes there were, oldest report first."""

    def __init__(self, changes: Callable[[], Iterable[GridUserChange]] = tuple) -> None:
        self._changes = changes

    def of(self, ean: str, at: datetime) -> Customer | None:
        """The grid user of an EAN at an instant; None when it is nobody that we know."""
        return self._tenure(ean, at)[0]

    def since(self, ean: str, at: datetime) -> datetime:
        """Since when the grid user at an instant has been that."""
        return self._tenure(ean, at)[1]

    def eans(self, customer: Customer, at: datetime) -> list[str]:
        """The metering points of which a customer is grid user at an instant."""
        known = [*customer.eans, *(change.ean for change in self._changes())]
        return [
            ean
            for ean in dict.fromkeys(known)
            if (user := self.of(ean, at)) is not None and user.id == customer.id
        ]

    def choices(self, customer: Customer, at: datetime) -> list[str]:
        """What a customer may ask a mandate for: its own EANs, and those of others it knows."""
        return list(dict.fromkeys([*self.eans(customer, at), *customer.knows]))

    def _tenure(self, ean: str, at: datetime) -> tuple[Customer | None, datetime]:
        """The latest report wins: it overrides what earlier ones said of the time after it."""
        steps: list[tuple[datetime, str | None]] = [(ALWAYS, _FIRST.get(ean))]
        for change in self._changes():
            if change.ean == ean:
                steps = [step for step in steps if step[0] < change.effective]
                steps.append((change.effective, change.customer))
        since, customer = [step for step in steps if step[0] <= at][-1]
        return None if customer is None else CUSTOMERS[customer], since


_FIRST = {ean: customer.id for customer in CUSTOMERS.values() for ean in customer.eans}
