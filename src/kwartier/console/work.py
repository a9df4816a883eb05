"""The work list: what keeps the runs from their work, and the customers that need somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.customers import Filter
from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor
from kwartier.funnel import Need
from kwartier.funnel.work import FIRST, Work, work_list

_HEADINGS: Final = {
    Need.HOLD: "Waiting for a decision",
    Need.RENEWAL: "To be renewed",
    Need.STUCK: "Stuck",
    Need.GAPS: "Values missing",
}
_SAYS: Final = {
    Need.HOLD: "Data of a consent that ended, or could not be told apart, is held back: the "
    "privacy officer keeps it or has it erased.",
    Need.RENEWAL: "The consent runs out: send the customer the link of the invitation, which "
    "renews it.",
    Need.STUCK: "Nothing has moved for longer than it should: the customer's page says why.",
    Need.GAPS: "Values that are due are missing. They are asked for again by themselves; the "
    "customer's page says which, and why.",
}


async def show_work(_: Request, visitor: Visitor) -> Response:
    """The first few of everything, with a way to the rest."""
    work = await asyncio.to_thread(_work, visitor)
    named = {one.customer_id for some in work.customers.values() for one in some}
    await visitor.note_list("work list", len(named))
    sections = [_section(need, work) for need in FIRST]
    return visitor.page("work.html", title="Work list", work=work, sections=sections)


def _work(visitor: Visitor) -> Work:
    """What alerts of certificates and of what waits would be told is judged here and now: it is
    shown where nobody sends alerts, too.
    """
    context = visitor.context
    seen = context.lookout.judge(visitor.now, visitor.at)
    return work_list(context.board, context.office, judged=seen.alerts, topics=seen.topics)


def _section(need: Need, work: Work) -> dict[str, Any]:
    return {
        "need": need,
        "heading": _HEADINGS[need],
        "says": _SAYS[need],
        "total": work.totals[need],
        "rows": work.customers[need],
        "all": Filter(need=need.value, order=work.orders[need].value).address(),
    }


ROUTES: Final[Sequence[Declared]] = (page("/work", show_work),)
