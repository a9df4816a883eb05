"""What customers and grid users do to mandates: complete a journey, answer, delete.

Each step happens whole or is refused with :class:`JourneyRefusedError`. ``now`` is the emulated
instant. A second request for a mandate that stands renews it: under the same reference, with an
expiry of its own once the grid user has consented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from kwartier.emulator.consent_requests import ConsentAnswer, ConsentRequest
from kwartier.emulator.consent_steps import approved, asked_for, refused, waiting_for
from kwartier.emulator.consents import Consents
from kwartier.emulator.journeys import (
    Choice,
    Completed,
    JourneyRefusedError,
    Refusal,
    checked_choices,
)
from kwartier.emulator.mandates import HeldMandate, Key
from kwartier.emulator.personas import Customer
from kwartier.emulator.short_urls import ShortUrl
from kwartier.wire.fluvius_v3 import MandateRenewalStatus, MandateStatus

_DUE = {MandateRenewalStatus.TO_BE_RENEWED, MandateRenewalStatus.EXPIRED}


def open_link(consents: Consents, identifier: str, now: datetime) -> ShortUrl:
    """The session behind a short URL's identifier; refused when unknown, or over its 24 hours."""
    short_url = consents.short_urls.get(identifier)
    if short_url is None:
        raise JourneyRefusedError(Refusal.UNKNOWN_LINK, "this link is not known")
    if now >= short_url.valid_to:
        raise JourneyRefusedError(Refusal.EXPIRED_LINK, "this link was valid for 24 hours")
    return short_url


def check_customer(consents: Consents, short_url: ShortUrl, customer: Customer) -> None:
    """Refused when the link is for the other flow, or its reference is another customer's."""
    asked = short_url.request
    if customer.flow is not asked.flow:
        raise JourneyRefusedError(
            Refusal.WRONG_FLOW, f"this link is for {asked.flow}, this customer is {customer.flow}"
        )
    if consents.customers.get(asked.reference_number, customer.id) != customer.id:
        raise JourneyRefusedError(
            Refusal.OTHER_CUSTOMER, "this reference number belongs to another customer"
        )


def complete(
    consents: Consents,
    identifier: str,
    customer: Customer,
    choices: Iterable[Choice],
    *,
    confirmation: str,
    now: datetime,
) -> Completed:
    """A customer confirms a request: its mandates are Approved where the customer is the grid
    user, else Requested, and the grid users are asked.

    ``confirmation`` is any text that names this one request of the session: a second one with the
    same is refused, however close behind. The first completed request under a reference number
    binds that to the customer.
    """
    with consents.keeping():
        short_url = open_link(consents, identifier, now)
        check_customer(consents, short_url, customer)
        if confirmation in short_url.confirmations:
            raise JourneyRefusedError(Refusal.ALREADY_CONFIRMED, "this request was confirmed")
        chosen = checked_choices(short_url, choices, now)
        allowed = consents.grid_users.choices(customer, now)
        if any(each.ean not in allowed for each in chosen):
            raise JourneyRefusedError(Refusal.UNKNOWN_EAN, "this metering point is not known here")
        reference = short_url.request.reference_number
        consents.customers[reference] = customer.id
        sent = asked_for(consents, reference, customer, chosen, now)
        consents.short_urls.put(
            msgspec.structs.replace(
                short_url,
                confirmations=[*short_url.confirmations, confirmation],
                eans=list(dict.fromkeys([*short_url.eans, *(each.ean for each in chosen)])),
            )
        )
        keys: list[Key] = [(reference, each.ean, each.data_service_type) for each in chosen]
        return Completed(mandates=keys, consent_requests=sent)


def inbox(consents: Consents, grid_user: str, now: datetime) -> list[ConsentRequest]:
    """What a grid user (an id) was asked, oldest first, each with its answer as of ``now``."""
    asked = consents.consent_requests.values()
    return [
        msgspec.structs.replace(each, answer=answer_at(consents, each, now))
        for each in asked
        if each.grid_user == grid_user
    ]


