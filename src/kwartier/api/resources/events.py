"""Changes of mandates, to be asked for again and again: the same as webhooks tell."""

from __future__ import annotations

import asyncio
from typing import Final

from kwartier.api.calls import Answer, Call, Operation, Told
from kwartier.api.messages.events import EventPage
from kwartier.api.parameters import number, text
from kwartier.api.scopes import Scope
from kwartier.api.versions import Version, store_version
from kwartier.events import events_of

_AFTER: Final = number(
    "after", "the `next` of the page before; 0 is the beginning", least=0, most=2**31 - 1, default=0
)
_LIMIT: Final = number("limit", "how many at most", least=1, most=1_000, default=100)
_WAIT: Final = number(
    "wait",
    "if there is nothing after it yet, wait for so many seconds at most until there is",
    least=0,
    most=30,
    default=0,
)
_OF: Final = text("customer_id", "only those of a customer", longest=100)
_LOOK_EVERY: Final = 0.5


async def _wait(call: Call) -> None:
    """Until there is an event, or the time is up; the store is opened only once it changed."""
    loop = asyncio.get_running_loop()
    until = loop.time() + call.given["wait"]
    seen: Version | None = None
    while loop.time() < until:
        version = store_version(call.context.store_path)
        if version != seen:
            seen = version
            if await asyncio.to_thread(_is_any, call):
                return
        await asyncio.sleep(min(_LOOK_EVERY, max(0.0, until - loop.time())))


def _is_any(call: Call) -> bool:
    return bool(call.context.store.ledger(after=call.given["after"], limit=1))


def _events(call: Call) -> Answer:
    """The state after an entry follows from all the entries of its mandate up to it."""
    after, wanted = call.given["after"], call.given["customer_id"]
    with call.context.store.snapshot() as moment:
        entries = moment.ledger(after=after, limit=call.given["limit"])
        ids = {entry.entry_id for entry in entries}
        concerned = moment.ledger(mandates={entry.change.mandate_id for entry in entries})
        customers = call.standings.by_reference(moment) if entries else {}
    told = [event for event in events_of(concerned, customers) if event.entry.entry_id in ids]
    items = [event.content for event in told if wanted in (None, event.customer_id)]
    call.looked(wanted, "events")
    following = entries[-1].entry_id if entries else after
    return Told(value={"items": items, "next": following})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/events",
        name="listEvents",
        summary="Changes of mandates, in order",
        tag="Events",
        scope=Scope.EVENTS_READ,
        handle=_events,
        waits=_wait,
        answers=EventPage,
        about="Each event as webhooks tell it. Keep `next` and ask with it as `after`: no event "
        "is missed, none comes twice. With `customer_id` a page may be empty and yet not the last.",
        parameters=(_AFTER, _LIMIT, _WAIT, _OF),
    ),
)
