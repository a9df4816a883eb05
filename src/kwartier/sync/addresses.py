"""Fetching the delivery addresses of data owners: once, and again when a contract is new.

Only of data owners that the registry knows: of one whose customer nobody knows there is nobody to
tell, or to erase it for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import msgspec

from kwartier.errors import KwartierError
from kwartier.registry import DataOwner, DeliveryAddress, KnownMandate
from kwartier.retention import People, fetchable
from kwartier.store.port import Store
from kwartier.vocabulary.provider import PROVIDERS
from kwartier.wire.eneco import Metadata

_AT_ONCE: Final = 16


class AddressSource(Protocol):
    """A provider that tells where it delivers to."""

    @property
    def provider(self) -> str: ...

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:
        """The data owner's delivery address, None if there is none; raises the provider's
        errors.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedAddresses:
    """How many addresses were ``asked`` for, and how many of those requests ``failed``: they are
    asked for again by the next sync.
    """

    asked: int = 0
    failed: int = 0


def to_address(told: Metadata) -> DeliveryAddress | None:
    """The address in Eneco's metadata, None if it says nothing."""
    if told.delivery_address is None:
        return None
    address = DeliveryAddress(**msgspec.structs.asdict(told.delivery_address))
    return address if address.is_told else None


def due_addresses(
    owners: Iterable[DataOwner], known: Sequence[KnownMandate], people: People, *, provider: str
) -> list[str]:
    """The data owners with a contract that lets data be fetched, whose address was not asked for
    since the latest of their contracts was first seen.
    """
    fetched = {one.data_owner: one.address_fetched_at for one in owners if one.provider == provider}
    shared = {one.metering_point for one in fetchable(known, people)}
    newest: dict[str, datetime] = {}
    for one in known:
        owner = one.mandate.metering_point
        if owner is not None and owner in fetched and owner in shared:
            newest[owner] = max(one.first_seen_at, newest.get(owner, one.first_seen_at))
    return [
        owner
        for owner, first_seen_at in newest.items()
        if (at := fetched[owner]) is None or at < first_seen_at
    ]


async def fetch_addresses(
    store: Store,
    source: AddressSource,
    known: Sequence[KnownMandate],
    *,
    now: datetime,
    stop: asyncio.Event | None = None,
    turn: asyncio.Lock | None = None,
) -> FetchedAddresses:
    """Ask ``source`` for the addresses that are due by its ``known`` mandates, and keep them.

    Nothing is asked of a provider that does not tell them. ``now`` is the provider's time of the
    list of contracts. A request that fails is counted and
    never raises; setting ``stop`` leaves the rest to the next sync. ``turn`` is held while some are
    kept.
    """
    if not PROVIDERS[source.provider].tells_addresses:
        return FetchedAddresses()
    owners = await asyncio.to_thread(store.data_owners)
    people = People(await asyncio.to_thread(store.decisions))
    due = due_addresses(owners, known, people, provider=source.provider)
    asked = failed = 0
    for some in _parts(due):
        if stop is not None and stop.is_set():
            break
        answers = await asyncio.gather(*(_ask(source, owner) for owner in some))
        told = {
            owner: answer
            for owner, answer in zip(some, answers, strict=True)
            if not isinstance(answer, KwartierError)
        }
        if told:
            async with turn or asyncio.Lock():
                await asyncio.to_thread(
                    store.note_addresses, told, provider=source.provider, fetched_at=now
                )
        asked, failed = asked + len(some), failed + len(some) - len(told)
    return FetchedAddresses(asked=asked, failed=failed)


async def _ask(source: AddressSource, owner: str) -> DeliveryAddress | KwartierError | None:
    try:
        return await source.delivery_address(owner)
    except KwartierError as error:
        return error


def _parts(owners: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(owners), _AT_ONCE):
        yield owners[first : first + _AT_ONCE]