def answer_at(consents: Consents, request: ConsentRequest, now: datetime) -> ConsentAnswer:
    """What became of a request by ``now``."""
    if request.answer is not ConsentAnswer.PENDING:
        return request.answer
    if not waiting_for(consents, request):
        return ConsentAnswer.WITHDRAWN
    return ConsentAnswer.LAPSED if now >= request.answer_by else ConsentAnswer.PENDING


def answer(
    consents: Consents, request_id: str, grid_user: str, *, approve: bool, now: datetime
) -> list[Key]:
    """A grid user (an id) approves or refuses; the mandates that waited for it."""
    with consents.keeping():
        request = consents.consent_requests.get(request_id)
        if request is None or request.grid_user != grid_user:
            raise JourneyRefusedError(Refusal.UNKNOWN_REQUEST, "nothing of the kind was asked")
        if answer_at(consents, request, now) is not ConsentAnswer.PENDING:
            raise JourneyRefusedError(
                Refusal.ALREADY_ANSWERED, "this was answered, withdrawn, or is over a month old"
            )
        waiting = waiting_for(consents, request)
        for mandate in waiting:
            settled = approved if approve else refused
            consents.mandates.put(settled(consents, mandate, now))
        given = ConsentAnswer.APPROVED if approve else ConsentAnswer.REFUSED
        consents.consent_requests[request.id] = msgspec.structs.replace(
            request, answer=given, answered_at=now
        )
        return [mandate.key for mandate in waiting]


def own_mandates(consents: Consents, customer: Customer) -> list[HeldMandate]:
    """What a customer sees on its own page: what it asked, and what it consented to for others."""
    return [
        mandate
        for mandate in consents.mandates.all()
        if consents.customers.get(mandate.reference_number) == customer.id
        or mandate.grid_user == customer.id
    ]


def delete(consents: Consents, key: Key, customer: Customer, *, now: datetime) -> HeldMandate:
    """A customer ends a mandate of its own (see :func:`own_mandates`): Finished, for good."""
    with consents.keeping():
        mandate = consents.mandates.get(key)
        if mandate is None or mandate not in own_mandates(consents, customer):
            raise JourneyRefusedError(Refusal.NOT_YOURS, "this mandate is not known here")
        if mandate.status_at(now) not in {MandateStatus.APPROVED, MandateStatus.REQUESTED}:
            raise JourneyRefusedError(Refusal.ALREADY_ANSWERED, "this mandate has ended already")
        ended = mandate.changed(now, status=MandateStatus.FINISHED, awaits=None)
        return consents.mandates.put(ended)


def may_renew(mandate: HeldMandate, now: datetime) -> bool:
    """Whether its customer may renew a mandate on its own page (our reading): it is due, no renewal
    waits for the grid user already, and its period has not ended, as it does when somebody moves.
    """
    end = mandate.data_period_to
    goes_on = end is None or end > now
    return mandate.renewal_at(now) in _DUE and not mandate.waits_at(now) and goes_on


def renew(consents: Consents, key: Key, customer: Customer, *, now: datetime) -> list[str]:
    """A customer asks, without a short URL, that a mandate of its own holds for three years more.

    See :func:`may_renew`. The ids of the requests sent to another grid user.
    """
    with consents.keeping():
        mandate = consents.mandates.get(key)
        if mandate is None or consents.customers.get(mandate.reference_number) != customer.id:
            raise JourneyRefusedError(Refusal.NOT_YOURS, "this mandate is not known here")
        if not may_renew(mandate, now):
            raise JourneyRefusedError(Refusal.ALREADY_ANSWERED, "it need not be renewed now")
        again = Choice(
            ean=mandate.ean,
            data_service_type=mandate.data_service_type,
            data_period_from=mandate.data_period_from,
            data_period_to=mandate.data_period_to,
        )
        return asked_for(consents, mandate.reference_number, customer, [again], now)
