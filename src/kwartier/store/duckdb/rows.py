"""Narrow rows, incoming and stored, as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.local_time import local_days

Array = npt.NDArray[Any]

INSTANT: Final = pa.timestamp("us", "UTC")
_HOUR: Final = 3_600_000_000
_RADIX_LIMIT: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of equal length, named as in the store; ``start`` and ``duration_us`` in
    microseconds. A missing value is NaN here and null in the store, which holds no NaN.
    """

    series_id: Array
    start: Array
    duration_us: Array
    value: Array
    quality_id: Array
    fetch_id: Array

    def __len__(self) -> int:
        return len(self.start)

    @property
    def end(self) -> Array:
        """When each slice ends, in microseconds."""
        end: Array = self.start + self.duration_us
        return end

    def __getitem__(self, which: Array | slice) -> Rows:
        """The rows at positions, or those that a mask or a slice selects."""
        return Rows(*(getattr(self, field.name)[which] for field in fields(self)))

    def columns(self) -> dict[str, pa.Array]:
        """The columns as Arrow arrays."""
        columns = {field.name: pa.array(getattr(self, field.name)) for field in fields(self)}
        columns["start"] = columns["start"].cast(INSTANT)
        columns["value"] = pa.array(self.value, from_pandas=True)
        return columns


def rows_of(table: pa.Table) -> Rows:
    """The rows of an Arrow table that has the columns by their names."""
    columns = {field.name: table[field.name] for field in fields(Rows)}
    columns["start"] = columns["start"].cast(pa.int64())
    return Rows(**{name: column.to_numpy() for name, column in columns.items()})


def concat_rows(parts: Sequence[Rows]) -> Rows:
    """The rows of at least one part, one after the other."""
    full = [part for part in parts if len(part)]
    if len(full) <= 1:
        return full[0] if full else parts[0]
    return Rows(
        *(np.concatenate([getattr(part, field.name) for part in full]) for field in fields(Rows))
    )


def ranked(numbers: Array) -> tuple[Array, Array]:
    """The distinct numbers in order, and each one's place among them."""
    if not len(numbers):
        return numbers, np.array([], dtype=np.int64)
    lowest = numbers.min()
    is_there = np.zeros(int(numbers.max() - lowest) + 1, dtype=bool)
    is_there[numbers - lowest] = True
    place = np.cumsum(is_there) - 1
    distinct = np.flatnonzero(is_there).astype(numbers.dtype) + lowest
    return distinct, place[numbers - lowest]


def in_order(group: Array, start: Array) -> Array:
    """The stable order by group (from zero), then start; quick where starts ascend already."""
    is_small = not len(group) or group.max() < _RADIX_LIMIT
    order = np.argsort(group.astype(np.uint16) if is_small else group, kind="stable")
    start_in_order, group_in_order = start[order], group[order]
    goes_back = start_in_order[1:] < start_in_order[:-1]
    goes_back &= group_in_order[1:] == group_in_order[:-1]
    return np.lexsort((start, group)) if goes_back.any() else order


def days_of(start: Array, is_gas: Array | bool) -> Array:
    """The local day of each instant, in days since 1970; for gas the gas day."""
    if is_gas is False or is_gas is True:
        return _by_hour(start, GAS if is_gas else "")
    return np.where(is_gas, _by_hour(start, GAS), _by_hour(start, ""))


def _by_hour(start: Array, energy_type: str) -> Array:
    """Local days begin at whole hours, so that it takes one look for all rows of an hour."""
    hours, lengths = hour_runs(start)
    days = local_days(hours.astype("datetime64[us]"), energy_type)
    return np.repeat(days.astype(np.int32), lengths)


def months_of(start: Array) -> Array:
    """The UTC month of each instant, in months since 1970."""
    hours, lengths = hour_runs(start)
    return np.repeat(hours.astype("datetime64[M]").astype(np.int32), lengths)


def hour_runs(start: Array) -> tuple[Array, Array]:
    """The UTC hours of instants, and how many instants in a row lie in each."""
    hours = start // _HOUR
    if not len(hours):
        return hours.astype("datetime64[h]"), hours
    first = np.append(0, np.flatnonzero(hours[1:] != hours[:-1]) + 1)
    return hours[first].astype("datetime64[h]"), np.diff(first, append=len(hours))
