from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval, intersect, require_utc, subtract, union

ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = 24


def hours(start: int, end: int) -> Interval:
    return Interval(ORIGIN + timedelta(hours=start), ORIGIN + timedelta(hours=end))


pairs = st.tuples(st.integers(0, SPAN), st.integers(0, SPAN)).filter(lambda p: p[0] < p[1])
sets = st.lists(pairs.map(lambda p: hours(*p)), max_size=6)


def brute(intervals: Iterable[Interval]) -> set[int]:
    """The hours that lie in any of the intervals."""
    listed = list(intervals)
    return {h for h in range(SPAN) if any(ORIGIN + timedelta(hours=h) in i for i in listed)}


def is_tidy(intervals: list[Interval]) -> bool:
    return all(a.end < b.start for a, b in pairwise(intervals))


@settings(max_examples=150, deadline=None)
@given(sets, sets)
def test_set_operations_agree_with_a_model_of_hours(a: list[Interval], b: list[Interval]) -> None:
    for found, wanted in (
        (union(a), brute(a)),
        (union(a + b), brute(a) | brute(b)),
        (subtract(a, b), brute(a) - brute(b)),
        (intersect(a, b), brute(a) & brute(b)),
    ):
        assert brute(found) == wanted
        assert is_tidy(found)


@given(pairs, pairs)
def test_covers_overlaps_and_intersection_agree(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = hours(*a), hours(*b)
    mine, theirs = brute([one]), brute([other])
    common = one.intersection(other)
    assert one.overlaps(other) == bool(mine & theirs) == (common is not None)
    assert brute([common] if common else []) == mine & theirs
    assert one.covers(other) == (theirs <= mine)


def test_the_end_is_exclusive() -> None:
    interval = hours(1, 2)
    assert interval.start in interval
    assert interval.end not in interval
    assert not interval.overlaps(hours(2, 3))


@pytest.mark.parametrize("end", [0, 1])
def test_an_empty_or_inverted_interval_cannot_be_built(end: int) -> None:
    with pytest.raises(InputError, match="later than start"):
        hours(1, end)


def test_instants_become_utc_and_those_without_a_zone_are_refused() -> None:
    local = datetime(2026, 7, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert Interval(local, local + timedelta(hours=1)).start.tzinfo is UTC
    with pytest.raises(InputError, match="now"):
        require_utc(datetime(2026, 7, 1), "now")  # noqa: DTZ001
    with pytest.raises(InputError, match="start"):
        Interval(datetime(2026, 7, 1), local)  # noqa: DTZ001


def test_it_reads_as_iso_8601() -> None:
    assert str(hours(0, 1)) == "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"
    assert hours(0, 5).duration == timedelta(hours=5)
