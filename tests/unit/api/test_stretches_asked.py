"""In which stretches values are read, so that memory stays flat; and where a page goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.api.cursors import cursor_of, key_of
from kwartier.api.problems import Problem
from kwartier.api.standing import Facts, Standing
from kwartier.api.values import Wanted, in_order, key_of_last, rows_after, windows
from kwartier.retention import Held, People
from kwartier.rights.whose import Whose
from kwartier.store import open_store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
ROWS_AT_ONCE = 200_000


def standing(days: list[int]) -> Standing:
    """Of metering points of which so many days are held."""
    points = {
        f"P{number}": [
            Held(
                provider="fluvius",
                metering_point=f"P{number}",
                energy_type="electricity",
                granularity=Granularity.QUARTER_HOUR,
                hull=Interval(BEGIN, BEGIN + timedelta(days=some)),
            )
        ]
        for number, some in enumerate(days)
    }
    facts = Facts(
        customers={},
        references=(),
        data_owners=(),
        mandates=(),
        whose=Whose([], [], []),
        held=points,
        on_hold={},
        people=People([]),
        synced_at=None,
    )
    return Standing(open_store(Path("nowhere")), facts)


@settings(max_examples=50, deadline=None)
@given(
    days=st.lists(st.integers(1, 1200), min_size=1, max_size=40),
    start=st.integers(-50, 1300) | st.none(),
    end=st.integers(-50, 1300) | st.none(),
    grows=st.booleans(),
)
def test_the_stretches_make_up_what_is_wanted_and_none_is_large(
    days: list[int], start: int | None, end: int | None, grows: bool
) -> None:
    first, last = (None if n is None else BEGIN + timedelta(days=n) for n in (start, end))
    here = standing(days)
    wanted = Wanted(points=tuple(here.facts.held), start=first, end=last)
    parts = list(windows(here, wanted, grows=grows))
    whole_start = max(filter(None, (BEGIN, first)))
    whole_end = min(filter(None, (BEGIN + timedelta(days=max(days)), last)))
    assert bool(parts) == (whole_start < whole_end)
    for part, following in pairwise(parts):
        assert part.end == following.start
    if parts:
        assert (parts[0].start, parts[-1].end) == (whole_start, whole_end)
    for part in parts:
        rows = part.duration / timedelta(days=1) * 96 * 4 * len(days)
        assert rows <= ROWS_AT_ONCE or part.duration <= timedelta(days=1)


def test_where_nothing_is_held_nothing_is_read() -> None:
    assert list(windows(standing([]), Wanted(points=("P0",)))) == []


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), unique=True, max_size=12
    ),
    gone=st.sets(st.integers(0, 11)),
)
def test_a_page_goes_on_after_the_last_row_whatever_went_meanwhile(
    rows: list[tuple[int, str | None]], gone: set[int]
) -> None:
    kind = pa.timestamp("us", "UTC")
    starts = pa.array([BEGIN + timedelta(hours=n) for n, _ in rows], kind)
    words = pa.array([w for _, w in rows], pa.string()).dictionary_encode()
    order = ("start", "word")
    table = in_order(pa.table({"start": starts, "word": words}), order)
    for place in range(table.num_rows):
        key = key_of_last(table.slice(0, place + 1), order)
        stays = [n not in gone for n in range(table.num_rows)]
        left = table.filter(pa.array(stays, pa.bool_()))
        wanted = table.slice(place + 1).filter(pa.array(stays[place + 1 :], pa.bool_()))
        assert rows_after(left, order, key).to_pylist() == wanted.to_pylist()


def test_a_cursor_is_of_its_query_and_its_types() -> None:
    cursor = cursor_of("a?x=1", ["k", 3, None])
    assert key_of(cursor, "a?x=1", [str, int, str]) == ["k", 3, None]
    for query, types in (("a?x=2", [str, int, str]), ("a?x=1", [str, str, str]), ("a?x=1", [str])):
        with pytest.raises(Problem):
            key_of(cursor, query, types)
    for planted in ([None, 3, None], ["k", None, None]):
        with pytest.raises(Problem):
            key_of(cursor_of("a?x=1", planted), "a?x=1", [str, int, str])
    for wrong in ("", "!", "e30", cursor[:-3]):
        with pytest.raises(Problem):
            key_of(wrong, "a?x=1", [str, int, str])
