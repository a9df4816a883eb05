"""What the planner may ask for, and how the runner goes about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits of the Fluvius ESCO API v3, with a margin on the safe side.

    185 days per request are allowed as instants; 184 local days fit even when the clock changes.
    Insert-time windows overlap by ``delta_overlap``, so that a value stored while the previous
    request was answered is not stepped over.
    """

    max_window_days: int = 184
    history_years: int = 3
    delta_overlap: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """``concurrency`` requests at once; answers are committed together once there are
    ``commit_rows`` rows or ``commit_fetches`` answers (this bounds the memory); planning looks
    at ``page`` metering points at a time; after ``give_up_after`` failures in a row it stops.
    """

    concurrency: int = 8
    commit_rows: int = 400_000
    commit_fetches: int = 1_000
    page: int = 200
    give_up_after: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How mandates are polled.

    Asked for is what was updated since the last list, with ``overlap``, and then all there is
    under the reference numbers that showed; all mandates are listed when there are more than
    ``most_references`` of those, and when ``whole_every`` has passed since the last whole list:
    a renewal status turns with time, and a mandate vanishes, without being updated (our reading).
    """

    overlap: timedelta = timedelta(hours=1)
    whole_every: timedelta = timedelta(hours=20)
    most_references: int = 20
