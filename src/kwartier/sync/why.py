"""Why a fetch is made: one sentence for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kwartier.vocabulary.fetch import Due, Fetch, Reason, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import BRUSSELS, day_of, day_start

_SLICES: Final = {
    Granularity.QUARTER_HOUR: "quarter-hours",
    Granularity.HOUR: "hours",
    Granularity.DAY: "days",
}


def why(fetch: Fetch) -> str:
    """What the fetch asks for, and why that is due; local time, without the EAN.

    Example: "estimated: quarter-hours of 2026-10-01 to 2026-10-02 are still estimates; asked again
    twice before, the last time on 2026-11-02 12:00"
    """
    if fetch.due:
        return f"{fetch.reason}: {'; '.join(_due_again(fetch))}"
    slices = " and ".join(_SLICES[granularity] for granularity in fetch.granularities)
    if fetch.kind is WindowKind.INSERT_TIME:
        since = _at(fetch.window.start)
        return f"delta: {slices}, whenever measured, that were stored since {since}"
    what = f"{fetch.reason}: {slices} of {_days(fetch.window, fetch.energy_type)}"
    if fetch.reason is Reason.DELTA:
        return f"{what} are new or may have changed: the provider does not say what it stored since"
    if fetch.reason is Reason.FORCED:
        return f"{what} are asked again on request"
    return f"{what} are permitted and were never answered before"


_STILL: Final = {
    Reason.EXCHANGED: "have values of several meters, not all of which may still hold",
    Reason.GAP: "are not all there although they should be",
    Reason.PROVISIONAL: "still have a provisional gas factor although their month is closed",
    Reason.ESTIMATED: "are still estimates in part",
}
_TIMES: Final = {1: "once", 2: "twice"}


def _due_again(fetch: Fetch) -> list[str]:
    """A clause for each kind of slices and reason, the strongest reason first."""
    kinds: dict[tuple[Reason, Granularity], list[Due]] = {}
    for due in sorted(fetch.due, key=lambda one: one.reason is not fetch.reason):
        kinds.setdefault((due.reason, due.granularity), []).append(due)
    return [
        f"{_SLICES[granularity]} of {_stretches(some, fetch.energy_type)} {_STILL[reason]}"
        f"{_before(some)}"
        for (reason, granularity), some in kinds.items()
    ]


def _stretches(some: list[Due], energy_type: str) -> str:
    first = _days(some[0].interval, energy_type)
    return first if len(some) == 1 else f"{first} and {len(some) - 1} more stretches"


def _before(some: list[Due]) -> str:
    times = max(due.times for due in some)
    if not times:
        return ""
    last = max(due.last for due in some if due.last is not None)
    return f" (asked again {_TIMES.get(times, f'{times} times')} before, last on {_at(last)})"


def _days(interval: Interval, energy_type: str) -> str:
    """The local days that an interval touches, with the hour where it does not begin or end one."""
    first = day_of(interval.start, energy_type)
    last = day_of(interval.end - timedelta(microseconds=1), energy_type)
    is_whole = interval == Interval(
        day_start(first, energy_type), day_start(last + timedelta(days=1), energy_type)
    )
    if not is_whole:
        return f"{_at(interval.start)} to {_at(interval.end)}"
    return f"{first}" if first == last else f"{first} to {last}"


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
