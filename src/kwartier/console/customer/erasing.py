"""Erasing a customer's data on request, in two steps: what would go, then a reason and a yes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.customer.asking import about_customer, ask_now
from kwartier.console.customer.looking import Looked
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.registry import Customer
from kwartier.retention import DetailKind
from kwartier.store import Store
from kwartier.sync import Enforced
from kwartier.sync.erasure import Erasure, decision_time
from kwartier.sync.retention import Going
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_start
from kwartier.web.stops import Stop

FIRST, LAST, WHY, TYPED, SEEN = "from", "to", "why", "typed", "seen"
_ONLY_ASKED: Final = "to be asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would go; ``seen`` stands for exactly that. ``first`` and ``last`` are the days that the
    page was asked for, as they were typed.
    """

    customer: Customer
    going: Going
    seen: str
    mandates: int
    first: str
    last: str

    @property
    def tells_of_customer(self) -> bool:
        """Whether label, enterprise number and contact go too."""
        return any(one.kind is DetailKind.CUSTOMER for one in self.going.details)

    @property
    def addresses(self) -> int:
        """How many delivery addresses go."""
        return sum(one.kind is DetailKind.ADDRESS for one in self.going.details)


async def ask_to_erase(_: Request, visitor: Visitor) -> Response:
    """What would go, and the form that lets it."""
    first, last = visitor.query(FIRST), visitor.query(LAST)

    def read(store: Store, looked: Looked) -> Preview:
        return _preview(store, looked.customer, visitor, first, last)

    found = await about_customer(visitor, read)
    title = f"Erase the data of {found.customer.label or found.customer.customer_id}"
    return visitor.page("customer/erase.html", title=title, found=found)


async def erase(_: Request, visitor: Visitor) -> Response:
    """Erase what was shown, if it still is what would go."""
    form, customer_id = visitor.form, visitor.request.path_params["customer_id"]
    first, last = form.text(FIRST), form.text(LAST)
    if form.text(TYPED) != customer_id:
        raise InputError("customer id", "must be typed as it is", "nothing was erased")
    if not form.text(WHY):
        raise InputError("reason", "must not be empty", "it is kept with the decision")

    def read(store: Store, looked: Looked) -> Preview:
        return _preview(store, looked.customer, visitor, first, last)

    def carry_out() -> tuple[Preview, Enforced]:
        with visitor.context.store.deciding():
            found = ask_now(visitor, read)
            if found.seen != form.text(SEEN):
                raise Stop(409, "stop_changed")
            return found, _carry_out(visitor, customer_id, first, last)

    found, done = await asyncio.to_thread(carry_out)
    visitor.detail = f"erased on request: {form.text(WHY)}"
    return visitor.page(
        "customer/erased.html",
        title="Erased",
        done=done,
        customer_id=customer_id,
        mandates=found.mandates,
    )


def _carry_out(visitor: Visitor, customer_id: str, first: str, last: str) -> Enforced:
    store = visitor.context.store
    now = decision_time(store, visitor.now)
    asked = _asked(store, customer_id, visitor, first, last, now, why=visitor.form.text(WHY))
    return asked.carry_out(store, now)


def _preview(store: Store, customer: Customer, visitor: Visitor, first: str, last: str) -> Preview:
    now = decision_time(store, visitor.now)
    asked = _asked(store, customer.customer_id, visitor, first, last, now, why=_ONLY_ASKED)
    going = asked.preview(store, now)
    return Preview(
        customer=customer,
        going=going,
        seen=going.fingerprint,
        mandates=len(asked.decisions),
        first=first,
        last=last,
    )


def _asked(
    store: Store,
    customer_id: str,
    visitor: Visitor,
    first: str,
    last: str,
    now: datetime,
    *,
    why: str,
) -> Erasure:
    start, end = _midnight(first, FIRST), _midnight(last, LAST)
    if start and end and start >= end:
        raise InputError(LAST, "must be later than the first day", f"got {last!r}")
    who = visitor.signed_in.name
    return Erasure.asked(
        store,
        customer_id,
        start=start,
        end=end,
        now=now,
        who=who,
        why=why,
        office=visitor.context.office,
    )


def _midnight(text: str, field: str) -> datetime | None:
    """When a local day begins; None where none was typed."""
    if not text:
        return None
    try:
        return day_start(date.fromisoformat(text), ELECTRICITY)
    except (ValueError, OverflowError) as error:
        raise InputError(field, "must be a date such as 2026-01-31", f"got {text!r}") from error
