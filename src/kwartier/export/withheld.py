"""Leaving out what is on hold: it is kept, and used by nobody until a person decided so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.retention import People, unusable
from kwartier.retention.order import Key
from kwartier.store.port import Store
from kwartier.vocabulary.interval import Interval

Withheld = Mapping[Key, Sequence[Interval]]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def withheld_in(store: Store) -> Withheld:
    """What of the store is on hold or waits to be erased, by provider, metering point and
    granularity.
    """
    with store.snapshot() as moment:
        people = People(moment.decisions())
        return unusable(moment.mandates(), moment.references(), moment.held(), people)


def without_withheld(values: pa.Table, on_hold: Withheld) -> pa.Table:
    """``values`` (rows of measurements, or of what changed in them) without those of which any part
    is on hold.
    """
    if not on_hold or not values.num_rows:
        return values
    codes, code_of = _codes(values.unify_dictionaries())
    wanted = {code_of[key]: parts for key, parts in on_hold.items() if key in code_of}
    concerned = np.flatnonzero(np.isin(codes, list(wanted)))
    if not len(concerned):
        return values
    concerned = concerned[np.argsort(codes[concerned], kind="stable")]
    start, end = (_microseconds(values[name])[concerned] for name in ("start", "end"))
    stays = np.ones(values.num_rows, dtype=bool)
    found, firsts = np.unique(codes[concerned], return_index=True)
    for code, first, last in zip(found, firsts, [*firsts[1:], len(concerned)], strict=True):
        for part in wanted[int(code)]:
            before, after = (_microsecond(at) for at in (part.start, part.end))
            touches = (start[first:last] < after) & (end[first:last] > before)
            stays[concerned[first:last][touches]] = False
    return values.filter(pa.array(stays))


def batches_without(
    batches: Iterable[pa.RecordBatch], on_hold: Withheld
) -> Iterator[pa.RecordBatch]:
    """The same for a stream."""
    for batch in batches:
        yield from without_withheld(pa.Table.from_batches([batch]), on_hold).to_batches()


def _codes(values: pa.Table) -> tuple[np.ndarray, dict[Key, int]]:
    """A number for each row's provider, metering point and granularity, and what it stands for."""
    columns = [
        values[name].combine_chunks() for name in ("provider", "metering_point", "granularity")
    ]
    words = [column.dictionary.to_pylist() for column in columns]
    sizes = tuple(len(some) for some in words)
    indices = tuple(column.indices.to_numpy().astype(np.int64) for column in columns)
    codes = np.ravel_multi_index(indices, sizes)
    found = np.unique(codes)
    places = zip(*np.unravel_index(found, sizes), strict=True)
    keys = [(words[0][p], words[1][m], words[2][g]) for p, m, g in places]
    return codes, dict(zip(keys, found.tolist(), strict=True))


def _microsecond(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _microseconds(column: pa.ChunkedArray) -> np.ndarray:
    microseconds: np.ndarray = column.cast(pa.int64()).to_numpy()
    return microseconds
