"""A batch made ready: distinct series by number, rounds, sorted rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.store.duckdb import distinct
from kwartier.store.duckdb.distinct import distinct_rows
from kwartier.store.duckdb.incoming import gather_rows, order_answers
from kwartier.vocabulary.interval import Interval
from support.measured import EAN, GAS_EAN, NOW, QUARTER, answer, quarter, quarters

T0 = datetime(2026, 10, 31, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
words = st.sampled_from(["a", "b", "c", None])


@pytest.mark.parametrize("limit", [1, 8, 1 << 22])
@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(words, words, words), min_size=1, max_size=20))
def test_equal_rows_get_equal_numbers_and_others_do_not(
    limit: int, rows: list[tuple[str | None, ...]]
) -> None:
    texts = [pa.array([row[i] for row in rows], pa.string()) for i in range(3)]
    columns = [text.dictionary_encode() for text in texts]
    table = pa.table(columns, names=["x", "y", "z"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_DIRECT_LIMIT", limit)
        numbers, positions = distinct_rows(table)
    assert [rows[positions[number]] for number in numbers] == rows
    assert sorted(set(numbers.tolist())) == list(range(len(set(rows))))


def rounds(batch: list[Fetched]) -> list[int]:
    return [one.round for one in order_answers(batch, 0)]


def test_answers_that_cannot_touch_the_same_rows_share_a_round() -> None:
    assert rounds(
        [
            answer(quarters(T0, [1.0])),
            answer(quarters(T0 + QUARTER, [1.0])),
            answer(quarters(T0, [1.0], metering_point=GAS_EAN), metering_point=GAS_EAN),
        ]
    ) == [0, 0, 0]


def test_answers_that_overlap_follow_each_other_the_oldest_first() -> None:
    whole = answer(scope=Interval(T0, T0 + HOUR), fetched_at=NOW + HOUR)
    parts = [answer([quarter(T0)]), answer([quarter(T0 + 2 * QUARTER)])]
    again = answer([quarter(T0)], fetched_at=NOW + 2 * HOUR)
    ordered = order_answers([again, whole, *parts], 10)
    assert [(one.fetch_id, one.round) for one in ordered] == [(10, 0), (11, 0), (12, 1), (13, 2)]
    assert [one.fetched for one in ordered] == [*parts, whole, again]


def test_rows_lie_by_month_then_series_then_start() -> None:
    rows = [
        row
        for direction in ("injection", "offtake")
        for row in quarters(T0, [1.0] * 8, direction=direction, metering_point=EAN)
    ]
    incoming = gather_rows(order_answers([answer(rows[::-1])], 0))
    assert incoming is not None
    keys = list(zip(incoming.month, incoming.series, incoming.start, strict=True))
    assert keys == sorted(keys)
    assert np.count_nonzero(np.diff(incoming.month)) == 1
    assert incoming.day.astype(str).tolist() == ["2026-11-01"] * 16
