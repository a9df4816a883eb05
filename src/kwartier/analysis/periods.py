"""Local days, months and years, and the slices in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array
from kwartier.analysis.slices import Slices
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_interval, local_days

_HOUR = np.timedelta64(1, "h")


class Period(StrEnum):
    """A stretch of the local calendar; of gas, the gas days that begin in it."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def resolution(self) -> str:
        """Numpy's name of it."""
        return {"day": "D", "month": "M", "year": "Y"}[self.value]

    def interval(self, first_day: date, energy_type: str) -> Interval:
        """The instants of the period that begins with a local day (a date)."""
        if self is Period.DAY:
            return day_interval(first_day, energy_type)
        month = Month.of(first_day)
        last = month if self is Period.MONTH else month.plus(11)
        return Interval(month.interval(energy_type).start, last.interval(energy_type).end)


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods that slices belong to, in the slices' order.

    One element a period: ``owner`` (the index of its permission), ``label`` (``datetime64`` of the
    period's resolution) and ``begins`` (its first slice). One element a slice: ``of_slice``.
    """

    by: Period
    owner: Array
    label: Array
    begins: Array
    of_slice: Array

    @classmethod
    def of(cls, slices: Slices, by: Period) -> Periods:
        """Number the periods of each permission's slices."""
        labels = _labels(slices, by)
        owners = slices.row_permission[slices.row]
        changes = np.r_[True, (np.diff(labels).view(np.int64) != 0) | (np.diff(owners) != 0)]
        begins = np.flatnonzero(changes[: len(slices)])
        of_slice = np.cumsum(changes[: len(slices)]) - 1
        return cls(by, owners[begins], labels[begins], begins, of_slice)

    def __len__(self) -> int:
        return len(self.owner)

    def add_up(self, each: Array) -> Array:
        """The sum over each period of what there is of each slice."""
        if len(self) == 0:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(each.astype(np.int64), self.begins)

    def names(self) -> list[str]:
        """How each period is called: 2026-01-31, 2026-01 or 2026."""
        distinct, place = np.unique(self.label, return_inverse=True)
        words = distinct.astype(str).tolist()
        return [words[index] for index in place.tolist()]

    def bounds(self, slices: Slices) -> tuple[pa.Array, pa.Array]:
        """When each period begins and ends, in UTC."""
        is_gas = np.array([p.energy_type == GAS for p in slices.permissions], dtype=bool)
        both = [_bounds(self.by, self.label, energy_type) for energy_type in (ELECTRICITY, GAS)]
        chosen = np.where(is_gas[self.owner], both[1], both[0])
        first, last = (pa.array(edge.astype("datetime64[us]")) for edge in chosen)
        return first.cast(pa.timestamp("us", "UTC")), last.cast(pa.timestamp("us", "UTC"))


def hours_of(slices: Slices) -> Array:
    """How long each slice is, in hours."""
    return (slices.ends - slices.starts) / _HOUR


def whole_days(slices: Slices, periods: Periods) -> Array:
    """Per period, the hours of its local days that are permitted whole."""
    days = Periods.of(slices, Period.DAY)
    if len(days) == 0:
        return np.zeros(0)
    hours = np.add.reduceat(hours_of(slices) * slices.permitted, days.begins)
    first, last = days.bounds(slices)
    length = (last.cast(pa.int64()).to_numpy() - first.cast(pa.int64()).to_numpy()) / 3.6e9
    is_whole = np.isclose(hours, length)
    of_day = periods.of_slice[days.begins]
    return np.bincount(of_day[is_whole], length[is_whole], minlength=len(periods))


def _labels(slices: Slices, by: Period) -> Array:
    if by is not Period.DAY:
        return slices.row_month[slices.row].astype(f"datetime64[{by.resolution}]")
    is_gas = np.array([p.energy_type == GAS for p in slices.permissions], dtype=bool)
    of_gas = is_gas[slices.row_permission[slices.row]]
    labels = np.empty(len(slices), dtype="datetime64[D]")
    labels[of_gas] = local_days(slices.starts[of_gas], GAS)
    labels[~of_gas] = local_days(slices.starts[~of_gas], ELECTRICITY)
    return labels


def _bounds(by: Period, label: Array, energy_type: str) -> Array:
    distinct, place = np.unique(label, return_inverse=True)
    edges = np.empty((2, len(distinct)), dtype="datetime64[us]")
    for number, first_day in enumerate(distinct.astype("datetime64[D]").tolist()):
        interval = by.interval(first_day, energy_type)
        edges[:, number] = [t.replace(tzinfo=None) for t in (interval.start, interval.end)]
    return edges[:, place]
