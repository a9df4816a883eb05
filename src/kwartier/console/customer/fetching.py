"""Asking the provider again about a metering point, where the service runs in this process."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.customer.asking import about_point
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.visitor import Visitor
from kwartier.store import Store
from kwartier.web.stops import Stop


async def ask_again(_: Request, visitor: Visitor) -> Response:
    """Have the service fetch the metering point before long."""

    def read(_: Store, looked: Looked, point: Point) -> tuple[Looked, Point]:
        return looked, point

    looked, point = await about_point(visitor, read)
    ask_soon = visitor.context.ask_soon
    if ask_soon is None:
        raise Stop(409, "No service runs with this console: the page has the command to type.")
    if not point.stands:
        raise Stop(409, "No mandate on it stands any more: nothing of it can be fetched.")
    if not ask_soon(point.provider, [point.metering_point]):
        raise Stop(409, f"The service does not fetch from {point.provider.capitalize()}.")
    visitor.detail = point.metering_point
    return visitor.page(
        "customer/asked.html",
        title=f"Asked again: {point.metering_point}",
        customer=looked.customer,
        point=point,
    )
