"""The contracts of one environment: which data owner shares what with whom, and for how long.

A bare date is midnight in the Netherlands, an end is exclusive, and an open-ended consent is
written as one of three years: our readings.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from kwartier.emulator.fiam.parties import ENECO
from kwartier.emulator.keeping import Keeping
from kwartier.emulator.rules import add_months
from kwartier.vocabulary.local_time import BRUSSELS, parse_instant
from kwartier.wire.fiam import ACTION, RESOURCE, RESOURCE_TYPE, Contract

CONSENT_YEARS: Final = 3
_ZONE: Final = BRUSSELS  # Amsterdam's clock shows the same
ALL_ATTRIBUTES: Final = "*"
"""``resource_attribute`` of a consent to everything that the resource tells (our reading)."""


class Environment(StrEnum):
    """Where data owners consent: each has keys, data owners and contracts of its own."""

    PRODUCTION = "production"
    ACCEPTANCE = "acceptance"


class KeptContracts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One environment's contracts, as the state file holds them; ``issued`` counts all there ever
    were, so that no identifier comes twice.
    """

    contracts: list[Contract] = []
    issued: int = 0


class Contracts(Keeping[KeptContracts]):
    """The contracts of one environment, in the order in which they were made.

    ``seed`` tells this environment of this world from others.
    """

    def __init__(
        self, seed: str, kept: KeptContracts, keep: Callable[[], None] | None = None
    ) -> None:
        self._seed = seed
        super().__init__(kept, keep)

    def all(self) -> list[Contract]:
        return list(self._held.values())

    def get(self, contract_id: str) -> Contract | None:
        return self._held.get(contract_id)

    def of_owner(self, data_owner: str, now: datetime) -> list[Contract]:
        """Those of a data owner (UUID in lower case) that have not ended by ``now``."""
        return [
            each
            for each in self._held.values()
            if each.data_owner == data_owner and not has_ended(each, now)
        ]

    def active(self, data_owner: str, consumer: str, now: datetime) -> Contract | None:
        """The contract by which ``consumer`` may read the owner's usages of heat at ``now``."""
        for each in self._held.values():
            if (
                each.data_owner == data_owner
                and each.service_consumer == consumer
                and _is_about_usages(each)
                and is_active(each, now)
            ):
                return each
        return None

    def grant(
        self,
        data_owner: str,
        consumer: str,
        now: datetime,
        *,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> Contract:
        """The data owner consents to ``consumer`` (a party's identifier) reading its usages.

        Without ``start`` it begins today; without ``end`` it holds for three years. A contract
        that is active already stays, unless another ``start`` or ``end`` is asked for: then the
        new one takes its place.
        """
        with self.keeping():
            standing = self.active(data_owner, consumer, now)
            if standing is not None and start is None and end is None:
                return standing
            if standing is not None:
                del self._held[standing.id]
            begins = start or now.astimezone(_ZONE).date()
            contract = Contract(
                id=self._next_id(),
                service_provider=ENECO.id,
                service_consumer=consumer,
                data_owner=data_owner,
                start_date=_written(begins),
                end_date=_written(end or _years_on(begins)),
                resource_type=RESOURCE_TYPE,
                resource=RESOURCE,
                resource_attribute=ALL_ATTRIBUTES,
                action=ACTION,
            )
            self._held[contract.id] = contract
            return contract

    def revoke(self, data_owner: str, consumer: str, now: datetime) -> bool:
        """The data owner takes its consent back: the contract is deleted. Whether there was one."""
        with self.keeping():
            standing = [
                each for each in self.of_owner(data_owner, now) if each.service_consumer == consumer
            ]
            for each in standing:
                del self._held[each.id]
            return bool(standing)

    def create(self, asked: Contract) -> Contract:
        """Add a contract as the service provider asks for it, under an identifier of our own."""
        with self.keeping():
            contract = msgspec.structs.replace(asked, id=self._next_id())
            self._held[contract.id] = contract
            return contract

    def replace(self, contract: Contract) -> Contract:
        """Put ``contract`` in the place of the one with its identifier."""
        with self.keeping():
            self._held[contract.id] = contract
            return contract

    def remove(self, contract_id: str) -> bool:
        """Delete one; whether there was one."""
        with self.keeping():
            return self._held.pop(contract_id, None) is not None

    def end(self, data_owner: str, effective: datetime) -> None:
        """End all contracts of a data owner on the day of ``effective``, that day excluded; none
        ends before it began.
        """
        last = _written(effective.astimezone(_ZONE).date())
        ends = parse_instant(last, "end_date")
        for each in self.all():
            start, end = period_of(each)
            if each.data_owner == data_owner and end > ends:
                written = each.start_date if ends < start else last
                self._held[each.id] = msgspec.structs.replace(each, end_date=written)

    def kept(self) -> KeptContracts:
        """All of it, as the state file holds it."""
        return KeptContracts(contracts=self.all(), issued=self._issued)

    def take(self, kept: KeptContracts) -> None:
        """Become what ``kept`` holds."""
        self._held = {each.id: each for each in kept.contracts}
        self._issued = kept.issued

    def _next_id(self) -> str:
        self._issued += 1
        text = f"{self._seed}/contracts/{self._issued}"
        return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def period_of(contract: Contract) -> tuple[datetime, datetime]:
    """From when up to but excluding when it holds, in UTC; both are the same when it never did."""
    start = parse_instant(contract.start_date, "start_date")
    return start, parse_instant(contract.end_date, "end_date")


def is_active(contract: Contract, now: datetime) -> bool:
    """Whether it holds at ``now``."""
    start, end = period_of(contract)
    return start <= now < end


def has_ended(contract: Contract, now: datetime) -> bool:
    """Whether it no longer holds; one that has not begun has not ended."""
    return period_of(contract)[1] <= now


def _is_about_usages(contract: Contract) -> bool:
    return (contract.resource_type, contract.resource, contract.action) == (
        RESOURCE_TYPE,
        RESOURCE,
        ACTION,
    )


def _years_on(begins: date | datetime) -> date | datetime:
    if isinstance(begins, datetime):
        return add_months(begins, 12 * CONSENT_YEARS)
    midnight = datetime.combine(begins, datetime.min.time())
    return add_months(midnight, 12 * CONSENT_YEARS).date()


def _written(moment: date | datetime) -> str:
    return moment.isoformat()
