"""As few windows as will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from kwartier.vocabulary.interval import Interval, intersect, union
from kwartier.vocabulary.local_time import day_of, day_start


def covering(
    wanted: Iterable[Interval],
    permitted: Sequence[Interval],
    energy_type: str,
    max_days: int,
) -> list[Interval]:
    """The fewest windows of at most ``max_days`` local days that hold all ``wanted``, newest first.

    A window may span what is not wanted between what is, but nothing outside ``permitted``.
    """
    windows = []
    for stretch in reversed(union(permitted)):
        left = intersect([stretch], wanted)
        while left:
            end = left[-1].end
            last_day = day_of(end - timedelta(microseconds=1), energy_type)
            earliest = day_start(last_day - timedelta(days=max_days - 1), energy_type)
            start = max(earliest, next(one for one in left if one.end > earliest).start)
            windows.append(Interval(start, end))
            left = [one for one in left if one.start < start]
            if left and left[-1].end > start:
                left[-1] = Interval(left[-1].start, start)
    return windows
