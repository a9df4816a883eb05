"""What the planner may ask for, and how the runner goes about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from kwartier.vocabulary.fetch import Reason
from kwartier.vocabulary.setting import Setting

_MOST_STEPS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """The limits of the Fluvius ESCO API v3, with a margin on the safe side; a provider's own are
    narrower or do not apply (see :mod:`kwartier.vocabulary.provider`).

    185 days per request are allowed as instants; 184 local days fit even when the clock changes.
    Insert-time windows overlap by ``delta_overlap``, so that a value stored while the previous
    request was answered is not stepped over. Of a provider that cannot be asked what it stored
    since, the last days are read again, from ``reread`` before the end of what was asked for.

    What an insert-time fetch should have brought is asked for by read time after a first pause:
    ``gap_after`` what is still absent, counted from when it should have been there,
    ``estimated_after`` what is still estimated, likewise, and ``provisional_after`` what is still
    computed with a provisional factor, counted from the end of its gas month. If it is in vain,
    each pause is ``pause_factor`` times the one before, up to ``longest_pause``.
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
    reread: Annotated[
        timedelta,
        Setting(
            about="how much is read again where a provider cannot tell what it stored since: what "
            "is corrected later than that is not learned of",
            at_least=timedelta(0),
            at_most=timedelta(days=31),
        ),
    ] = timedelta(days=8)
    gap_after: Annotated[
        timedelta,
        Setting(
            about="what is absent so long after it was due is asked for again",
            at_least=timedelta(days=1),
        ),
    ] = timedelta(days=7)
    provisional_after: Annotated[
        timedelta,
        Setting(
            about="so long after a gas month its definitive factors are asked for",
            at_least=timedelta(0),
        ),
    ] = timedelta(days=5)
    estimated_after: Annotated[
        timedelta,
        Setting(
            about="what is estimated so long after it was due is asked for again",
            at_least=timedelta(days=1),
        ),
    ] = timedelta(days=14)
    pause_factor: Annotated[
        float,
        Setting(about="how many times as long as the one before a pause is", at_least=1, at_most=9),
    ] = 2.0
    longest_pause: Annotated[
        timedelta, Setting(about="no pause is longer", at_least=timedelta(days=1))
    ] = timedelta(days=91)

    def first_pause(self, reason: Reason) -> timedelta:
        """The pause before a follow-up is first made for ``reason``."""
        return {
            Reason.GAP: self.gap_after,
            Reason.PROVISIONAL: self.provisional_after,
            Reason.ESTIMATED: self.estimated_after,
        }[reason]

    def pause(self, reason: Reason, times: int) -> timedelta:
        """The pause after ``times`` follow-ups in vain."""
        first = self.first_pause(reason)
        if not times:
            return first
        first = max(first, timedelta(days=1))
        longest = max(first, self.longest_pause)
        return first * min(self.pause_factor ** min(times, _MOST_STEPS), longest / first)


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
    page: Annotated[int, Setting(about="metering points planned at a time", at_least=1)] = 20_000
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
