"""A batch made ready: distinct series by number, rounds, sorted rows, hours and days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.store import StoreError
from kwartier.store.duckdb import distinct, incoming, rows
from kwartier.store.duckdb.answers import order_answers
from kwartier.store.duckdb.distinct import distinct_rows
from kwartier.store.duckdb.incoming import Incoming, gather_rows
from kwartier.store.duckdb.numbering import QualityNumbers, SeriesNumbers
from kwartier.store.duckdb.rows import days_of, months_of
from kwartier.store.named_sql import read_sql_file
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_of
from support.measured import EAN, GAS_EAN, NOW, QUARTER, answer, quarter, quarters

T0 = datetime(2026, 10, 31, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
words = st.sampled_from(["a", "b", "c", None])


@pytest.mark.parametrize("limit", [1, 8, 1 << 22])
@settings(max_examples=30, deadline=None)
@given(lines=st.lists(st.tuples(words, words, words), min_size=1, max_size=20))
def test_equal_rows_get_equal_numbers_and_others_do_not(
    limit: int, lines: list[tuple[str | None, ...]]
) -> None:
    texts = [pa.array([line[i] for line in lines], pa.string()) for i in range(3)]
    columns = [text.dictionary_encode() for text in texts]
    table = pa.table(columns, names=["x", "y", "z"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_DIRECT_LIMIT", limit)
        numbers, positions = distinct_rows(table)
    assert [lines[positions[number]] for number in numbers] == lines
    assert sorted(set(numbers.tolist())) == list(range(len(set(lines))))


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


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty store in memory."""
    with duckdb.connect() as connection:
        connection.execute(read_sql_file("kwartier.store.duckdb", "schema.sql"))
        yield connection


def gathered(connection: duckdb.DuckDBPyConnection, *batch: Fetched) -> Incoming:
    points = [one.fetch.metering_point for one in batch]
    series, qualities = SeriesNumbers(connection, points), QualityNumbers(connection)
    return gather_rows(order_answers(batch, 0), series, qualities)


def keys(found: Incoming) -> list[tuple[int, ...]]:
    columns = (found.round, found.month, found.rows.series_id, found.rows.start)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("radix_limit", [0, 1 << 16])
def test_rows_lie_by_round_month_series_and_start(
    connection: duckdb.DuckDBPyConnection, radix_limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_RADIX_LIMIT", radix_limit)
    slices = [
        row
        for direction in ("injection", "offtake")
        for row in quarters(T0, [1.0] * 8, direction=direction)
    ]
    found = gathered(connection, answer(slices[::-1]), answer(slices[:3], fetched_at=NOW + HOUR))
    assert keys(found) == sorted(keys(found))
    assert len(found.rows) == 19
    assert len(set(found.month.tolist())) == 2
    assert found.round.tolist() == [0] * 16 + [1] * 3


def test_small_answers_are_numbered_together_and_large_ones_alone_with_the_same_outcome(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [
        answer(quarters(T0 + i * QUARTER, [1.0, None], metering_point=point), metering_point=point)
        for i in range(3)
        for point in (EAN, GAS_EAN)
    ]
    together = gathered(connection, *batch)
    monkeypatch.setattr(incoming, "_HEAP_ROWS", 1)
    apart = gathered(connection, *batch)
    assert keys(apart) == keys(together)
    assert apart.rows.fetch_id.tolist() == together.rows.fetch_id.tolist()
    np.testing.assert_array_equal(apart.rows.value, together.rows.value)


def test_an_answer_with_anothers_rows_is_refused_though_the_other_is_of_the_batch(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    right = answer(quarters(T0, [1.0], metering_point=GAS_EAN), metering_point=GAS_EAN)
    mixed = quarters(T0, [1.0]) + quarters(T0, [1.0], metering_point=GAS_EAN)
    for batch in ([right, answer(mixed)], [answer(mixed), right]):
        with pytest.raises(StoreError, match="has rows of another metering_point"):
            gathered(connection, *batch)


def minutes_after(first: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, days * 24 * 60).map(lambda minutes: first + timedelta(minutes=minutes))


some_time = minutes_after(datetime(2025, 1, 1, tzinfo=UTC), 730)
near_a_clock_change = st.sampled_from([(3, 28), (10, 24)]).flatmap(
    lambda day: minutes_after(datetime(2026, *day, tzinfo=UTC), 3)
)


@settings(max_examples=50, deadline=None)
@given(starts=st.lists(some_time | near_a_clock_change, max_size=20), is_gas=st.booleans())
def test_days_and_months_of_many_are_those_of_each(starts: list[datetime], is_gas: bool) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    micros = np.array([(one - epoch) // timedelta(microseconds=1) for one in starts], np.int64)
    energy = "gas" if is_gas else "electricity"
    days = [(day_of(one, energy) - epoch.date()).days for one in starts]
    assert days_of(micros, is_gas).tolist() == days
    assert days_of(micros, np.full(len(starts), is_gas)).tolist() == days
    assert months_of(micros).tolist() == [(s.year - 1970) * 12 + s.month - 1 for s in starts]
