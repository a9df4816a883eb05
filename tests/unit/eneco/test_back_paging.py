"""Eneco's pages, from the newest back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.eneco.paging import BackPaging
from kwartier.vocabulary.interval import Interval

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Interval(NOW - 5 * DAY, NOW - DAY)


def test_a_window_that_reaches_to_now_begins_with_the_newest_page() -> None:
    assert BackPaging(Interval(NOW - 5 * DAY, NOW), now=NOW).first is None
    assert BackPaging(Interval(NOW - 5 * DAY, NOW + DAY), now=NOW).first is None


def test_an_earlier_window_begins_with_the_page_that_ends_with_it() -> None:
    assert BackPaging(WINDOW, now=NOW).first == WINDOW.end


def test_each_page_ends_where_the_one_before_began_until_the_window_begins() -> None:
    paging = BackPaging(WINDOW, now=NOW)

    assert paging.following(NOW - 2 * DAY, 3) == NOW - 2 * DAY
    assert paging.following(NOW - 3 * DAY, 3) == NOW - 3 * DAY
    assert paging.following(WINDOW.start, 3) is None


def test_the_newest_page_may_begin_before_the_window() -> None:
    paging = BackPaging(Interval(NOW - DAY, NOW), now=NOW)

    assert paging.following(NOW - 9 * DAY, 3) is None


def test_a_page_without_a_channel_is_the_last() -> None:
    assert BackPaging(WINDOW, now=NOW).following(NOW - 2 * DAY, 0) is None


def test_a_page_that_begins_no_earlier_than_the_one_before_is_the_last() -> None:
    paging = BackPaging(WINDOW, now=NOW)

    assert paging.following(NOW - 2 * DAY, 1) is not None
    assert paging.following(NOW - 2 * DAY, 1) is None
    assert BackPaging(WINDOW, now=NOW).following(WINDOW.end, 1) is None


@settings(deadline=None, max_examples=60)
@given(
    hours=st.lists(st.integers(-3, 30), min_size=1, max_size=60),
    days=st.integers(1, 9),
    reaches_now=st.booleans(),
)
def test_pages_go_back_only_and_never_past_the_window(
    hours: list[int], days: int, reaches_now: bool
) -> None:
    end = NOW if reaches_now else NOW - DAY
    window = Interval(end - days * DAY, end)
    paging = BackPaging(window, now=NOW)
    asked = [paging.first or NOW]
    for each in hours:
        following = paging.following(asked[-1] - timedelta(hours=each), 2)
        if following is None:
            break
        asked.append(following)

    assert all(later > window.start for later in asked[1:])
    if not reaches_now:
        assert asked == sorted(set(asked), reverse=True)
