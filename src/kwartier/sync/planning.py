"""The plan of a whole sync, a page of metering points at a time, as it is carried out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.registry import observe
from kwartier.retention import People, RetentionPolicy, fetchable
from kwartier.store.port import Store
from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.planner import history, plan
from kwartier.sync.policy import FetchPolicy, RunPolicy
from kwartier.sync.retention import Review, review
from kwartier.sync.source import Source
from kwartier.vocabulary.fetch import Fetch
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import PROVIDERS

_POINT = attrgetter("metering_point")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """How to plan: what may be asked, when values are due, and what the operator wants."""

    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)
    focus: Focus = EVERYTHING
    page: int = RunPolicy().page

    def choose(self, mandates: Sequence[Mandate], now: datetime, *, provider: str) -> list[Mandate]:
        """The approved mandates that are meant, which are all of ``provider``, by metering point.

        Raises :class:`InputError` if the operator's wish cannot be fulfilled.
        """
        self.focus.check(mandates, history(now, self.fetch, PROVIDERS[provider]))
        return sorted(self.focus.of(mandates), key=_POINT)

    def without_news(self, points: frozenset[str], now: datetime) -> Planning:
        """The same for ``points`` alone, and for nothing that comes by insert time."""
        return replace(self, focus=replace(self.focus, points=points, end=self.focus.end or now))

    async def by_point(
        self, store: Store, mandates: Sequence[Mandate], now: datetime
    ) -> AsyncIterator[tuple[str, list[Fetch]]]:
        """What is due of each metering point of the chosen ``mandates``, possibly nothing."""
        points = [(point, list(some)) for point, some in groupby(mandates, _POINT)]
        for first in range(0, len(points), self.page):
            page = dict(points[first : first + self.page])
            asked = await asyncio.to_thread(store.asked, list(page))
            some = [mandate for group in page.values() for mandate in group]
            fetches = plan(some, asked, now, self.fetch, arrival=self.arrival, focus=self.focus)
            for point, group in groupby(fetches, _POINT):
                del page[point]
                yield point, list(group)
            for point in page:
                yield point, []


@dataclass(frozen=True, slots=True)
class Intended:
    """What a sync would ask for, and what it would erase before or hold back."""

    fetches: Sequence[Fetch]
    retention: Review


async def plan_only(
    store: Store, source: Source, planning: Planning, policy: RetentionPolicy
) -> Intended:
    """What a sync would do now. Lists the provider's mandates, and changes nothing."""
    listing = await source.mandates()
    now = listing.stated_at
    known = observe(store.mandates(), listing, provider=source.provider).mandates
    people = People(store.decisions())
    mandates = planning.choose(fetchable(known, people), now, provider=source.provider)
    seen = await asyncio.to_thread(review, store, now=now, policy=policy, listed=known)
    fetches = [
        fetch async for _, fetches in planning.by_point(store, mandates, now) for fetch in fetches
    ]
    return Intended(fetches, seen)
