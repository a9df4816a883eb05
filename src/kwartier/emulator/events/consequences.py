"""What events do to mandates and contracts; what they do to data is told where data is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kwartier.emulator.events.event import CAPPING, Event, EventKind
from kwartier.emulator.fiam.contracts import Contracts
from kwartier.emulator.grid_users import GridUserChange
from kwartier.emulator.mandates import HeldMandate, MandateRegister
from kwartier.wire.fluvius_v3 import MandateStatus

_STANDING = frozenset({MandateStatus.APPROVED, MandateStatus.REQUESTED})


def grid_user_changes(events: Iterable[Event]) -> list[GridUserChange]:
    """Who became grid user of what, by these events."""
    return [
        GridUserChange(ean=event.ean, effective=event.effective, customer=event.customer)
        for event in events
        if event.kind in CAPPING and event.ean is not None
    ]


def happen_to(mandates: MandateRegister, event: Event) -> None:
    """Change the mandates that an event concerns. A supplier's switch concerns none."""
    now = event.recorded_at
    if event.data_owner is not None:
        return
    if event.kind is EventKind.CONTRACT_ENDED:
        for mandate in mandates.all():
            if mandate.status_at(now) in _STANDING:
                mandates.put(mandate.changed(now, status=MandateStatus.FINISHED, awaits=None))
    elif event.kind in CAPPING and event.ean is not None:
        for mandate in mandates.of_ean(event.ean):
            if mandate.status_at(now) in _STANDING and not _is_of_the_new(mandate, event):
                mandates.put(_capped(mandate, event.effective, now))


def happen_to_contracts(contracts: Contracts, event: Event) -> None:
    """End the contracts of a data owner who has moved, whose heat or whose contract has ended."""
    ends = event.kind in CAPPING or event.kind is EventKind.CONTRACT_ENDED
    if event.data_owner is not None and ends:
        contracts.end(event.data_owner, event.effective)


def _is_of_the_new(mandate: HeldMandate, event: Event) -> bool:
    return event.customer is not None and mandate.grid_user == event.customer


def _capped(mandate: HeldMandate, effective: datetime, now: datetime) -> HeldMandate:
    """One that is Requested is rejected: who was asked has gone. One that is Approved stays so,
    and its period ends at the effective date; before its beginning, it is empty (our reading).
    One for installation data, which has no beginning, ends then, too.
    """
    if mandate.status is MandateStatus.REQUESTED:
        return mandate.changed(now, status=MandateStatus.REJECTED, awaits=None)
    start, end = mandate.data_period_from, mandate.data_period_to
    if end is None or effective < end:
        end = effective if start is None else max(start, effective)
    return mandate.changed(now, data_period_to=end, awaits=None)
