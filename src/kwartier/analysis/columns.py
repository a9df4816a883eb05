"""A measurements table as numpy arrays, one element a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwartier.measurements import check_measurements

Array = npt.NDArray[Any]

_BLOCK: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Words:
    """A text column: ``words[codes[i]]`` stands in row i; None where it is null."""

    codes: Array
    words: tuple[str | None, ...]

    def each(self, judge: Callable[[str | None], Any]) -> Array:
        """``judge`` of each row's word, asked once a word."""
        verdicts = np.array([judge(word) for word in self.words])
        if len(verdicts) == 1:
            return np.full(len(self.codes), verdicts[0])
        found: Array = verdicts[self.codes]
        return found

    def are(self, *wanted: str) -> Array:
        """Whether each row's word is one of those wanted."""
        return self.each(lambda word: word in wanted)


class Columns:
    """The columns of a measurements table, or those of some of its rows; each is read once."""

    def __init__(self, table: pa.Table) -> None:
        self._table = check_measurements(table).unify_dictionaries()
        self._arrays: dict[str, Array] = {}
        self._rows: Array | None = None

    def __len__(self) -> int:
        return int(self._table.num_rows) if self._rows is None else len(self._rows)

    def at(self, rows: Array) -> Columns:
        """The same columns for the rows with these indices only."""
        chosen = object.__new__(Columns)
        chosen._table, chosen._arrays = self._table, self._arrays
        chosen._rows = rows if self._rows is None else self._rows[rows]
        return chosen

    def blocks(self) -> Iterator[Columns]:
        """All rows of a whole table, a stretch at a time that fits the processor's cache."""
        for batch in self._table.to_batches(max_chunksize=_BLOCK):
            yield Columns(pa.Table.from_batches([batch]))

    def words(self, name: str) -> Words:
        """A dictionary-encoded text column."""
        column = self._table.column(name)
        words = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
        if column.null_count or not words:
            words = [*words, None]
        return Words(self._array(name), tuple(words))

    def instants(self, name: str) -> Array:
        """A time column as ``datetime64[us]`` in UTC."""
        return self._array(name)

    def values(self) -> Array:
        """The values; NaN where missing."""
        return self._array("value")

    def _array(self, name: str) -> Array:
        if name not in self._arrays:
            self._arrays[name] = _read(self._table.column(name))
        array = self._arrays[name]
        return array if self._rows is None else array[self._rows]


def _read(column: pa.ChunkedArray) -> Array:
    """Values, instants, or the codes of words, whose nulls get the code after the last."""
    if not pa.types.is_dictionary(column.type):
        array: Array = column.to_numpy()
        return array
    codes = [np.array([], dtype=np.int32)]
    for chunk in column.chunks:
        indices = chunk.indices
        if chunk.null_count:
            indices = indices.fill_null(len(chunk.dictionary))
        codes.append(indices.to_numpy())
    return np.concatenate(codes) if len(codes) != 2 else codes[1]
