"""Sets of stretches of time, as sorted and disjoint pairs of microseconds since 1970.

The same arithmetic as :mod:`kwartier.vocabulary.interval`, for where thousands of them change with
every commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

Line = tuple[int, int]


class Tried(NamedTuple):
    """A stretch that read-time fetches asked for in vain: ``times`` again, ``last`` so planned."""

    start: int
    end: int
    times: int
    last: int


def joined(lines: Iterable[Line]) -> list[Line]:
    """The same instants in order, disjoint; touching stretches are joined."""
    result: list[Line] = []
    for start, end in sorted(lines):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = result[-1][0], end
        else:
            result.append((start, end))
    return result


def without(lines: Sequence[Line], holes: Sequence[Line]) -> list[Line]:
    """What of ``lines`` is in none of ``holes``; both joined."""
    if not holes:
        return list(lines)
    result = []
    for start, end in lines:
        for hole_start, hole_end in holes:
            if hole_end <= start:
                continue
            if hole_start >= end:
                break
            if hole_start > start:
                result.append((start, hole_start))
            start = hole_end
            if start >= end:
                break
        if start < end:
            result.append((start, end))
    return result


def within(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """What lies in both sets."""
    return [
        (max(start, other_start), min(end, other_end))
        for start, end in lines
        for other_start, other_end in others
        if start < other_end and other_start < end
    ]


def tried_again(
    tried: Sequence[Tried], lines: Sequence[Line], *, at: int, counts: int
) -> list[Tried]:
    """``tried`` after a fetch planned ``at`` asked for ``lines``, again if it ``counts``."""
    again = [
        Tried(start, end, one.times + counts, max(one.last, at))
        for one in tried
        for start, end in within([one[:2]], lines)
    ]
    first = without(lines, [one[:2] for one in tried])
    fresh = [Tried(start, end, counts, at) for start, end in first]
    return _merged([*tried_outside(tried, lines), *again, *fresh])


def tried_within(tried: Sequence[Tried], lines: Sequence[Line]) -> list[Tried]:
    """The parts of ``tried`` that lie in ``lines``."""
    return [
        Tried(start, end, one.times, one.last)
        for one in tried
        for start, end in within([one[:2]], lines)
    ]


def tried_outside(tried: Sequence[Tried], lines: Sequence[Line]) -> list[Tried]:
    """The parts of ``tried`` that lie outside ``lines``."""
    return [
        Tried(start, end, one.times, one.last)
        for one in tried
        for start, end in without([one[:2]], lines)
    ]


def _merged(tried: Iterable[Tried]) -> list[Tried]:
    """The same in order, joined where neighbours were tried alike."""
    alike = groupby(sorted(tried, key=lambda one: (one[2:], one[:2])), key=lambda one: one[2:])
    return sorted(
        Tried(start, end, *told)
        for told, some in alike
        for start, end in joined(one[:2] for one in some)
    )
