"""The journey behind a short URL: choose, look it over, confirm; one request or several."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from kwartier.emulator.consents import Consents
from kwartier.emulator.customer_steps import check_customer, complete
from kwartier.emulator.journeys import Choice, JourneyRefusedError, Refusal, checked_choices
from kwartier.emulator.mijn_fluvius.choices import (
    UnreadableChoiceError,
    questions,
    read_choices,
)
from kwartier.emulator.mijn_fluvius.refusals import STATUS, refusal_text
from kwartier.emulator.mijn_fluvius.sessions import Draft, Journey
from kwartier.emulator.mijn_fluvius.sign_in import begin, opened
from kwartier.emulator.mijn_fluvius.visit import JOURNEY, Visit
from kwartier.emulator.personas import CUSTOMERS, Customer
from kwartier.emulator.short_urls import ShortUrl
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.web.stops import Stop
from kwartier.wire.fluvius_v3 import DataServiceType

REVIEW = f"{JOURNEY}/nazicht"
DONE = f"{JOURNEY}/klaar"


def start(visit: Visit) -> Response:
    """``GET``: what a short URL leads to: signing in, where needed, and then the request."""
    identifier = visit.query("id")
    met = begin(visit, identifier)
    if not isinstance(met, Journey):
        return met
    consents, short_url, customer = _checked(visit, identifier, met)
    return _start(visit, consents, short_url, customer, met)


def choose(visit: Visit) -> Response:
    """``POST``: a choice, which waits for its confirmation from now on."""
    identifier = visit.form.text("id")
    journey = _journey(visit, identifier)
    consents, short_url, customer = _checked(visit, identifier, journey)
    try:
        choices = _chosen(visit, consents, short_url, customer, journey)
    except UnreadableChoiceError as error:
        return _start(visit, consents, short_url, customer, journey, wrong=str(error))
    except JourneyRefusedError as refused:
        if refused.reason in STATUS:
            raise
        wrong = refusal_text(refused.reason)
        return _start(visit, consents, short_url, customer, journey, wrong=wrong)
    journey.draft = Draft(secrets.token_urlsafe(16), choices)
    return visit.go(REVIEW, id=identifier)


def review(visit: Visit) -> Response:
    """``GET``: the choice that waits for its confirmation."""
    identifier = visit.query("id")
    journey = _journey(visit, identifier)
    consents, short_url, customer = _checked(visit, identifier, journey)
    if journey.draft is None:
        return visit.go(JOURNEY, id=identifier)
    others = {
        grid_user
        for choice in journey.draft.choices
        if (grid_user := consents.grid_users.of(choice.ean, visit.now)) is not None
        and grid_user.id != customer.id
    }
    return visit.page(
        "review.html",
        "review_title",
        short_url=short_url,
        draft=journey.draft,
        rows=[_row(visit, consents, customer, choice) for choice in journey.draft.choices],
        others=sorted(others, key=lambda each: each.id),
    )


def confirm(visit: Visit) -> Response:
    """``POST``: the choice is confirmed; its ticket does so once, whatever else is sent."""
    identifier, ticket = visit.form.text("id"), visit.form.text("ticket")
    journey = _journey(visit, identifier)
    consents, _, customer = _checked(visit, identifier, journey)
    if ticket in journey.completed:
        raise Stop(409, "refusal_already_confirmed", _done(identifier))
    draft = journey.draft
    if draft is None or not secrets.compare_digest(draft.ticket.encode(), ticket.encode()):
        raise Stop(409, "stop_ticket")
    done = complete(
        consents,
        identifier,
        customer,
        draft.choices,
        confirmation=ticket,
        now=visit.now,
    )
    undetermined = {DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR}
    if not journey.granularity:
        chosen = {each.data_service_type: None for each in draft.choices}
        journey.granularity = tuple(each for each in chosen if each in undetermined)
    journey.draft = None
    journey.completed[ticket] = done
    return visit.go(DONE, id=identifier)


def done(visit: Visit) -> Response:
    """``GET``: what the completed requests of this session came to, and the way back."""
    identifier = visit.query("id")
    journey = _journey(visit, identifier)
    if not journey.completed:
        return visit.go(JOURNEY, id=identifier)
    consents, short_url, _ = _checked(visit, identifier, journey)
    keys = dict.fromkeys(key for each in journey.completed.values() for key in each.mandates)
    held = [mandate for key in keys if (mandate := consents.mandates.get(key)) is not None]
    return visit.page(
        "done.html",
        "done_title",
        short_url=short_url,
        mandates=[(mandate, mandate.status_at(visit.now)) for mandate in held],
        waiting=any(mandate.awaits is not None for mandate in held),
    )


def _journey(visit: Visit, identifier: str) -> Journey:
    """The journey that a page goes on with; refused unless this browser is in it."""
    opened(visit, identifier)
    journey = visit.session.journeys.get(identifier)
    if journey is None:
        raise Stop(403, "stop_not_signed_in", f"{JOURNEY}?id={identifier}")
    return journey


def _checked(
    visit: Visit, identifier: str, journey: Journey
) -> tuple[Consents, ShortUrl, Customer]:
    """The short URL, whose environment's it is, and the customer, who may still use it."""
    consents, short_url = opened(visit, identifier)
    customer = CUSTOMERS[journey.user.customer]
    check_customer(consents, short_url, customer)
    return consents, short_url, customer


def _chosen(
    visit: Visit, consents: Consents, short_url: ShortUrl, customer: Customer, journey: Journey
) -> tuple[Choice, ...]:
    """The choices of the form; refused here already where their confirmation would be."""
    asked = questions(short_url.request, journey.granularity)
    choices = checked_choices(short_url, read_choices(visit.form, asked), visit.now)
    offered = consents.grid_users.choices(customer, visit.now)
    if any(each.ean not in offered for each in choices):
        raise JourneyRefusedError(Refusal.UNKNOWN_EAN, "this metering point is not known here")
    return tuple(choices)


def _start(
    visit: Visit,
    consents: Consents,
    short_url: ShortUrl,
    customer: Customer,
    journey: Journey,
    wrong: str | None = None,
) -> Response:
    """The form; with ``wrong``, filled in as it was and saying what is not right."""
    asked = short_url.request
    both = asked.return_url_success and asked.return_url_failed
    return visit.page(
        "start.html",
        "start_title",
        200 if wrong is None else 400,
        short_url=short_url,
        environment=consents.environment,
        points=[
            (ean, consents.grid_users.of(ean, visit.now) == customer)
            for ean in consents.grid_users.choices(customer, visit.now)
        ],
        questions=questions(asked, journey.granularity),
        form=visit.form,
        wrong=wrong,
        today=visit.now.astimezone(BRUSSELS).date(),
        completed=bool(journey.completed),
        back=asked.return_url_failed if both and not journey.completed else None,
    )


def _row(
    visit: Visit, consents: Consents, customer: Customer, choice: Choice
) -> tuple[Choice, bool]:
    """A choice, and whether the customer is the grid user."""
    return choice, consents.grid_users.of(choice.ean, visit.now) == customer


def _done(identifier: str) -> str:
    return f"{DONE}?id={identifier}"
