"""Metering points: whose they are or were, and what there is of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kwartier.api.calls import Answer, Call, Mark, Operation, Told
from kwartier.api.messages.metering_points import (
    MeteringPoint,
    MeteringPointList,
    PointHeld,
    PointHolder,
)
from kwartier.api.problems import unknown
from kwartier.api.resources.shared import CUSTOMER, POINT, check_customer
from kwartier.api.scopes import Scope
from kwartier.api.standing import Standing
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.whose import Claim


def _of_customer(call: Call) -> Answer:
    customer_id = call.given["customer_id"]
    with call.standings.of_customer(customer_id) as standing:
        check_customer(standing, customer_id)
        call.looked(customer_id, "metering points")
        claims = standing.facts.claims_of(customer_id)
        points = dict.fromkeys(claim.metering_point for claim in claims)
        items = [
            _told(standing, point, [one for one in claims if one.metering_point == point])
            for point in points
        ]
    return Told(value=MeteringPointList(items=items))


def _one(call: Call) -> Answer:
    point = call.given["metering_point"]
    with call.standings.of_point(point) as standing:
        if standing.facts.is_of_nothing:
            raise unknown("There is no such metering point.")
        claims = standing.facts.whose.at(point)
        for customer_id in sorted({one.customer_id or "" for one in claims}) or [""]:
            call.looked(customer_id or None, "a metering point")
        told = _told(standing, point, claims)
        told.held = [
            PointHeld(
                provider=one.provider,
                energy_type=one.energy_type,
                granularity=one.granularity,
                start=one.hull.start,
                end=one.hull.end,
            )
            for one in standing.facts.held.get(point, ())
        ]
    return Told(value=told)


def _told(standing: Standing, point: str, claims: list[Claim]) -> MeteringPoint:
    """Of a customer, what is held is told by its own periods: the hull is everybody's."""
    held = [
        PointHeld(
            provider=one.provider,
            energy_type=one.energy_type,
            granularity=one.granularity,
            start=cut.start,
            end=cut.end,
        )
        for one in standing.facts.held.get(point, ())
        for claim in claims
        if one.granularity in claim.granularities
        and (cut := one.hull.intersection(claim.period)) is not None
    ]
    return MeteringPoint(
        metering_point=point,
        holders=[
            PointHolder(
                customer_id=claim.customer_id,
                mandate_id=claim.known.mandate_id,
                stands=claim.stands,
                granularities=sorted(map(str, claim.granularities)),
                start=_open(claim.period.start),
                end=_open(claim.period.end),
            )
            for claim in claims
        ],
        held=held,
    )


def _open(at: datetime) -> datetime | None:
    return None if at in (BEGINNING, END) else at


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/customers/{customer_id}/metering-points",
        name="listCustomerMeteringPoints",
        summary="The metering points of a customer",
        tag="Metering points",
        scope=Scope.MANDATES_READ,
        handle=_of_customer,
        answers=MeteringPointList,
        parameters=(CUSTOMER,),
        refuses=(404,),
        marks=(Mark.STORE,),
    ),
    Operation(
        method="GET",
        path="/metering-points/{metering_point}",
        name="getMeteringPoint",
        summary="Whose a metering point is or was, and what there is of it",
        tag="Metering points",
        scope=Scope.MANDATES_READ,
        handle=_one,
        answers=MeteringPoint,
        parameters=(POINT,),
        refuses=(404,),
        marks=(Mark.STORE,),
    ),
)
