"""A fetch and its answer: what a store commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from kwartier.vocabulary.fetch import Fetch, Outcome
from kwartier.vocabulary.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecoded:
    """A part of a reply that could not be read: where, why, and the time it was about if known."""

    path: str
    why: str
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answer to one fetch.

    ``fetched_at`` is the provider's time. ``table`` holds the measurements (None unless
    ``outcome`` is OK), ``undecoded`` what was skipped, ``error`` says what went wrong. ``unsaid``
    is measured time that was asked for and of which the provider has nothing any more, or not yet:
    what the answer does not carry there is not gone.
    """

    fetch: Fetch
    fetched_at: datetime
    outcome: Outcome
    table: pa.Table | None = None
    undecoded: tuple[Undecoded, ...] = ()
    error: str | None = None
    unsaid: tuple[Interval, ...] = ()
