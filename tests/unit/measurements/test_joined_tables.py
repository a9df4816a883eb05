"""Several replies as one table."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.fluvius import DecodedEnergy, UndecodedWarning
from kwartier.measurements import MEASUREMENTS_SCHEMA, SERIES_COLUMNS, check_measurements
from kwartier.measurements.fetched import Undecoded
from kwartier.measurements.joined import one_table
from kwartier.vocabulary.interval import Interval
from support.measured import Row, measurements, quarter, quarters

START = datetime(2026, 6, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def told(*rows: Row, at: int = 0) -> DecodedEnergy:
    return DecodedEnergy(measurements(rows, START + timedelta(days=30, minutes=at)), ())


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """Nulls sort first."""
    return (*((row[name] is not None, row[name]) for name in SERIES_COLUMNS), row["start"])


def test_replies_become_one_table_in_order() -> None:
    late, early = quarters(START + 4 * QUARTER, [5, 6]), quarters(START, [1, 2, None, 4])
    injected = quarter(START, 9.0, direction="injection")
    table = one_table([told(*late), told(*reversed(early), injected)], whose="Fluvius'")
    assert check_measurements(table).schema == MEASUREMENTS_SCHEMA
    assert table["direction"].to_pylist() == ["injection"] + ["offtake"] * 6
    assert table["value"].to_pylist() == [9, 1, 2, None, 4, 5, 6]


def test_of_two_the_later_replys_value_counts() -> None:
    table = one_table(
        [told(*quarters(START, [1, 2, 3])), told(quarter(START + QUARTER, 7.0), at=1)],
        whose="Fluvius'",
    )
    assert table["value"].to_pylist() == [1, 7, 3]


def test_no_replies_and_empty_replies_make_an_empty_table() -> None:
    for replies in ([], [told(), told()]):
        table = one_table(replies, whose="Fluvius'")
        assert (table.num_rows, table.schema) == (0, MEASUREMENTS_SCHEMA)


ROWS = st.builds(
    Row,
    start=st.integers(0, 3).map(lambda n: START + n * QUARTER),
    end=st.just(START + timedelta(days=1)),
    value=st.none() | st.integers(0, 9).map(float),
    source=st.sampled_from(["meter", "headpoint"]),
    meter_id=st.sampled_from([None, "M1", "M2"]),
    direction=st.sampled_from(["offtake", "injection"]),
    unit=st.sampled_from([None, "kWh", "m3"]),
    metering_type=st.sampled_from([None, "metering-on-meter"]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(ROWS, max_size=8), max_size=3))
def test_every_key_is_there_once_with_its_last_value_in_order(replies: list[list[Row]]) -> None:
    table = one_table([told(*rows, at=n) for n, rows in enumerate(replies)], whose="Fluvius'")
    rows = [row for n, each in enumerate(replies) for row in told(*each, at=n).table.to_pylist()]
    last = {key(row): row for row in rows}
    assert table.to_pylist() == [last[one] for one in sorted(last)]


def test_what_could_not_be_read_is_warned_of_at_the_callers_line() -> None:
    skipped = [
        Undecoded(path="$.a[0]", why="no number", interval=Interval(START, START + QUARTER)),
        Undecoded(path="$.a[1]", why="no date"),
    ]

    def caller() -> pa.Table:
        return one_table(
            [DecodedEnergy(told(quarter(START)).table, tuple(skipped))], whose="Fluvius'"
        )

    with pytest.warns(UndecodedWarning, match=r"2 parts.*\$\.a\[0\] \(2026-06-01T00") as caught:
        assert caller().num_rows == 1
    warning = caught[0].message
    assert isinstance(warning, UndecodedWarning)
    assert warning.undecoded == tuple(skipped)
    assert caught[0].filename == __file__


def test_a_reply_that_could_be_read_whole_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert one_table([told(quarter(START))], whose="Fluvius'").num_rows == 1
