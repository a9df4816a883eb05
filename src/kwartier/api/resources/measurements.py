"""Values and what changed of them: of a customer, or of a metering point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

import pyarrow as pa

from kwartier.api.calls import PAGE, Answer, Call, Mark, Operation
from kwartier.api.cursors import instant_of
from kwartier.api.parameters import Parameter, instant
from kwartier.api.problems import unknown
from kwartier.api.resources.shared import (
    AS_OF,
    CUSTOMER,
    DIRECTION,
    ENERGY,
    FROM,
    GRANULARITY,
    OF_POINT,
    POINT,
    REGISTER,
    TO,
    check_customer,
    check_order,
)
from kwartier.api.scopes import Scope
from kwartier.api.standing import Standing
from kwartier.api.values import (
    ORDER,
    REVISIONS_ORDER,
    REVISIONS_SCHEMA,
    Wanted,
    changes_of,
    in_order,
    values_of,
    windows,
)
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.rights.whose import Claim
from kwartier.vocabulary.granularity import Granularity

_FILTERS: Final = (FROM, TO, GRANULARITY, ENERGY, DIRECTION, REGISTER)
_SINCE: Final = instant("since", "what changed from this moment on")


def whose(call: Call) -> AbstractContextManager[Standing]:
    """The standing of the customer or the metering point in the call's path."""
    given = call.given
    if "customer_id" in given.values:
        return call.standings.of_customer(given["customer_id"])
    return call.standings.of_point(given["metering_point"])


def chosen(call: Call, standing: Standing, what: str) -> dict[str, list[Claim]]:
    """The metering points that are asked for, each with the claims by which it may be told of; the
    access log is told, too. Problem where there is no such customer or metering point.
    """
    given = call.given
    if "customer_id" not in given.values:
        point = given["metering_point"]
        if standing.facts.is_of_nothing:
            raise unknown("There is no such metering point.")
        claims = standing.facts.whose.at(point)
        for customer_id in sorted({one.customer_id or "" for one in claims}) or [""]:
            call.looked(customer_id or None, what)
        return {point: claims}
    customer_id = given["customer_id"]
    check_customer(standing, customer_id)
    call.looked(customer_id, what)
    found: dict[str, list[Claim]] = {}
    for claim in standing.facts.claims_of(customer_id):
        if given["metering_point"] in (None, claim.metering_point):
            found.setdefault(claim.metering_point, []).append(claim)
    return found


def _wanted(call: Call, claims: dict[str, list[Claim]], **more: Any) -> Wanted:
    given = call.given
    granularity = given["granularity"]
    is_customers = "customer_id" in given.values
    return Wanted(
        points=tuple(claims),
        claims=[one for some in claims.values() for one in some] if is_customers else None,
        granularity=None if granularity is None else Granularity(granularity),
        energy_type=given["energy_type"],
        direction=given["direction"],
        register=given["register"],
        start=given["from"],
        end=given["to"],
        **more,
    )


def _measurements(call: Call) -> Answer:
    check_order(call.given)
    with whose(call) as standing:
        wanted = _wanted(call, chosen(call, standing, "measurements"), as_of=call.given["as_of"])
        is_page = call.media_type == "application/json"

        def tables(after: Sequence[Any] | None) -> Iterator[pa.Table]:
            begin = instant_of(after[0]) if after else None
            parts = windows(standing, wanted, after=begin, grows=is_page)
            return values_of(standing, wanted, parts)

        return call.table("measurements", MEASUREMENTS_SCHEMA, ORDER, tables)


def _revisions(call: Call) -> Answer:
    check_order(call.given)
    with whose(call) as standing:
        wanted = _wanted(call, chosen(call, standing, "revisions"))

        def tables(_: Sequence[Any] | None) -> Iterator[pa.Table]:
            if wanted.points:
                changes = changes_of(standing, wanted, call.given["since"])
                yield in_order(changes, REVISIONS_ORDER)

        return call.table("revisions", REVISIONS_SCHEMA, REVISIONS_ORDER, tables)


def table_of_both(
    what: str,
    schema: str,
    summary: str,
    about: str,
    handle: Callable[[Call], Answer],
    parameters: tuple[Parameter, ...],
) -> tuple[Operation, Operation]:
    """The same table of a customer and of a metering point."""

    def one(path: str, name: str, *of: Parameter) -> Operation:
        return Operation(
            method="GET",
            path=f"{path}/{what}",
            name=name,
            summary=summary,
            tag="Measurements",
            scope=Scope.MEASUREMENTS_READ,
            handle=handle,
            answers=schema,
            about=about,
            parameters=(*of, *parameters, *PAGE),
            refuses=(404,),
            marks=(Mark.STORE,),
        )

    title = what.title()
    return (
        one("/customers/{customer_id}", f"getCustomer{title}", CUSTOMER, OF_POINT),
        one("/metering-points/{metering_point}", f"getMeteringPoint{title}", POINT),
    )


OPERATIONS: Final = (
    *table_of_both(
        "measurements",
        "Measurement",
        "Values, in order of their begin",
        "Of a customer: what lies in the periods of its own mandates, so that nothing of another's "
        "time on the same metering point is told. What is on hold is left out. JSON comes page by "
        "page, the other forms whole.",
        _measurements,
        (*_FILTERS, AS_OF),
    ),
    *table_of_both(
        "revisions",
        "Revision",
        "What changed of values that were known",
        "Each superseded value beside what took its place, in the order in which that happened.",
        _revisions,
        (*_FILTERS, _SINCE),
    ),
)
