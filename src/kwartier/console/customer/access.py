"""Who looked at a customer's data."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.visitor import Visitor
from kwartier.office.access_log import accesses

A_PAGE: Final = 100


async def show_access(request: Request, visitor: Visitor) -> Response:
    """The customer's part of the access log, the newest first. It outlives the customer."""
    customer_id = request.path_params["customer_id"]
    before = visitor.query("before")
    visitor.detail = "who looked"
    found = await asyncio.to_thread(
        accesses,
        visitor.context.office,
        customer_id=customer_id,
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
        limit=A_PAGE + 1,
    )
    return visitor.page(
        "customer/access.html",
        title=f"Who looked at {customer_id}",
        customer_id=customer_id,
        entries=found[:A_PAGE],
        has_more=len(found) > A_PAGE,
    )
