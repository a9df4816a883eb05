"""Several replies as one measurements table: every value once, in order."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwartier.measurements.fetched import Undecoded
from kwartier.measurements.schema import SERIES_COLUMNS
from kwartier.measurements.table import empty_measurements


class UndecodedWarning(UserWarning):
    """Parts of replies could not be read; ``undecoded`` lists where, why, and what time."""

    def __init__(self, undecoded: Sequence[Undecoded], whose: str) -> None:
        self.undecoded = tuple(undecoded)
        first = self.undecoded[0]
        super().__init__(
            f"{len(self.undecoded)} parts of {whose} replies could not be read as they stand, "
            f"the first being {first.path} ({first.interval or 'of an unknown time'}): "
            f"{first.why}; the warning's `undecoded` lists them all"
        )


class Decoded(Protocol):
    """A reply as a table, and what of it could not be read."""

    @property
    def table(self) -> pa.Table: ...
    @property
    def undecoded(self) -> tuple[Undecoded, ...]: ...


def one_table(replies: Sequence[Decoded], *, whose: str) -> pa.Table:
    """All values once, of two the later reply's, sorted by series and start.

    Warns (UndecodedWarning) of what could not be read of ``whose`` replies, at the line that
    called our caller.
    """
    undecoded = [part for reply in replies for part in reply.undecoded]
    if undecoded:
        warnings.warn(UndecodedWarning(undecoded, whose), stacklevel=3)
    tables = [reply.table for reply in replies if reply.table.num_rows]
    if not tables:
        return empty_measurements()
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    series, start = _series_numbers(table), table["start"].cast(pa.int64()).to_numpy()
    rows = np.lexsort((start, series))  # stable: of two alike the later reply's comes last
    is_last = np.ones(len(rows), bool)
    is_last[:-1] = (series[rows[1:]] != series[rows[:-1]]) | (start[rows[1:]] != start[rows[:-1]])
    return table.take(pa.array(rows[is_last])).combine_chunks()


def _series_numbers(table: pa.Table) -> npt.NDArray[np.int64]:
    """A number for each row's series; numbers ascend as the series' words do, null first."""
    numbers = np.zeros(table.num_rows, np.int64)
    for name in SERIES_COLUMNS:
        column = table[name].combine_chunks()
        words = column.dictionary.to_pylist()
        rank = np.zeros(len(words) + 1, np.int64)  # the last, for null, stays 0
        for place, word in enumerate(sorted(range(len(words)), key=words.__getitem__), 1):
            rank[word] = place
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        numbers = numbers * (len(words) + 1) + rank[codes]
        numbers = np.unique(numbers, return_inverse=True)[1]
    return numbers
