"""Why a customer has no data, and what to do next; how many have none for which cause."""

from __future__ import annotations

from typing import Final

from kwartier.api.calls import Answer, Call, Operation, Told
from kwartier.api.messages.why import CauseCount, CauseCounts, RunTrouble, WhyFinding, WhyFindings
from kwartier.api.problems import Problem
from kwartier.api.resources.shared import CUSTOMER, no_customer
from kwartier.api.scopes import Scope
from kwartier.errors import InputError
from kwartier.funnel.causes import WORDINGS
from kwartier.funnel.trouble import Trouble
from kwartier.funnel.why import why_no_data


def _why(call: Call) -> Answer:
    customer_id, context = call.given["customer_id"], call.context
    try:
        found = why_no_data(
            context.store,
            context.office,
            customer_id,
            now=context.clock(),
            arrival=context.arrival,
        )
    except InputError as error:
        raise no_customer(customer_id) from error
    call.looked(customer_id, "why there is no data")
    items = [
        WhyFinding(
            cause=str(one.cause),
            says=one.says,
            next_step=one.next_step,
            who=str(one.who),
            since=one.since,
            metering_point=one.metering_point,
            energy_type=one.energy_type,
        )
        for one in found
    ]
    return Told(value=WhyFindings(items=items))


def _count(call: Call) -> Answer:
    board = call.context.board
    if board.as_of is None:
        raise Problem(503, "The customers are still being read.", headers={"retry-after": "5"})
    items = [
        CauseCount(
            cause=str(one.cause),
            about=WORDINGS[one.cause].about,
            customers=one.customers,
            first=one.first,
        )
        for one in board.causes()
    ]
    troubles = [_trouble(one) for one in board.troubles()]
    return Told(value=CauseCounts(as_of=board.as_of, troubles=troubles, items=items))


def _trouble(one: Trouble) -> RunTrouble:
    found = one.finding()
    return RunTrouble(
        provider=one.provider,
        cause=str(one.cause),
        since=one.since,
        says=found.says,
        next_step=found.next_step,
    )


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/why",
        name="countCauses",
        summary="How many customers have no data, or not all of it, for which cause",
        tag="Customers",
        scope=Scope.CUSTOMERS_READ,
        handle=_count,
        answers=CauseCounts,
        about="An outage shows at a glance: what ails our runs, since when, and how many customers "
        "it may keep from data. `GET /customers?cause=` lists who has a cause.",
        refuses=(503,),
    ),
    Operation(
        method="GET",
        path="/customers/{customer_id}/why",
        name="getCustomerWhy",
        summary="Why a customer has no data, or not all of it",
        tag="Customers",
        scope=Scope.CUSTOMERS_READ,
        handle=_why,
        answers=WhyFindings,
        about="First what somebody can do something about, each with whose turn it is and what to "
        "do next; one that says so where nothing is wrong.",
        parameters=(CUSTOMER,),
        refuses=(404,),
    ),
)
