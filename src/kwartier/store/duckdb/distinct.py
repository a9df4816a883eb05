"""The distinct rows of a table of dictionary columns, found on the codes alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_DIRECT_LIMIT = 1 << 22


def distinct_rows(table: pa.Table) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Number the distinct rows of ``table`` (dictionary columns in one chunk, nulls allowed).

    Returns each row's number, and for each number the position of a row that has it.
    """
    codes = np.zeros(table.num_rows, dtype=np.int64)
    size = 1
    for column in table.columns:
        array = column.chunk(0)
        if _is_one_word(array):
            continue
        count = len(array.dictionary) + 1
        if size * count > _DIRECT_LIMIT:
            codes, firsts = _dense(codes, size)
            size = len(firsts)
        codes = codes * count + _indices(array, null=count - 1)
        size *= count
    return _dense(codes, size)


def _is_one_word(array: pa.DictionaryArray) -> bool:
    """Whether all rows say the same, as far as can be told without looking at them."""
    missing = int(array.null_count)
    return missing == len(array) if missing else len(array.dictionary) == 1


def _indices(array: pa.DictionaryArray, null: int) -> npt.NDArray[Any]:
    filled = array.indices.fill_null(null) if array.null_count else array.indices
    indices: npt.NDArray[Any] = filled.to_numpy(zero_copy_only=False).astype(np.int64)
    return indices


def _dense(codes: npt.NDArray[Any], size: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Renumber codes below ``size`` without holes."""
    if size > _DIRECT_LIMIT:
        _, firsts, dense = np.unique(codes, return_index=True, return_inverse=True)
        return dense, firsts
    firsts = np.full(size, -1, dtype=np.int64)
    firsts[codes] = np.arange(len(codes))
    used = np.flatnonzero(firsts >= 0)
    number = np.zeros(size, dtype=np.int64)
    number[used] = np.arange(len(used))
    return number[codes], firsts[used]
