"""A scenario's steps as they happen: each is one whole change, or is refused and says why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kwartier.emulator import customer_steps
from kwartier.emulator.consent_requests import ConsentAnswer
from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.journeys import Choice
from kwartier.emulator.personas import CUSTOMERS, Customer
from kwartier.emulator.registrations import CONTRACT_NUMBER
from kwartier.emulator.scenario import Answer, Ask, Delete, Happen, Step, moment
from kwartier.errors import InputError
from kwartier.wire.fluvius_v3 import ClientSessionDataService, ClientSessionRequest

if TYPE_CHECKING:
    from kwartier.emulator.world import World


def perform(world: World, step: Step, at: datetime) -> None:
    """Let one step happen at ``at``. Raises :class:`KwartierError` when it is refused."""
    if isinstance(step, Happen):
        world.happen(step.asked().happening(at))
        return
    consents, customer = world.consents(_environment(step.environment)), _customer(step.customer)
    if isinstance(step, Ask):
        _ask(consents, customer, step, at)
    elif isinstance(step, Answer):
        _answer(consents, customer, step, at)
    else:
        _delete(consents, customer, step, at)


def _ask(consents: Consents, customer: Customer, step: Ask, at: datetime) -> None:
    """The whole journey, short URL included."""
    start = None if step.period_from is None else moment(step.period_from, at, "period_from")
    end = None if step.period_to is None else moment(step.period_to, at, "period_to")
    request = ClientSessionRequest(
        data_access_contract_number=CONTRACT_NUMBER,
        reference_number=step.reference,
        flow=customer.flow,
        data_services=[ClientSessionDataService(data_service_type=each) for each in step.services],
    )
    choices = [
        Choice(ean=ean, data_service_type=service, data_period_from=start, data_period_to=end)
        for ean in step.eans
        for service in step.services
    ]
    identifier = consents.create_short_url(request, at).identifier
    customer_steps.complete(
        consents, identifier, customer, choices, confirmation="scenario", now=at
    )


def _answer(consents: Consents, customer: Customer, step: Answer, at: datetime) -> None:
    for request in customer_steps.inbox(consents, customer.id, at):
        if (request.reference_number, request.answer) == (step.reference, ConsentAnswer.PENDING):
            customer_steps.answer(consents, request.id, customer.id, approve=step.approve, now=at)


def _delete(consents: Consents, customer: Customer, step: Delete, at: datetime) -> None:
    for mandate in consents.mandates.of_reference(step.reference):
        customer_steps.delete(consents, mandate.key, customer, now=at)


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError as error:
        raise InputError("environment", f"must be one of {', '.join(Environment)}") from error


def _customer(name: str) -> Customer:
    if name not in CUSTOMERS:
        raise InputError("customer", f"must be one of {', '.join(CUSTOMERS)}", name[:40])
    return CUSTOMERS[name]
