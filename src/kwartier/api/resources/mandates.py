"""Mandates and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kwartier.api.calls import PAGE, Answer, Call, Mark, Operation, Told
from kwartier.api.messages.events import MandateHistory
from kwartier.api.messages.mandates import MandatePage, mandate_details
from kwartier.api.parameters import choice, number, text
from kwartier.api.problems import unknown
from kwartier.api.resources.shared import CUSTOMER, check_customer
from kwartier.api.scopes import Scope
from kwartier.events import events_of
from kwartier.registry import KnownMandate
from kwartier.store.port import Store
from kwartier.vocabulary.provider import PROVIDERS

_MANDATE: Final = number(
    "mandate_id",
    "our own number of it",
    least=1,
    most=2**31 - 1,
    default=None,
    where="path",
    example=1,
)
_STATUS: Final = text("status", "Requested, Approved, Rejected, Finished, ...", longest=40)
_PROVIDER: Final = choice("provider", "who gave it", sorted(PROVIDERS))
_AT_ONCE: Final = 2_000


def _list(call: Call) -> Answer:
    given, store = call.given, call.context.store
    key = call.cursor_key(int)
    with store.snapshot() as moment:
        found: list[KnownMandate] = []
        for one in _after(moment, key[0] if key else 0):
            if _fits(one, given["status"], given["provider"]):
                found.append(one)
                if len(found) > given["limit"]:
                    break
        customers = call.standings.by_reference(moment)
    call.looked(None, "mandates")
    page = found[: given["limit"]]
    items = []
    for one in page:
        customer = customers.get(one.mandate.reference_number)
        items.append(mandate_details(one, customer.customer_id if customer else None))
    return call.page(items, [page[-1].mandate_id] if len(found) > len(page) else None)


def _after(moment: Store, after: int) -> Iterator[KnownMandate]:
    while some := moment.mandates(after=after, limit=_AT_ONCE):
        yield from some
        after = some[-1].mandate_id


def _fits(one: KnownMandate, status: str | None, provider: str | None) -> bool:
    mandate = one.mandate
    return status in (None, mandate.status) and provider in (None, mandate.provider)


def _of_customer(call: Call) -> Answer:
    customer_id, given = call.given["customer_id"], call.given
    key = call.cursor_key(int)
    with call.standings.of_customer(customer_id) as standing:
        check_customer(standing, customer_id)
        call.looked(customer_id, "mandates")
        found = [
            one
            for one in standing.facts.mandates_of(customer_id)
            if one.mandate_id > (key[0] if key else 0)
            and _fits(one, given["status"], given["provider"])
        ]
    page = found[: given["limit"]]
    items = [mandate_details(one, customer_id) for one in page]
    return call.page(items, [page[-1].mandate_id] if len(found) > len(page) else None)


def _history(call: Call) -> Answer:
    number_ = call.given["mandate_id"]
    with call.context.store.snapshot() as moment:
        entries = moment.ledger(mandates=[number_])
        customers = call.standings.by_reference(moment)
    if not entries:
        raise unknown(f"There is no mandate {number_}.")
    events = list(events_of(entries, customers))
    call.looked(events[-1].customer_id, "the history of a mandate")
    return Told(value={"items": [event.content for event in events]})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/mandates",
        name="listMandates",
        summary="All mandates",
        tag="Mandates",
        scope=Scope.MANDATES_READ,
        handle=_list,
        answers=MandatePage,
        parameters=(_STATUS, _PROVIDER, *PAGE),
        marks=(Mark.STORE,),
    ),
    Operation(
        method="GET",
        path="/mandates/{mandate_id}/history",
        name="getMandateHistory",
        summary="What became of a mandate",
        tag="Mandates",
        scope=Scope.MANDATES_READ,
        handle=_history,
        answers=MandateHistory,
        parameters=(_MANDATE,),
        refuses=(404,),
        marks=(Mark.STORE,),
    ),
    Operation(
        method="GET",
        path="/customers/{customer_id}/mandates",
        name="listCustomerMandates",
        summary="The mandates of a customer",
        tag="Mandates",
        scope=Scope.MANDATES_READ,
        handle=_of_customer,
        answers=MandatePage,
        parameters=(CUSTOMER, _STATUS, _PROVIDER, *PAGE),
        refuses=(404,),
        marks=(Mark.STORE,),
    ),
)
