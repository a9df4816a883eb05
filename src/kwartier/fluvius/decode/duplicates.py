"""Slices that a reply carries more than once: the last one counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwartier.fluvius.decode.run import Run
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.interval import Interval

_COMPARED = ("end", "value", "validation_state", "gas_conversion_factor")
_WHY = "the slice comes more than once with different values; the last one was kept"


def may_hold_duplicates(keys: Sequence[Hashable], runs: Sequence[Run]) -> bool:
    """A quick look: whether some series has two runs, or a run whose starts do not ascend."""
    return len(set(keys)) < len(keys) or not all(_ascends(run) for run in runs)


def _ascends(run: Run) -> bool:
    starts = _microseconds(run.start)
    return bool((starts[1:] > starts[:-1]).all())


def drop_duplicates(
    table: pa.Table, keys: Sequence[Hashable], paths: Sequence[str], runs: Sequence[Run]
) -> tuple[pa.Table, list[Undecoded]]:
    """Keep the last row of each series, unit and start; note where an earlier one differed.

    ``keys``, ``paths`` and ``runs`` go together, and in order make up the table's rows.
    """
    lengths = [len(run) for run in runs]
    number = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    array = {path: i for i, path in enumerate(dict.fromkeys(paths))}
    series = np.repeat(np.array([number[key] for key in keys]), lengths)
    arrays = np.repeat(np.array([array[path] for path in paths]), lengths)
    unit = table["unit"].combine_chunks().indices.fill_null(-1).to_numpy()
    start = _microseconds(table["start"].combine_chunks())
    order = np.concatenate([run.order for run in runs])
    rows = np.lexsort((order, arrays, start, unit, series))
    same = np.ones(max(0, len(rows) - 1), bool)
    for column in (series, unit, start):
        same &= column[rows[1:]] == column[rows[:-1]]
    if not same.any():
        return table, []
    is_last = np.append(~same, True)
    last_of = rows[is_last][np.searchsorted(np.flatnonzero(is_last), np.arange(len(rows)))]
    dropped, kept_instead = rows[~is_last], last_of[~is_last]
    differs = _differences(table, dropped, kept_instead)
    path_of = list(array)
    notes = [
        Undecoded(path=path_of[arrays[row]], why=_WHY, interval=_interval(table, int(row)))
        for row in dict.fromkeys(kept_instead[differs].tolist())
    ]
    keep = np.ones(len(rows), bool)
    keep[dropped] = False
    return table.filter(pa.array(keep)), notes


def _differences(
    table: pa.Table, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    compared = table.select(_COMPARED)
    pairs = zip(compared.take(left).to_pylist(), compared.take(right).to_pylist(), strict=True)
    return np.array([one != other for one, other in pairs], bool)


def _interval(table: pa.Table, row: int) -> Interval:
    return Interval(table["start"][row].as_py(), table["end"][row].as_py())


def _microseconds(instants: pa.Array) -> npt.NDArray[np.int64]:
    counted: npt.NDArray[np.int64] = instants.cast(pa.int64()).to_numpy()
    return counted
