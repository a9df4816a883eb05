"""Polling mandates: what was updated since the last list, and all of them from time to time.

A list of updates cannot be matched by itself: mandates carry no id, so which known one an update
is about shows only beside all others under its reference number. The updates therefore say which
reference numbers to ask about, and what is recorded is a list of all there is under those. A
provider that has no list of updates is asked for all.
"""

from __future__ import annotations

import asyncio

from kwartier.registry import KnownMandate, Listed, Listing
from kwartier.store.port import Store
from kwartier.sync.clocks import check_not_behind
from kwartier.sync.policy import PollPolicy
from kwartier.sync.source import Source


async def poll_mandates(
    store: Store,
    source: Source,
    policy: PollPolicy | None = None,
    turn: asyncio.Lock | None = None,
) -> tuple[list[KnownMandate], Listing]:
    """Bring the mandates in ``store`` up to date; ``policy`` None: list them all.

    Returns all mandates of the provider as now known, and the list that was recorded, whose time
    is the provider's now. Raises the provider's errors, and :class:`ClockError` if that now lies
    before what the store holds; then nothing is recorded. ``turn`` is held while it records.
    """
    listed = await asyncio.to_thread(store.listed, source.provider)
    updated = None if policy is None else await _since_last(source, listed, policy)
    listing = await source.mandates() if updated is None else updated
    synced_at = await asyncio.to_thread(store.synced_at, source.provider)
    check_not_behind(listing.stated_at, synced_at)
    async with turn or asyncio.Lock():
        known = await asyncio.to_thread(store.record_mandates, listing, provider=source.provider)
    return known, listing


async def _since_last(source: Source, listed: Listed, policy: PollPolicy) -> Listing | None:
    """All there is under the reference numbers of what was updated; None: list them all."""
    if listed.latest is None or listed.whole is None:
        return None
    updates = await source.updated_mandates(listed.latest - policy.overlap)
    if updates is None:
        return None
    references = frozenset(mandate.reference_number for mandate in updates.mandates)
    if (
        updates.undecoded
        or "" in references
        or len(references) > policy.most_references
        or updates.stated_at < listed.latest
        or updates.stated_at - listed.whole >= policy.whole_every
    ):
        return None
    parts = [await source.mandates(reference_number=number) for number in sorted(references)]
    return Listing(
        [mandate for part in parts for mandate in part.mandates],
        max([updates.stated_at, *(part.stated_at for part in parts)]),
        tuple(undecoded for part in parts for undecoded in part.undecoded),
        references,
    )
