"""The customer's own page: its mandates, seen, deleted and renewed."""

from __future__ import annotations

from starlette.responses import Response

from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.customer_steps import delete as delete_mandate
from kwartier.emulator.customer_steps import may_renew, own_mandates
from kwartier.emulator.customer_steps import renew as renew_mandate
from kwartier.emulator.mandates import HeldMandate, Key
from kwartier.emulator.mijn_fluvius.visit import OWN_PAGE, SIGN_IN, Visit, environments
from kwartier.emulator.personas import Customer
from kwartier.web.stops import Stop
from kwartier.wire.fluvius_v3 import MandateStatus


def own_page(visit: Visit) -> Response:
    """``GET``: all mandates of the customer who is signed in; those that it deleted are gone."""
    customer = visit.customer
    if customer is None:
        return visit.go(SIGN_IN)
    rows = [
        _row(visit, consents, mandate, customer)
        for consents in environments(visit.world)
        for mandate in own_mandates(consents, customer)
        if mandate.status is not MandateStatus.FINISHED
    ]
    told = visit.query("gedaan")
    return visit.page(
        "own_page.html",
        "own_title",
        rows=rows,
        told=f"told_{told}" if told in {"deleted", "renewed"} else None,
    )


def delete(visit: Visit) -> Response:
    """``POST``: the customer ends a mandate: Finished, for good."""
    consents, key, customer = _named(visit)
    if visit.form.text("sure") != "yes":
        raise Stop(400, "stop_unsure")
    delete_mandate(consents, key, customer, now=visit.now)
    return visit.go(OWN_PAGE, gedaan="deleted")


def renew(visit: Visit) -> Response:
    """``POST``: the customer asks that a mandate holds for three years more."""
    consents, key, customer = _named(visit)
    renew_mandate(consents, key, customer, now=visit.now)
    return visit.go(OWN_PAGE, gedaan="renewed")


def _row(
    visit: Visit, consents: Consents, mandate: HeldMandate, customer: Customer
) -> dict[str, object]:
    """A mandate as it stands now, and what this customer may do with it."""
    is_own = consents.customers.get(mandate.reference_number) == customer.id
    return {
        "environment": consents.environment,
        "mandate": mandate,
        "status": mandate.status_at(visit.now),
        "renewal": mandate.renewal_at(visit.now),
        "is_own": is_own,
        "may_renew": is_own and may_renew(mandate, visit.now),
        "renewal_waits": mandate.is_approved and mandate.waits_at(visit.now),
    }


def _named(visit: Visit) -> tuple[Consents, Key, Customer]:
    """The mandate that a form names, and the customer who is signed in."""
    customer = visit.customer
    if customer is None:
        raise Stop(403, "stop_not_signed_in", SIGN_IN)
    form = visit.form
    if form.text("environment") not in set(Environment):
        raise Stop(400, "stop_form")
    consents = visit.world.consents(Environment(form.text("environment")))
    return consents, (form.text("reference"), form.text("ean"), form.text("service")), customer
