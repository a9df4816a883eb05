"""Telling whoever is to be told what the ledger holds and they do not know yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from kwartier.events.event_file import append_events, sink_of
from kwartier.events.message import Event, events_of
from kwartier.events.outbox import Deliveries, DeliveryPolicy, deliver
from kwartier.events.webhook import Webhook
from kwartier.registry.holders import customers_by_reference
from kwartier.store import Store


def real_time() -> datetime:
    """Receivers live on the wall clock, whatever an emulated one says."""
    return datetime.now(UTC)


async def tell(
    store: Store,
    *,
    file: str | None,
    webhook: Webhook | None,
    now: Callable[[], datetime] = real_time,
    policy: DeliveryPolicy | None = None,
) -> Deliveries:
    """Tell ``file`` (``-``: standard output) and ``webhook`` of all changes that they have not
    taken; returns how the webhook took them. What was not taken is told by a later call.
    """
    sinks = [sink_of(file)] if file is not None else []
    sinks += [webhook.sink] if webhook is not None else []
    if not sinks or not await asyncio.to_thread(_is_anything_outstanding, store, sinks):
        return Deliveries()
    events = await asyncio.to_thread(_all_events, store)
    taken = 0
    if file is not None:
        taken = await asyncio.to_thread(append_events, store, events, file, now=now())
    if webhook is None:
        return Deliveries(taken=taken)
    done = await deliver(store, events, webhook, now=now, policy=policy)
    return Deliveries(taken=taken + done.taken, left=done.left, error=done.error)


def _is_anything_outstanding(store: Store, sinks: list[str]) -> bool:
    return any(store.outstanding(sink) for sink in sinks)


def _all_events(store: Store) -> list[Event]:
    by_reference = customers_by_reference(store.customers(), store.references())
    return list(events_of(store.ledger(), by_reference))
