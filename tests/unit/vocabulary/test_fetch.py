from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kwartier.vocabulary.fetch import Asked
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_read", "inserted", "until"),
    [
        (None, [(1, 5)], None),
        (3, [], 3),
        (3, [(2, 5)], 5),
        (3, [(3, 5), (5, 7)], 7),
        (3, [(2, 5), (6, 8)], 5),
        (3, [(4, 8)], 3),
        (3, [(1, 2)], 3),
    ],
)
def test_insert_time_is_followed_without_a_hole(
    first_read: int | None, inserted: list[tuple[int, int]], until: int | None
) -> None:
    asked = Asked(
        metering_point="541440010000000001",
        granularity=Granularity.DAY,
        settled=(),
        inserted=tuple(Interval(day(a), day(b)) for a, b in inserted),
        first_read_at=None if first_read is None else day(first_read),
    )
    assert asked.inserted_until == (None if until is None else day(until))
