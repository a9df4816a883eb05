"""Eneco as a source of mandates and measurements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from kwartier.eneco import (
    AsyncEnecoClient,
    AuthenticationError,
    BackPaging,
    DecodeError,
    EnecoAPIError,
    ForbiddenError,
    NotFoundError,
    Timestamps,
)
from kwartier.eneco.assemble import as_table
from kwartier.eneco.pages import Amounts, Bounds, Page, hours_of, read_bounds, read_page
from kwartier.measurements import Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.registry import DeliveryAddress, Listing
from kwartier.settings import configured_clock
from kwartier.sync.addresses import to_address
from kwartier.sync.clocks import check_not_ahead
from kwartier.sync.contracts import list_of_contracts, list_of_data_owners
from kwartier.sync.source import Answer, Refusals
from kwartier.vocabulary.fetch import Fetch, Outcome
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.provider import ENECO

_BY_DEFAULT: Final = Timestamps()


_REFUSALS: Final = Refusals(
    not_found=NotFoundError,
    forbidden=ForbiddenError,
    unauthenticated=AuthenticationError,
    failures=(EnecoAPIError, DecodeError),
)


class EnecoSource:
    """The sync's view of an Eneco client.

    ``consumer`` is our party identifier: only contracts about us open data (None: whatever is
    listed is about us). ``data_owners`` tells who shares, each with since when: these stand
    for contracts, and KPN FIAM is not asked; ``clock`` then tells the time of the list. With
    ``machine_clock``, a reply whose time is more than a day ahead of it ends the sync.
    """

    provider = ENECO

    def __init__(
        self,
        client: AsyncEnecoClient,
        *,
        consumer: str | None = None,
        data_owners: Callable[[], Sequence[tuple[str, datetime]]] | None = None,
        timestamps: Timestamps = _BY_DEFAULT,
        clock: Callable[[], datetime] = configured_clock,
        machine_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._client, self._consumer, self._data_owners = client, consumer, data_owners
        self._timestamps, self._clock, self._machine_clock = timestamps, clock, machine_clock

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        references = None if reference_number is None else frozenset({reference_number})
        if self._data_owners is not None:
            owners = await asyncio.to_thread(self._data_owners)
            return list_of_data_owners(owners, self._clock(), references)
        listed = await self._client.list_contracts()
        self._check_clock(listed.fetched_at)
        return list_of_contracts(listed, self._consumer, references)

    async def updated_mandates(self, since: datetime) -> Listing | None:  # noqa: ARG002 - as all
        """KPN FIAM does not say which contracts are new."""
        return None

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:
        """Where a data owner's heat is delivered to; None if Eneco does not know."""
        try:
            return to_address(await self._client.get_metadata(metering_point))
        except NotFoundError:
            return None

    async def request(self, fetch: Fetch) -> Answer:
        """The pages of the window, the newest first, as the first of them was answered."""
        paging = BackPaging(fetch.window, now=fetch.planned_at)
        bodies: list[bytes] = []
        fetched_at, end = None, paging.first
        while True:
            reply = await self._client.fetch_usages(fetch.metering_point, end)
            self._check_clock(reply.fetched_at)
            bodies.append(reply.body)
            fetched_at = min(fetched_at or reply.fetched_at, reply.fetched_at)
            page = read_bounds(reply.body, self._timestamps)
            end = paging.following(_start(page, fetch), page.channels)
            if end is None:
                return Answer(tuple(bodies), fetched_at)

    def _check_clock(self, provider_time: datetime) -> None:
        if self._machine_clock is not None:
            check_not_ahead(provider_time, self._machine_clock())

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        """All pages as one answer; what of a page lies outside the window, or was on a newer page
        already, is left out.
        """
        pages = [read_page(body, self._timestamps) for body in answer.bodies]
        unread, unsaid = _not_reached(fetch, [page.bounds for page in pages])
        table = as_table(
            list(_apart(fetch.window, pages)),
            metering_point=fetch.metering_point,
            fetched_at=answer.fetched_at,
        )
        undecoded = [part for page in pages for part in page.undecoded]
        return Fetched(
            fetch=fetch,
            fetched_at=answer.fetched_at,
            outcome=Outcome.OK,
            table=table,
            undecoded=(*(one for one in undecoded if _concerns(fetch.window, one)), *unread),
            unsaid=unsaid,
        )

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        return _REFUSALS.fetched(fetch, error, at)


def _start(page: Bounds, fetch: Fetch) -> datetime:
    """Where the page begins; of one without channels it does not matter."""
    if page.start is not None:
        return page.start
    if not page.channels:
        return fetch.window.start
    raise DecodeError(
        "the reply does not say where it begins (startDate), so the page before it cannot be "
        "asked for"
    )


def _not_reached(
    fetch: Fetch, pages: Sequence[Bounds]
) -> tuple[list[Undecoded], tuple[Interval, ...]]:
    """What of the window could not be read since paging went back no further, and what of it
    nothing is available of: that takes no value away that was there once.
    """
    *newer, last = pages
    reached = min([fetch.window.end, *(_start(page, fetch) for page in newer)])
    if last.channels:
        reached = min(reached, _start(last, fetch))
    if reached <= fetch.window.start:
        return [], ()
    left = Interval(fetch.window.start, reached)
    if not last.channels:
        return [], (left,)
    why = "the reply goes back no further than the one before it, so nothing before was read"
    return [Undecoded(path="$.startDate", why=why, interval=left)], ()


def _apart(window: Interval, pages: Sequence[Page]) -> Iterator[Amounts]:
    """Each page's hours that touch the window and are older than those of the pages before it."""
    until = window.end
    for page in pages:
        amounts = page.between(window.start, until)
        yield amounts
        until = min(hours_of([amounts]), default=until)


def _concerns(window: Interval, part: Undecoded) -> bool:
    return part.interval is None or part.interval.overlaps(window)
