"""Erasing a customer's data on request: what would go, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from kwartier.errors import InputError
from kwartier.office import Office
from kwartier.office.backup import delete_former_offices
from kwartier.office.forgetting import invited_customers
from kwartier.registry import KnownMandate
from kwartier.retention import Decision, DecisionKind, RetentionPolicy
from kwartier.store.port import Store
from kwartier.sync.forgetting import forget_in_office
from kwartier.sync.retention import Enforced, Going, Review, enforce, review
from kwartier.sync.staying import Staying, staying
from kwartier.vocabulary.provider import PROVIDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What a customer asked for: ``decisions`` that suppress its mandates. ``is_whole``: all of it,
    so that what is noted of the customer goes too, and its invitations in ``office``.
    """

    customer_id: str
    decisions: Sequence[Decision]
    points: frozenset[str]
    is_whole: bool
    office: Office | None = None

    @classmethod
    def asked(
        cls,
        store: Store,
        customer_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        now: datetime,
        who: str,
        why: str,
        office: Office | None = None,
    ) -> Self:
        """All, or what was measured from ``start`` on and before ``end``; decided by ``who``."""
        mandates = mandates_of(store, customer_id)
        decisions = [
            Decision(
                kind=DecisionKind.SUPPRESS,
                mandate_id=one.mandate_id,
                start=start,
                end=end,
                decided_at=max(now, one.changed_at),
                decided_by=who,
                why=why,
            )
            for one in mandates
        ]
        return cls(
            customer_id=customer_id,
            decisions=decisions,
            points=frozenset(one.mandate.metering_point or "" for one in mandates),
            is_whole=start is None and end is None,
            office=office,
        )

    @property
    def leaving(self) -> str | None:
        """The customer, if it wants to be forgotten."""
        return self.customer_id if self.is_whole else None

    @property
    def is_invited(self) -> bool:
        """Whether there are invitations that go with the customer."""
        office = self.office
        return office is not None and self.leaving in invited_customers(office)

    def preview(self, store: Store, now: datetime) -> Going:
        """What would go; :class:`InputError` if there is nothing that could."""
        return self._going(self._review(store, now))

    def outlook(self, store: Store, now: datetime) -> tuple[Going, list[Staying]]:
        """What would go, and what of the same metering points would stay."""
        seen = self._review(store, now)
        own = {one.mandate_id for one in self.decisions}
        return self._going(seen), staying(store, seen, self.points, own)

    def _review(self, store: Store, now: datetime) -> Review:
        return review(
            store,
            now=now,
            policy=RetentionPolicy(),
            more=self.decisions,
            leaving=self.leaving,
            is_invited=self.is_invited,
        )

    def _going(self, seen: Review) -> Going:
        going = seen.going(self.points, self.leaving)
        if not self.decisions and not going.details:
            rule = f"no mandate of {self.customer_id!r} names a metering point"
            raise InputError("--customer", rule)
        return going

    def carry_out(self, store: Store, now: datetime) -> Enforced:
        """Suppress the mandates and erase. Cut off in between, the next sync goes on with it."""
        store.decide(self.decisions)
        enforced = enforce(
            store,
            now=now,
            policy=RetentionPolicy(),
            points=self.points,
            leaving=self.leaving,
            is_invited=self.is_invited,
        )
        if self.office is not None and self.is_whole:
            forget_in_office(store, self.office)
            delete_former_offices(self.office)
        return enforced


def mandates_of(store: Store, customer_id: str) -> list[KnownMandate]:
    """The customer's mandates that told of a metering point."""
    references = {r.reference_number for r in store.references() if r.customer_id == customer_id}
    return [
        one
        for one in store.mandates()
        if one.mandate.reference_number in references and one.mandate.metering_point is not None
    ]


def decision_time(store: Store, now: datetime) -> datetime:
    """The time of a decision: ``now``, but not before any provider's last list."""
    listed = (store.listed(provider).latest for provider in PROVIDERS)
    return max([now, *(latest for latest in listed if latest is not None)])
