"""How a mandate comes to be consented to: asked for, and approved or refused by its grid user.

``now`` is the emulated instant; who calls these keeps the change whole.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from kwartier.emulator.consent_requests import ConsentRequest
from kwartier.emulator.consents import Consents
from kwartier.emulator.journeys import Choice, JourneyRefusedError, Refusal
from kwartier.emulator.mandates import Awaited, HeldMandate, Key
from kwartier.emulator.personas import Customer
from kwartier.emulator.rules import CONSENT_MONTHS, MANDATE_YEARS, add_months
from kwartier.wire.fluvius_v3 import MandateStatus


def asked_for(
    consents: Consents, reference: str, customer: Customer, chosen: list[Choice], now: datetime
) -> list[str]:
    """Put the chosen mandates; the ids of the requests sent to other grid users, one to each."""
    sent: dict[str, ConsentRequest] = {}
    for choice in chosen:
        key = (reference, choice.ean, choice.data_service_type)
        grid_user = consents.grid_users.of(choice.ean, now)
        if grid_user is None:
            raise JourneyRefusedError(Refusal.UNKNOWN_EAN, "nobody is grid user of it any more")
        if grid_user.id not in sent and grid_user.id != customer.id:
            sent[grid_user.id] = _request(consents, reference, customer, grid_user, now)
        request = sent.get(grid_user.id)
        asked = _asked(consents.mandates.get(key), key, choice, request, now)
        if request is None:
            asked = approved(consents, asked, now)
        else:
            sent[grid_user.id] = msgspec.structs.replace(request, mandates=[*request.mandates, key])
        consents.mandates.put(asked)
    consents.consent_requests |= {each.id: each for each in sent.values()}
    return [each.id for each in sent.values()]


def _request(
    consents: Consents, reference: str, customer: Customer, grid_user: Customer, now: datetime
) -> ConsentRequest:
    number = len(consents.consent_requests)
    text = f"{consents.seed}/{consents.environment}/{number}/{reference}/{grid_user.id}"
    return ConsentRequest(
        id=hashlib.sha256(text.encode()).hexdigest()[:32],
        reference_number=reference,
        customer=customer.id,
        grid_user=grid_user.id,
        medium=grid_user.reached_by,
        asked_at=now,
        answer_by=add_months(now, CONSENT_MONTHS),
        mandates=[],
    )


def _asked(
    standing: HeldMandate | None,
    key: Key,
    choice: Choice,
    request: ConsentRequest | None,
    now: datetime,
) -> HeldMandate:
    """The mandate as it waits for consent; one that is approved stands until there is some."""
    awaits = Awaited(
        request="" if request is None else request.id,
        since=now,
        until=add_months(now, CONSENT_MONTHS),
        data_period_from=choice.data_period_from,
        data_period_to=choice.data_period_to,
    )
    if standing is not None and standing.is_approved:
        return standing.changed(now, awaits=awaits)
    return HeldMandate(
        reference_number=key[0],
        ean=choice.ean,
        data_service_type=choice.data_service_type,
        status=MandateStatus.REQUESTED,
        last_updated=now,
        data_period_from=choice.data_period_from,
        data_period_to=choice.data_period_to,
        awaits=awaits,
    )


def approved(consents: Consents, mandate: HeldMandate, now: datetime) -> HeldMandate:
    """Consented to: for three years from now, and for the grid user's own time only.

    A renewal keeps what the period had before, unless that ended before the one asked begins (our
    reading).
    """
    awaits = mandate.awaits
    if awaits is None:
        raise AssertionError("a mandate that waits for nothing was approved")
    grid_user = consents.grid_users.of(mandate.ean, now)
    start, end = awaits.data_period_from, awaits.data_period_to
    if start is not None:
        before, ended = mandate.data_period_from, mandate.data_period_to
        if before is not None and (ended is None or ended >= start):
            start = min(before, start)
        start = max(start, consents.grid_users.since(mandate.ean, now))
        if end is not None and end <= start:
            raise JourneyRefusedError(
                Refusal.WRONG_PERIOD, "the period ends before the grid user's own time"
            )
    return mandate.changed(
        now,
        status=MandateStatus.APPROVED,
        data_period_from=start,
        data_period_to=end,
        mandate_expiration_date=add_months(now, 12 * MANDATE_YEARS),
        renewal_status=None,
        grid_user=None if grid_user is None else grid_user.id,
        awaits=None,
    )


def refused(_consents: Consents, mandate: HeldMandate, now: datetime) -> HeldMandate:
    """A mandate is rejected; one that stands only fails to be renewed."""
    status = MandateStatus.APPROVED if mandate.is_approved else MandateStatus.REJECTED
    return mandate.changed(now, status=status, awaits=None)


def waiting_for(consents: Consents, request: ConsentRequest) -> list[HeldMandate]:
    """The mandates that still wait for a request's answer."""
    asked = (consents.mandates.get(key) for key in request.mandates)
    return [
        mandate
        for mandate in asked
        if mandate is not None
        and mandate.awaits is not None
        and mandate.awaits.request == request.id
    ]
