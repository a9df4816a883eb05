"""A consumer asks, a data owner agrees; what stands is listed, and can be withdrawn."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import Response

from kwartier.emulator.eneco.data_owners import DataOwner, data_owner, data_owners
from kwartier.emulator.fiam.contracts import period_of
from kwartier.emulator.fiam.parties import CONSUMERS
from kwartier.emulator.fiam_portal.periods import bounds, is_for, read_period
from kwartier.emulator.fiam_portal.visit import LONGEST_URL, Visit, ask_address, party
from kwartier.web.stops import Stop
from kwartier.wire.fiam import Contract


def ask(visit: Visit) -> Response:
    """``GET``: who asks for what; to sign in first, or to agree."""
    if not visit.query("consumer"):
        return visit.go(visit.at("mijn"))
    consumer = party(visit.query("consumer"))
    if back := visit.query("returnUrl"):
        visit.session.returns[consumer.id] = _checked(back)
    owner = visit.owner
    if owner is None:
        return _sign_in_page(visit, consumer.id)
    return visit.page(
        "ask.html",
        "ask_title",
        consumer=consumer,
        owner=owner,
        bounds=bounds(visit.now),
        standing=_periods(visit, owner, consumer.id),
        back=visit.session.returns.get(consumer.id),
    )


def agree(visit: Visit) -> Response:
    """``POST``: the data owner consents; to the same period twice changes nothing."""
    owner, consumer = _signed_in(visit), party(visit.form.text("consumer"))
    if visit.form.text("agree") != "yes":
        raise Stop(400, "stop_unsure")
    first, end = read_period(visit.form, bounds(visit.now))
    standing = visit.contracts.active(owner.id, consumer.id, visit.now)
    if standing is None or not is_for(standing, first, end):
        visit.contracts.grant(owner.id, consumer.id, visit.now, start=first, end=end)
    return visit.go(visit.at("gegeven"), consumer=consumer.id)


def given(visit: Visit) -> Response:
    """``GET``: what was agreed to, and the way back to whoever asked."""
    owner, consumer = visit.owner, party(visit.query("consumer"))
    if owner is None:
        return visit.go(ask_address(visit.look.root, consumer.id))
    return visit.page(
        "given.html",
        "given_title",
        consumer=consumer,
        standing=_periods(visit, owner, consumer.id),
        back=visit.session.returns.get(consumer.id),
    )


def mine(visit: Visit) -> Response:
    """``GET``: who has access to the data owner's usages, and who else may ask for it."""
    owner = visit.owner
    if owner is None:
        return _sign_in_page(visit, "")
    contracts = visit.contracts.of_owner(owner.id, visit.now)
    have_access = {each.service_consumer for each in contracts}
    return visit.page(
        "mine.html",
        "mine_title",
        owner=owner,
        rows=[(each, _name(each), *period_of(each)) for each in contracts],
        others=[
            (each, ask_address(visit.look.root, each.id))
            for each in CONSUMERS.values()
            if each.id not in have_access
        ],
        told="told_withdrawn" if visit.query("gedaan") == "withdrawn" else None,
    )


def withdraw(visit: Visit) -> Response:
    """``POST``: the data owner takes a consent back: the contract is deleted."""
    owner = _signed_in(visit)
    contract = visit.contracts.get(visit.form.text("contract"))
    if contract is None or contract.data_owner != owner.id:
        raise Stop(404, "stop_contract")
    if visit.form.text("sure") != "yes":
        raise Stop(400, "stop_unsure")
    visit.contracts.remove(contract.id)
    return visit.go(visit.at("mijn"), gedaan="withdrawn")


def sign_in(visit: Visit) -> Response:
    """``POST``: one of the ten signs in, and goes on to whoever asked."""
    owner = data_owner(visit.environment, visit.form.text("owner"))
    if owner is None:
        raise Stop(400, "stop_login")
    consumer = visit.form.text("consumer")
    onward = ask_address(visit.look.root, party(consumer).id) if consumer else visit.at("mijn")
    visit.session.owner = owner.id
    visit.sessions.renew(visit.session)
    return visit.go(onward)


def sign_out(visit: Visit) -> Response:
    """``POST``: nobody is signed in any more."""
    visit.session.owner = None
    visit.session.returns.clear()
    visit.sessions.renew(visit.session)
    return visit.go(visit.at("mijn"))


def _sign_in_page(visit: Visit, consumer: str) -> Response:
    return visit.page(
        "sign_in.html",
        "sign_in_title",
        owners=data_owners(visit.environment),
        consumer=CONSUMERS.get(consumer),
    )


def _signed_in(visit: Visit) -> DataOwner:
    owner = visit.owner
    if owner is None:
        raise Stop(403, "stop_not_signed_in", visit.at("mijn"))
    return owner


def _periods(visit: Visit, owner: DataOwner, consumer: str) -> list[tuple[object, object]]:
    """Those of the consumer's contracts that have not ended."""
    contracts = visit.contracts.of_owner(owner.id, visit.now)
    return [period_of(each) for each in contracts if each.service_consumer == consumer]


def _name(contract: Contract) -> str:
    """The consumer's, if FIAM knows it; else its identifier."""
    consumer = CONSUMERS.get(contract.service_consumer)
    return contract.service_consumer if consumer is None else consumer.name


def _checked(url: str) -> str:
    """An address on the web, to which a link may lead."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Stop(400, "stop_return", "") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url) > LONGEST_URL:
        raise Stop(400, "stop_return", "")
    return url
