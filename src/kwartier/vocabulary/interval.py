"""Half-open stretches of time, and the arithmetic of sets of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kwartier.errors import InputError


def require_utc(instant: datetime, field: str) -> datetime:
    """Return ``instant`` in UTC; refuse one without a zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise InputError(field, "a date-time needs a zone", "use UTC, or kwartier's local_time")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From ``start`` (inclusive) to ``end`` (exclusive), both UTC; never empty, never inverted."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.start.tzinfo is self.end.tzinfo is UTC:
            object.__setattr__(self, "start", require_utc(self.start, "start"))
            object.__setattr__(self, "end", require_utc(self.end, "end"))
        if self.end <= self.start:
            raise InputError("end", "must be later than start", f"{self.start} .. {self.end}")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def covers(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Interval) -> Interval | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as disjoint intervals in order; touching ones are joined."""
    joined: list[Interval] = []
    for interval in disjoint(intervals):
        if joined and interval.start == joined[-1].end:
            joined[-1] = Interval(joined[-1].start, interval.end)
        else:
            joined.append(interval)
    return joined


def disjoint(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as disjoint intervals in order; touching ones stay apart."""
    ordered = sorted(intervals)
    if len(ordered) < 2:
        return ordered
    apart: list[Interval] = []
    for interval in ordered:
        if apart and interval.start < apart[-1].end:
            if interval.end > apart[-1].end:
                apart[-1] = Interval(apart[-1].start, interval.end)
        else:
            apart.append(interval)
    return apart


def subtract(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What of ``intervals`` is in none of ``taken``, disjoint and in order."""
    left = union(intervals)
    for hole in union(taken):
        left = [piece for interval in left for piece in _without(interval, hole)]
    return left


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """What lies in both sets, disjoint and in order."""
    others = union(right)
    pieces = (a.intersection(b) for a in union(left) for b in others)
    return [piece for piece in pieces if piece is not None]


def _without(interval: Interval, hole: Interval) -> list[Interval]:
    if not interval.overlaps(hole):
        return [interval]
    pieces = []
    if interval.start < hole.start:
        pieces.append(Interval(interval.start, hole.start))
    if hole.end < interval.end:
        pieces.append(Interval(hole.end, interval.end))
    return pieces
