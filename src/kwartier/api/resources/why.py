"""Why a customer has no data, and what to do next."""

from __future__ import annotations

from typing import Final

from kwartier.api.calls import Answer, Call, Operation, Told
from kwartier.api.messages import WhyFinding, WhyFindings
from kwartier.api.resources.shared import CUSTOMER, no_customer
from kwartier.api.scopes import Scope
from kwartier.errors import InputError
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


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/customers/{customer_id}/why",
        name="getCustomerWhy",
        summary="Why a customer has no data, or not all of it",
        tag="Customers",
        scope=Scope.CUSTOMERS_READ,
        handle=_why,
        answers=WhyFindings,
        about="The worst cause first, each with whose turn it is and what to do next; one that "
        "says so where nothing is wrong.",
        parameters=(CUSTOMER,),
        refuses=(404,),
    ),
)
