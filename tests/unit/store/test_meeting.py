"""Finding the stored rows that incoming ones meet, against the plainest way of doing so."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.store.duckdb import rows as rows_module
from kwartier.store.duckdb.meeting import find_met
from kwartier.store.duckdb.rows import Rows, in_order, months_of, ranked
from kwartier.store.duckdb.stretches import Stretch, Stretches
from kwartier.store.named_sql import read_sql_file

DAY = 86_400_000_000
QUARTER = 900_000_000
FIRST = 20_450 * DAY

Key = tuple[int, int]
keys = st.tuples(st.integers(0, 5), st.sampled_from([0, 1, 2, 40, 41, 400]))
key_sets = st.lists(keys, unique=True, max_size=12)


def rows_at(places: list[Key]) -> Rows:
    """A row a key: the series, and the day after FIRST."""
    count = len(places)
    return Rows(
        series_id=np.array([series for series, _ in places], dtype=np.int32),
        start=np.array([FIRST + day * DAY for _, day in places], dtype=np.int64),
        duration_us=np.full(count, QUARTER, dtype=np.int64),
        value=np.arange(count, dtype=np.float64),
        quality_id=np.zeros(count, dtype=np.int16),
        fetch_id=np.zeros(count, dtype=np.int32),
    )


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(read_sql_file("kwartier.store.duckdb", "schema.sql"))
        yield connection


@settings(max_examples=60, deadline=None)
@given(
    stored=key_sets,
    incoming=key_sets,
    speech=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 50), st.integers(1, 400)), max_size=2
    ),
    known_below=st.integers(0, 6),
)
def test_met_are_the_stored_rows_with_an_incoming_key_and_those_spoken_for(
    connection: duckdb.DuckDBPyConnection,
    stored: list[Key],
    incoming: list[Key],
    speech: list[tuple[int, int, int]],
    known_below: int,
) -> None:
    connection.execute('DELETE FROM "values"')
    connection.register("given_rows", pa.table(rows_at(stored).columns()))
    connection.execute('INSERT INTO "values" BY NAME SELECT * FROM given_rows')
    incoming.sort(key=lambda key: (months_of(rows_at([key]).start)[0], key))
    sought = rows_at(incoming)
    stretches = Stretches.of(
        Stretch(series, FIRST + day * DAY, FIRST + (day + days) * DAY, 0, 0)
        for series, day, days in speech
    )
    may_meet = sought.series_id < known_below
    met = find_met(connection, sought, months_of(sought.start), may_meet, stretches)

    place_of = {key: place for place, key in enumerate(incoming) if key[0] < known_below}
    found = {stored[int(value)]: row for value, row in zip(met.rows.value, met.row, strict=True)}
    assert len(found) == len(met.row)
    assert {key: row for key, row in found.items() if row >= 0} == {
        key: place_of[key] for key in stored if key in place_of
    }
    spoken_for = {
        key
        for key in stored
        for series, day, days in speech
        if key[0] == series and day <= key[1] < day + days
    }
    assert spoken_for <= found.keys()


@pytest.mark.parametrize("radix_limit", [0, 1 << 16])
@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), max_size=30))
def test_rows_are_ordered_by_group_then_start_and_stay_as_they_were_among_equals(
    radix_limit: int, pairs: list[tuple[int, int]]
) -> None:
    group, start = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows_module, "_RADIX_LIMIT", radix_limit)
        order = in_order(group, start)
    assert order.tolist() == sorted(range(len(pairs)), key=lambda place: pairs[place])


@settings(max_examples=30, deadline=None)
@given(numbers=st.lists(st.integers(-5, 2000), max_size=20))
def test_ranks_are_places_among_the_distinct_numbers(numbers: list[int]) -> None:
    distinct, ranks = ranked(np.array(numbers, dtype=np.int32))
    assert distinct.tolist() == sorted(set(numbers))
    assert [distinct[rank] for rank in ranks] == numbers
