"""Signing in, as far as a customer must: the persona, the organisation, the terms."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from kwartier.emulator.consents import Consents
from kwartier.emulator.customer_steps import check_customer, open_link
from kwartier.emulator.journeys import JourneyRefusedError, Refusal
from kwartier.emulator.mijn_fluvius.sessions import Journey, Unfinished, User
from kwartier.emulator.mijn_fluvius.sign_on import WayIn, ten_digits, way_in
from kwartier.emulator.mijn_fluvius.visit import JOURNEY, OWN_PAGE, SIGN_IN, Visit, environments
from kwartier.emulator.personas import CUSTOMERS, PORTAL_USERS, PortalUser, customers_of
from kwartier.emulator.short_urls import ShortUrl
from kwartier.web.stops import Stop
from kwartier.wire.fluvius_v3 import Flow


def opened(visit: Visit, identifier: str) -> tuple[Consents, ShortUrl]:
    """The short URL of an identifier and whose environment's it is; refused unless it is open."""
    for consents in environments(visit.world):
        if consents.short_urls.get(identifier) is not None:
            return consents, open_link(consents, identifier, visit.now)
    raise JourneyRefusedError(Refusal.UNKNOWN_LINK, "this link is not known")


def begin(visit: Visit, identifier: str) -> Response | Journey:
    """What a customer meets who follows a short URL: a step of signing in, or the journey."""
    _, short_url = opened(visit, identifier)
    journey = visit.session.journeys.get(identifier)
    if journey is not None:
        return journey
    if identifier in visit.session.unfinished:
        return next_step(visit, identifier)
    user = visit.at_csam
    asked = short_url.request
    acts_for = [] if user is None else customers_of(user, Flow.B2B)
    numbers = {ten_digits(each.enterprise_number or ""): each.id for each in acts_for}
    way = way_in(
        asked,
        at_csam=user is not None,
        is_new=user is not None and visit.is_new(user),
        enterprise_numbers=numbers,
    )
    if user is None or way is WayIn.LOGIN:
        return login_page(visit, identifier)
    customers = _candidates(user, asked.flow)
    if way is not WayIn.CHOICE_OF_ORGANISATION and asked.flow is Flow.B2B:
        customers = (numbers[ten_digits(asked.enterprise_number or "")],)
    visit.session.unfinished[identifier] = Unfinished(
        user.id,
        customers,
        choose=way is WayIn.CHOICE_OF_ORGANISATION,
        terms=way is WayIn.TERMS,
    )
    step = next_step(visit, identifier)
    journey = visit.session.journeys.get(identifier)
    return step if journey is None else journey


def login_page(visit: Visit, identifier: str = "") -> Response:
    """Who signs in, and as what."""
    return visit.page("login.html", "login_title", users=list(PORTAL_USERS.values()), id=identifier)


def organisation_page(visit: Visit, identifier: str) -> Response:
    """For which organisation."""
    customers = [CUSTOMERS[each] for each in visit.session.unfinished[identifier].customers]
    return visit.page("organisation.html", "organisation_title", customers=customers, id=identifier)


def sign_in_page(visit: Visit) -> Response:
    """``GET``: sign in for the own page, or go on with it."""
    return next_step(visit, "") if "" in visit.session.unfinished else login_page(visit)


def sign_in(visit: Visit) -> Response:
    """``POST``: a persona signs in, as a private person or for an organisation."""
    identifier = visit.form.text("id")
    user = PORTAL_USERS.get(visit.form.text("user"))
    flow = {"private": Flow.B2C, "organisation": Flow.B2B}.get(visit.form.text("as"))
    if user is None or flow is None:
        raise Stop(400, "stop_login")
    if identifier and opened(visit, identifier)[1].request.flow is not flow:
        raise Stop(403, f"wrong_flow_{flow.lower()}")
    customers = _candidates(user, flow)
    visit.session.unfinished[identifier] = Unfinished(
        user.id, customers, choose=len(customers) > 1, terms=visit.is_new(user)
    )
    return next_step(visit, identifier)


def choose_organisation(visit: Visit) -> Response:
    """``POST``: the organisation for which somebody signs in."""
    identifier = visit.form.text("id")
    waiting = _waiting(visit, identifier)
    chosen = visit.form.text("customer")
    if chosen not in waiting.customers:
        raise Stop(400, "stop_organisation")
    visit.session.unfinished[identifier] = replace(waiting, customers=(chosen,), choose=False)
    return next_step(visit, identifier)


def accept_terms(visit: Visit) -> Response:
    """``POST``: a new user accepts the terms, and is no longer new."""
    identifier = visit.form.text("id")
    waiting = _waiting(visit, identifier)
    if waiting.choose or visit.form.text("accept") != "yes":
        raise Stop(400, "stop_terms")
    consents = opened(visit, identifier)[0] if identifier else visit.world.live
    consents.accept_terms(waiting.portal_user)
    visit.session.unfinished[identifier] = replace(waiting, terms=False)
    return next_step(visit, identifier)


def sign_out(visit: Visit) -> Response:
    """``POST``: nobody is signed in any more."""
    visit.session.sign_out()
    visit.sessions.renew(visit.session)
    return visit.go(SIGN_IN)


def next_step(visit: Visit, identifier: str) -> Response:
    """The organisation, then the terms, then in: whatever is still to do."""
    waiting = visit.session.unfinished[identifier]
    if waiting.choose:
        return organisation_page(visit, identifier)
    if waiting.terms:
        return visit.page("terms.html", "terms_title", id=identifier)
    del visit.session.unfinished[identifier]
    user = User(waiting.portal_user, waiting.customers[0])
    if identifier:
        check_customer(*opened(visit, identifier), CUSTOMERS[user.customer])
    visit.session.sign_in(user)
    visit.sessions.renew(visit.session)
    if not identifier:
        return visit.go(OWN_PAGE)
    visit.session.begin(identifier, user)
    return visit.go(JOURNEY, id=identifier)


def _candidates(user: PortalUser, flow: Flow) -> tuple[str, ...]:
    """Those for whom a portal user may act; refused when there is nobody."""
    found = tuple(customer.id for customer in customers_of(user, flow))
    if not found:
        raise Stop(403, "nobody_private" if flow is Flow.B2C else "nobody_organisation")
    return found


def _waiting(visit: Visit, identifier: str) -> Unfinished:
    """The sign-in that a form goes on with."""
    waiting = visit.session.unfinished.get(identifier)
    if waiting is None:
        raise Stop(409, "stop_sign_in")
    return waiting
