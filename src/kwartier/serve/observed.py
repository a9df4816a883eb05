"""A provider and its retries, counted on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from kwartier.measurements import Fetched
from kwartier.registry import DeliveryAddress, Listing
from kwartier.serve.metrics import Metrics
from kwartier.sync import Answer, Source
from kwartier.transport import Call, Reply, RetryPolicy, TransportError
from kwartier.vocabulary.fetch import Fetch, Outcome


class ObservedSource:
    """A :class:`~kwartier.sync.Source` that tells ``metrics`` of each request.

    ``failed`` collects the metering points of which a request failed that is to be repeated.
    """

    def __init__(self, source: Source, metrics: Metrics) -> None:
        self._source, self._metrics = source, metrics
        self.failed: set[str] = set()
        self.answered_at: datetime | None = None

    @property
    def provider(self) -> str:
        return self._source.provider

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        listing = await self._source.mandates(reference_number=reference_number)
        self._listed("reference" if reference_number else "whole", listing)
        return listing

    async def updated_mandates(self, since: datetime) -> Listing | None:
        listing = await self._source.updated_mandates(since)
        if listing is not None:
            self._listed("updated", listing)
        return listing

    def _listed(self, kind: str, listing: Listing) -> None:
        self._metrics.lists.labels(self.provider, kind).inc()
        self.answered_at = listing.stated_at

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:
        return await self._source.delivery_address(metering_point)

    async def request(self, fetch: Fetch) -> Answer:
        began = perf_counter()
        try:
            return await self._source.request(fetch)
        finally:
            self._metrics.request_seconds.labels(self.provider).observe(perf_counter() - began)

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        fetched = self._source.decode(fetch, answer)
        self._count(fetch, fetched.outcome)
        return fetched

    def _count(self, fetch: Fetch, outcome: str) -> None:
        self._metrics.requests.labels(self.provider, fetch.reason, outcome).inc()

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        try:
            fetched = self._source.failure(fetch, error, at)
        except Exception:
            self._count(fetch, "refused")
            raise
        self._count(fetch, fetched.outcome)
        if fetched.outcome is Outcome.FAILED:
            self.failed.add(fetch.metering_point)
        return fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRetries(RetryPolicy):
    """A policy that tells ``watch`` of every request that is repeated."""

    watch: Callable[[Reply | TransportError], None] = field(repr=False)

    def pause(
        self, call: Call, outcome: Reply | TransportError, *, attempt: int, elapsed: float
    ) -> float | None:
        # Not super(): dataclasses with slots are made anew, and it would not find the new one.
        pause = RetryPolicy.pause(self, call, outcome, attempt=attempt, elapsed=elapsed)
        if pause is not None:
            self.watch(outcome)
        return pause
