"""Asking the store about the customer of a page: in a thread, in one snapshot about that one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote

from kwartier.console.customer.looking import Looked, Point, look_at
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.web.stops import Stop

Answer = TypeVar("Answer")


async def about_customer(visitor: Visitor, ask: Callable[[Store, Looked], Answer]) -> Answer:
    """What ``ask`` makes of a snapshot about the customer in the path; :class:`Stop` (404) if there
    is none of this id.
    """
    visitor.detail = _page(visitor, visitor.request.path_params["customer_id"], "overview")
    return await asyncio.to_thread(ask_now, visitor, ask)


def ask_now(visitor: Visitor, ask: Callable[[Store, Looked], Answer]) -> Answer:
    """The same for who is in a thread already."""
    customer_id = visitor.request.path_params["customer_id"]
    with visitor.context.store.snapshot(about=customer_id) as moment:
        looked = look_at(moment, customer_id)
        if looked is None:
            raise Stop(404, "stop_missing", what="customer", name=customer_id)
        return ask(moment, looked)


async def about_point(visitor: Visitor, ask: Callable[[Store, Looked, Point], Answer]) -> Answer:
    """The same about one of its metering points, which is in the path too."""
    name = visitor.request.path_params["metering_point"]

    def answer(store: Store, looked: Looked) -> Answer:
        point = looked.point(name)
        if point is None:
            whose = f"{name} of customer {looked.customer.customer_id}"
            raise Stop(404, "stop_missing", what="metering point", name=whose)
        return ask(store, looked, point)

    found = await about_customer(visitor, answer)
    visitor.detail = f"{name} {_page(visitor, name, 'coverage')}"
    return found


def chosen_flow(visitor: Visitor, point: Point) -> tuple[str, Granularity]:
    """The energy type and the slices that the query asks for: the finest, unless it says."""
    energy_type = visitor.query("energy") or point.energy_types[0]
    if energy_type not in point.energy_types:
        raise InputError("energy", "is none that this metering point has", f"got {energy_type!r}")
    text = visitor.query("slices")
    if not text:
        return energy_type, point.finest(energy_type)
    if text not in {str(one) for one in point.granularities}:
        raise InputError("slices", "must be what a mandate opens", f"got {text!r}")
    return energy_type, Granularity(text)


def _page(visitor: Visitor, about: str, first: str) -> str:
    """The last part of the path: which page of ``about`` it is, unless it is the ``first``."""
    path = visitor.request.url.path.rstrip("/")
    return first if unquote(path).endswith(f"/{about}") else path.rpartition("/")[2]
