"""The consents that the emulator holds: which there are, who sees what, what they permit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from kwartier.emulator.rules import CONSENT_MONTHS, MANDATE_YEARS, RENEWAL_MONTHS, add_months
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    Mandate,
    MandateRenewalStatus,
    MandateStatus,
)

Key = tuple[str, str, str]
"""What there is one mandate for: reference, EAN and data service."""


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A grid user's consent that a mandate waits for, until ``until``; and the period it is for.

    ``request`` is the id of what was sent to the grid user.
    """

    request: str
    since: datetime
    until: datetime
    data_period_from: datetime | None = None
    data_period_to: datetime | None = None


_OPENED = {
    energy: {
        DataServiceType.VH_DAG: frozenset({Granularity.DAY}),
        DataServiceType.VH_KWARTIER_UUR: frozenset({fine}),
        DataServiceType.VH_ONBEPAALD: frozenset({Granularity.DAY, fine}),
    }
    for energy, fine in (
        (EnergyType.ELECTRICITY, finest(ELECTRICITY)),
        (EnergyType.GAS, finest(GAS)),
    )
}
_NOTHING = frozenset[Granularity]()


class HeldMandate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mandate: one for each reference, EAN and data service.

    ``renewal_status`` is what a mock mandate supplied; without it, the expiry decides.
    ``grid_user`` (an id) is who consented; ``awaits`` is there while Requested, and while a
    renewal is. A mock mandate has neither. What time alone changes is not kept but follows:
    see :meth:`status_at`, :meth:`renewal_at` and :meth:`updated_at`.
    """

    reference_number: str
    ean: str
    data_service_type: DataServiceType
    status: MandateStatus
    last_updated: datetime
    data_period_from: datetime | None = None
    data_period_to: datetime | None = None
    mandate_expiration_date: datetime | None = None
    renewal_status: MandateRenewalStatus | None = None
    grid_user: str | None = None
    awaits: Awaited | None = None

    @property
    def key(self) -> Key:
        return self.reference_number, self.ean, self.data_service_type

    @property
    def energy_type(self) -> EnergyType:
        """The sandbox's EANs carry it in their sixth digit."""
        return EnergyType.GAS if self.ean[5] == "1" else EnergyType.ELECTRICITY

    @property
    def is_approved(self) -> bool:
        return self.status is MandateStatus.APPROVED

    def expiring(self) -> HeldMandate:
        """With an expiry: approved without one, it holds for three years from its approval."""
        if self.mandate_expiration_date is not None or not self.is_approved:
            return self
        expiry = add_months(self.last_updated, 12 * MANDATE_YEARS)
        return msgspec.structs.replace(self, mandate_expiration_date=expiry)

    def status_at(self, now: datetime) -> MandateStatus:
        """A grid user's silence for a month rejects."""
        if self.status is MandateStatus.REQUESTED and now >= self._answer_by:
            return MandateStatus.REJECTED
        return self.status

    @property
    def _answer_by(self) -> datetime:
        """Until when a grid user may consent: of a mock mandate, a month since it was made so."""
        if self.awaits is not None:
            return self.awaits.until
        return add_months(self.last_updated, CONSENT_MONTHS)

    def waits_at(self, now: datetime) -> bool:
        """Whether a grid user's consent is waited for at ``now``."""
        return self.awaits is not None and self.awaits.since <= now < self.awaits.until

    def renewal_at(self, now: datetime) -> MandateRenewalStatus | None:
        """From three months before expiry on ToBeRenewed, then Expired for good (our reading).

        In between RenewalRequested, while a renewal that was asked waits for the grid user.
        """
        if self.renewal_status is not None:
            return self.renewal_status
        if self.is_expired(now):
            return MandateRenewalStatus.EXPIRED
        expiry = self.mandate_expiration_date
        if not self.is_approved or expiry is None or now < add_months(expiry, -RENEWAL_MONTHS):
            return None
        return (
            MandateRenewalStatus.RENEWAL_REQUESTED
            if self.waits_at(now)
            else MandateRenewalStatus.TO_BE_RENEWED
        )

    def is_expired(self, now: datetime) -> bool:
        """Whether it is shown as Expired."""
        if self.renewal_status is not None:
            return self.renewal_status is MandateRenewalStatus.EXPIRED
        expiry = self.mandate_expiration_date
        return self.is_approved and expiry is not None and now >= expiry

    def updated_at(self, now: datetime) -> datetime:
        """When what is shown last changed, by a hand or by time alone."""
        return max([self.last_updated, *(turn for turn in self._turns() if turn <= now)])

    def _turns(self) -> list[datetime]:
        """When time alone changes what is shown."""
        if self.status is MandateStatus.REQUESTED:
            return [self._answer_by]
        expiry = self.mandate_expiration_date
        if not self.is_approved or self.renewal_status is not None or expiry is None:
            return []
        opens = add_months(expiry, -RENEWAL_MONTHS)
        until = [] if self.awaits is None else [self.awaits.until]
        return [opens, expiry, *(each for each in until if opens < each < expiry)]

    def changed(self, now: datetime, **changes: Any) -> HeldMandate:
        """With ``changes``; it counts as updated only if what is shown did change."""
        new = msgspec.structs.replace(self, **changes)
        same = new.seen_at(now) == self.seen_at(now)
        updated = self.updated_at(now) if same else now
        return msgspec.structs.replace(new, last_updated=updated)

    def seen_at(self, now: datetime) -> Mandate:
        """As the API shows it: EAN and energy type only while it is approved."""
        return Mandate(
            reference_number=self.reference_number,
            status=self.status_at(now),
            ean=self.ean if self.is_approved else None,
            energy_type=self.energy_type if self.is_approved else None,
            data_period_from=self.data_period_from,
            data_period_to=self.data_period_to,
            data_service_type=self.data_service_type,
            mandate_expiration_date=self.mandate_expiration_date,
            renewal_status=self.renewal_at(now),
        )

    @property
    def granularities(self) -> frozenset[Granularity]:
        """Day values, quarters (gas: hours), or, undetermined in a mock, both.

        That quarters do not open days, and that undetermined opens both, is our reading.
        """
        return _OPENED[self.energy_type].get(self.data_service_type, _NOTHING)

    def permitted(self, now: datetime) -> Interval | None:
        """The measured time that it opens at ``now``; once expired, nothing past its expiry."""
        if not self.is_approved or self.data_period_from is None:
            return None
        ends = [self.data_period_to or now]
        if self.is_expired(now):
            ends.append(self.mandate_expiration_date or self.last_updated)
        end = min(ends)
        return Interval(self.data_period_from, end) if self.data_period_from < end else None


class MandateFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What ``GET /api/mandate`` may ask for; None (or no words) asks for all.

    Our reading: the expiry is compared for equality, ``last_updated_from`` is inclusive and
    ``last_updated_to`` exclusive, and what time alone turns (a renewal status, a rejection by
    silence) is an update at the instant at which it turns.
    """

    reference_number: str | None = None
    ean: str | None = None
    data_service_types: list[DataServiceType] = []
    energy_type: EnergyType | None = None
    status: MandateStatus | None = None
    mandate_expiration_date: datetime | None = None
    renewal_status: MandateRenewalStatus | None = None
    last_updated_from: datetime | None = None
    last_updated_to: datetime | None = None

    def matches(self, mandate: HeldMandate, now: datetime) -> bool:
        """EAN and energy type are judged as shown: they match approved ones only (our reading)."""
        seen = mandate.seen_at(now)
        updated = mandate.updated_at(now)
        return (
            self.reference_number in {None, seen.reference_number}
            and self.ean in {None, seen.ean}
            and (not self.data_service_types or seen.data_service_type in self.data_service_types)
            and self.energy_type in {None, seen.energy_type}
            and self.status in {None, seen.status}
            and self.mandate_expiration_date in {None, seen.mandate_expiration_date}
            and self.renewal_status in {None, seen.renewal_status}
            and (self.last_updated_from is None or self.last_updated_from <= updated)
            and (self.last_updated_to is None or updated < self.last_updated_to)
        )


class MandateRegister:
    """All mandates of the world, in the order in which they came."""

    def __init__(self, mandates: Iterable[HeldMandate] = ()) -> None:
        self._held: dict[Key, HeldMandate] = {}
        self._of_ean: dict[str, dict[Key, HeldMandate]] = {}
        for mandate in mandates:
            self._hold(mandate)

    def put(self, mandate: HeldMandate) -> HeldMandate:
        """Add it, or let it take the place of the one with its reference, EAN and service."""
        return self._hold(mandate.expiring())

    def get(self, key: Key) -> HeldMandate | None:
        return self._held.get(key)

    def of_reference(self, reference: str) -> list[HeldMandate]:
        return [each for each in self._held.values() if each.reference_number == reference]

    def of_ean(self, ean: str) -> list[HeldMandate]:
        return list(self._of_ean.get(ean, {}).values())

    def all(self) -> list[HeldMandate]:
        return list(self._held.values())

    def find(self, wanted: MandateFilter, now: datetime) -> list[HeldMandate]:
        held = self._held if wanted.ean is None else self._of_ean.get(wanted.ean, {})
        return [mandate for mandate in held.values() if wanted.matches(mandate, now)]

    def opening(self, ean: str, reference: str | None = None) -> list[HeldMandate]:
        """The mandates that open an EAN's data, by its reference number only if one is given."""
        return [
            mandate
            for mandate in self._of_ean.get(ean, {}).values()
            if mandate.is_approved
            and reference in {None, mandate.reference_number}
            and mandate.granularities
        ]

    def _hold(self, mandate: HeldMandate) -> HeldMandate:
        self._held[mandate.key] = mandate
        self._of_ean.setdefault(mandate.ean, {})[mandate.key] = mandate
        return mandate
