"""The rows of a batch of answers, numbered and laid by round, month, series and start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kwartier.ean_digests import digest_for_logs
from kwartier.measurements import DESCRIPTIVE_COLUMNS, SERIES_COLUMNS, check_measurements
from kwartier.store.duckdb.answers import Answer
from kwartier.store.duckdb.distinct import distinct_rows
from kwartier.store.duckdb.numbering import (
    QUALITY_COLUMNS,
    QualityNumbers,
    SeriesNumbers,
    Words,
)
from kwartier.store.duckdb.rows import Array, Rows, concat_rows, in_order, months_of, ranked
from kwartier.store.errors import StoreError

_HEAP_ROWS = 16_384


@dataclass(frozen=True, slots=True)
class Incoming:
    """Rows with the round in which each is merged and the month, since 1970, in which it lies."""

    rows: Rows
    round: Array
    month: Array


def gather_rows(
    answers: Sequence[Answer], series: SeriesNumbers, qualities: QualityNumbers
) -> Incoming:
    """All rows of the batch. Of a slice that one answer carries twice, the last is kept."""
    spoken = [answer for answer in answers if answer.rows.num_rows]
    if not spoken:
        return Incoming(_NO_ROWS, _NO_NUMBERS, _NO_NUMBERS)
    rows = concat_rows([_numbered(some, series, qualities) for some in _heaps(spoken)])
    rounds = np.array([answer.round for answer in spoken], dtype=np.int32)
    round_ = np.repeat(rounds, [answer.rows.num_rows for answer in spoken])
    month = months_of(rows.start)
    order = _order(round_, month, rows)
    return Incoming(rows[order], round_[order], month[order])


def _heaps(answers: Sequence[Answer]) -> Iterator[list[Answer]]:
    """Answers to number at one go: many if they are small, of different metering points."""
    heap: list[Answer] = []
    points: set[str] = set()
    rows = 0
    for answer in answers:
        point = answer.fetched.fetch.metering_point
        if rows >= _HEAP_ROWS or point in points:
            yield heap
            heap, points, rows = [], set(), 0
        heap.append(answer)
        points.add(point)
        rows += answer.rows.num_rows
    yield heap


def _numbered(heap: Sequence[Answer], series: SeriesNumbers, qualities: QualityNumbers) -> Rows:
    tables = [check_measurements(answer.rows) for answer in heap]
    table = pa.concat_tables(tables)
    if table["start"].num_chunks > 1:
        table = table.unify_dictionaries().combine_chunks()
    answer_of = np.repeat(np.arange(len(heap)), [one.num_rows for one in tables])
    _check_owners(table, heap, answer_of)
    start, end = (table[name].cast(pa.int64()).to_numpy() for name in ("start", "end"))
    return Rows(
        series_id=_series_ids(table, heap, answer_of, series),
        start=start,
        duration_us=end - start,
        value=table["value"].to_numpy(),
        quality_id=_quality_ids(table, qualities),
        fetch_id=np.array([one.fetch_id for one in heap], dtype=np.int32)[answer_of],
    )


def _series_ids(
    table: pa.Table, heap: Sequence[Answer], answer_of: Array, series: SeriesNumbers
) -> Array:
    codes, firsts = distinct_rows(table.select(SERIES_COLUMNS))
    lasts = np.zeros(len(firsts), dtype=np.int64)
    lasts[codes] = np.arange(len(codes))
    numbers = [
        series.number(identity, description, heap[position].fetched.fetched_at)
        for identity, description, position in zip(
            _words(table, SERIES_COLUMNS, firsts),
            _words(table, DESCRIPTIVE_COLUMNS, lasts),
            answer_of[lasts].tolist(),
            strict=True,
        )
    ]
    ids: Array = np.array(numbers, dtype=np.int32)[codes]
    return ids


def _quality_ids(table: pa.Table, qualities: QualityNumbers) -> Array:
    codes, firsts = distinct_rows(table.select(QUALITY_COLUMNS))
    numbers = [qualities.number(pair) for pair in _words(table, QUALITY_COLUMNS, firsts)]
    ids: Array = np.array(numbers, dtype=np.int16)[codes]
    return ids


def _words(table: pa.Table, names: Sequence[str], positions: Array) -> list[Words]:
    """The text of some columns at some rows."""
    at = pa.array(positions)
    columns = [table[name].take(at).to_pylist() for name in names]
    return list(zip(*columns, strict=True))


def _check_owners(table: pa.Table, heap: Sequence[Answer], answer_of: Array) -> None:
    """Refuse an answer with rows of another metering point or provider than was asked."""
    for name in ("metering_point", "provider"):
        asked = [getattr(answer.fetched.fetch, name) for answer in heap]
        code_of = {word: code for code, word in enumerate(dict.fromkeys(asked))}
        column = table[name].chunk(0)
        said = np.array([code_of.get(word, -1) for word in column.dictionary.to_pylist()])
        if len(heap) == len(said) == 1 and said[0] == 0:
            continue
        wanted = np.array([code_of[word] for word in asked])
        strange = np.flatnonzero(said[column.indices.to_numpy()] != wanted[answer_of])
        if len(strange):
            point = digest_for_logs(heap[answer_of[strange[0]]].fetched.fetch.metering_point)
            raise StoreError(
                f"the answer for {point} has rows of another {name}; nothing was stored"
            )


def _order(round_: Array, month: Array, rows: Rows) -> Array:
    """The order in which to lay the rows, without those that a later one of their kind repeats."""
    series, rank = ranked(rows.series_id)
    first = month.min()
    months = int(month.max() - first) + 1
    group = (round_.astype(np.int64) * months + (month - first)) * len(series) + rank
    order = in_order(group, rows.start)
    start, group = rows.start[order], group[order]
    repeats = (start[1:] == start[:-1]) & (group[1:] == group[:-1])
    return order[~np.append(repeats, False)] if repeats.any() else order


_NO_NUMBERS: Array = np.array([], dtype=np.int32)
_NO_ROWS = Rows(
    series_id=_NO_NUMBERS,
    start=np.array([], dtype=np.int64),
    duration_us=np.array([], dtype=np.int64),
    value=np.array([], dtype=np.float64),
    quality_id=np.array([], dtype=np.int16),
    fetch_id=_NO_NUMBERS,
)
