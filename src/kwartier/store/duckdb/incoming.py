"""A batch of answers, made ready to merge: rounds, series and qualities by number, sorted rows.

Fetches of one batch that could concern the same rows are merged one after the other, the oldest
first, so that it makes no difference how fetches are divided over commits. All others are merged
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import (
    DESCRIPTIVE_COLUMNS,
    SERIES_COLUMNS,
    Fetched,
    check_measurements,
)
from kwartier.store.duckdb.distinct import distinct_rows
from kwartier.store.errors import StoreError
from kwartier.vocabulary.ean import ean_digest
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.interval import Interval, subtract
from kwartier.vocabulary.local_time import local_days

QUALITY_COLUMNS = ("validation_state", "gas_conversion_factor")

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One fetch of a batch with its number, its round and where it has the last word."""

    fetch_id: int
    round: int
    fetched: Fetched
    speech: tuple[tuple[str, Interval], ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The rows of a batch in columns of equal length, sorted by round, month, series and start.

    ``series`` and ``quality`` index the tables of distinct series and qualities.
    """

    series_table: pa.Table
    quality_table: pa.Table
    round: Array
    month: Array
    series: Array
    start: Array
    end: Array
    day: Array
    value: pa.Array
    quality: Array
    fetch_id: Array
    fetched_at: pa.Array


def order_answers(batch: Sequence[Fetched], first_fetch_id: int) -> list[Answer]:
    """Number the fetches, the oldest first, and divide them into rounds."""
    by_point: dict[tuple[str, str], list[tuple[Interval, int]]] = {}
    answers = []
    for offset, fetched in enumerate(sorted(batch, key=lambda f: f.fetched_at)):
        speech = _speech(fetched)
        reach = _reach(fetched, speech)
        round_ = 0
        if reach is not None:
            key = (fetched.fetch.provider, fetched.fetch.metering_point)
            before = by_point.setdefault(key, [])
            round_ = 1 + max((r for other, r in before if other.overlaps(reach)), default=-1)
            before.append((reach, round_))
        answers.append(Answer(first_fetch_id + offset, round_, fetched, speech))
    return answers


def _speech(fetched: Fetched) -> tuple[tuple[str, Interval], ...]:
    """Where the fetch has the last word, also on what is absent."""
    fetch = fetched.fetch
    if fetched.outcome is not Outcome.OK or fetch.kind is not WindowKind.READ_TIME:
        return ()
    if any(part.interval is None for part in fetched.undecoded):
        return ()
    silent = [part.interval for part in fetched.undecoded if part.interval is not None]
    return tuple(
        (str(scope.granularity), piece)
        for scope in fetch.scopes
        for piece in subtract([scope.interval], silent)
    )


def _reach(fetched: Fetched, speech: tuple[tuple[str, Interval], ...]) -> Interval | None:
    """The stretch of measured time that the answer can touch; None if it touches nothing."""
    starts: list[datetime] = [interval.start for _, interval in speech]
    ends: list[datetime] = [interval.end for _, interval in speech]
    table = answered_rows(fetched)
    if table.num_rows:
        starts.append(pc.min(table["start"]).as_py())
        ends.append(pc.max(table["end"]).as_py())
    return Interval(min(starts), max(ends)) if starts else None


def answered_rows(fetched: Fetched) -> pa.Table:
    """The measurements of a successful fetch; none of any other."""
    if fetched.outcome is not Outcome.OK or fetched.table is None:
        return _NO_ROWS
    return fetched.table


def gather_rows(answers: Sequence[Answer]) -> Incoming | None:
    """All rows of the batch; None if there are none.

    Of a slice that one answer carries twice, the last is kept.
    """
    spoken = [a for a in answers if answered_rows(a.fetched).num_rows]
    if not spoken:
        return None
    tables = [_checked(a.fetched) for a in spoken]
    rows = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    position = np.repeat(np.arange(len(spoken)), [table.num_rows for table in tables])
    series, first_of_series = distinct_rows(rows.select(SERIES_COLUMNS))
    quality, first_of_quality = distinct_rows(rows.select(QUALITY_COLUMNS))
    described = _last_of_each(series, len(first_of_series))
    series_table = pa.table(
        {name: rows[name].take(pa.array(first_of_series)) for name in SERIES_COLUMNS}
        | {name: rows[name].take(pa.array(described)) for name in DESCRIPTIVE_COLUMNS}
        | {"described_at": _fetched_at(spoken, position[described])}
    )
    start = _instants(rows["start"])
    round_ = np.array([a.round for a in spoken], dtype=np.int64)[position]
    month = _months(start)
    order = _sorted_distinct(round_, month, series, start, len(first_of_series))
    return Incoming(
        series_table=_plain(series_table),
        quality_table=_plain(rows.select(QUALITY_COLUMNS).take(pa.array(first_of_quality))),
        round=round_[order],
        month=month[order],
        series=series[order],
        start=start[order],
        end=_instants(rows["end"])[order],
        day=_days(rows, start)[order],
        value=_values(rows["value"]).take(pa.array(order)),
        quality=quality[order],
        fetch_id=np.array([a.fetch_id for a in spoken], dtype=np.int32)[position[order]],
        fetched_at=_fetched_at(spoken, position[order]),
    )


def _checked(fetched: Fetched) -> pa.Table:
    table = check_measurements(answered_rows(fetched))
    for name, asked in (
        ("metering_point", fetched.fetch.metering_point),
        ("provider", fetched.fetch.provider),
    ):
        if pc.unique(table[name]).cast(pa.string()).to_pylist() != [asked]:
            point = ean_digest(fetched.fetch.metering_point)
            raise StoreError(
                f"the answer for {point} has rows of another {name}; nothing was stored"
            )
    return table


def _sorted_distinct(
    round_: Array, month: Array, series: Array, start: Array, series_count: int
) -> Array:
    """The order in which to lay the rows, without those that a later one of their kind repeats."""
    first_month = month.min()
    months = month.max() - first_month + 1
    group = (round_ * months + (month - first_month)) * series_count + series
    order: Array = np.lexsort((start, group))
    same = (np.diff(group[order]) == 0) & (np.diff(start[order]) == np.timedelta64(0))
    distinct: Array = order[np.append(~same, True)]
    return distinct


def _months(start: Array) -> Array:
    """The UTC month of each instant, counted from the first."""
    first = start.min().astype("datetime64[M]")
    months = np.arange(first, start.max().astype("datetime64[M]") + 2)
    found: Array = np.searchsorted(months.astype(start.dtype), start, side="right")
    return found


def _last_of_each(codes: Array, count: int) -> Array:
    """The last row of each code (fetches are in order of time, so the newest)."""
    last = np.zeros(count, dtype=np.int64)
    last[codes] = np.arange(len(codes))
    return last


def _days(rows: pa.Table, start: Array) -> Array:
    is_gas = pc.equal(rows["energy_type"].cast(pa.string()), GAS).to_numpy()
    if not is_gas.any():
        return local_days(start, "")
    day = np.empty(len(start), dtype="datetime64[D]")
    for mask, energy_type in ((is_gas, GAS), (~is_gas, "")):
        day[mask] = local_days(start[mask], energy_type)
    return day


def _instants(column: pa.ChunkedArray) -> Array:
    instants: Array = column.cast(pa.timestamp("us")).to_numpy()
    return instants


def _values(column: pa.ChunkedArray) -> pa.Array:
    """The values, with null for NaN: what is not a number is missing."""
    values = column.combine_chunks()
    return pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)


def _fetched_at(answers: Sequence[Answer], position: Array) -> pa.Array:
    instants = pa.array([a.fetched.fetched_at for a in answers], pa.timestamp("us", "UTC"))
    return instants.take(pa.array(position))


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary columns as plain text, numbered by ``code``."""
    columns = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table({"code": pa.array(np.arange(table.num_rows, dtype=np.int32))} | columns)


_NO_ROWS = pa.table({})
