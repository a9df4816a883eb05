"""What the planner may ask for, and how the runner goes about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from kwartier.vocabulary.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits of the Fluvius ESCO API v3, with a margin on the safe side.

    185 days per request are allowed as instants; 184 local days fit even when the clock changes.
    Insert-time windows overlap by ``delta_overlap``, so that a value stored while the previous
    request was answered is not stepped over.
    """

    max_window_days: Annotated[
        int, Setting(about="local days that one request asks for", at_least=1, at_most=184)
    ] = 184
    history_years: Annotated[
        int, Setting(about="how far back may be asked", at_least=1, at_most=3)
    ] = 3
    delta_overlap: Annotated[
        timedelta,
        Setting(
            about="how much of the last insert-time window is asked again",
            at_least=timedelta(0),
            at_most=timedelta(days=7),
        ),
    ] = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """``concurrency`` requests at once; answers are committed together once there are
    ``commit_rows`` rows or ``commit_fetches`` answers (this bounds the memory); planning looks
    at ``page`` metering points at a time; after ``give_up_after`` failures in a row it stops.
    """

    concurrency: Annotated[
        int, Setting(about="requests under way at once", at_least=1, at_most=100)
    ] = 8
    commit_rows: Annotated[
        int, Setting(about="values that are committed together; bounds the memory", at_least=1)
    ] = 400_000
    commit_fetches: Annotated[
        int, Setting(about="answers that are committed together", at_least=1)
    ] = 1_000
    page: Annotated[int, Setting(about="metering points planned at a time", at_least=1)] = 200
    give_up_after: Annotated[
        int, Setting(about="failures in a row after which a sync gives up", at_least=1)
    ] = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How mandates are polled.

    Asked for is what was updated since the last list, with ``overlap``, and then all there is
    under the reference numbers that showed; all mandates are listed when there are more than
    ``most_references`` of those, and when ``whole_every`` has passed since the last whole list:
    a renewal status turns with time, and a mandate vanishes, without being updated (our reading).
    """

    overlap: Annotated[
        timedelta,
        Setting(
            about="how much of the time before the last list is asked again",
            at_least=timedelta(0),
            at_most=timedelta(days=7),
        ),
    ] = timedelta(hours=1)
    whole_every: Annotated[
        timedelta, Setting(about="how often all mandates are listed", at_least=timedelta(0))
    ] = timedelta(hours=20)
    most_references: Annotated[
        int, Setting(about="if more reference numbers show a change, all are listed", at_least=0)
    ] = 20
