"""Month peaks from what a store summed up, for metering points with a single series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.analysis.columns import Array
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.grid import instant64
from kwartier.analysis.offtake import TAKEN
from kwartier.analysis.peaks import PEAKS_SCHEMA, Quarters, in_order, judge
from kwartier.measurements import STRETCHES_SCHEMA
from kwartier.vocabulary.energy import ELECTRICITY, SUB_HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, require_utc
from kwartier.vocabulary.local_time import months_of
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import MEASURED

_QUARTER: Final = np.timedelta64(15, "m").astype("timedelta64[us]")
_INSTANT: Final = pa.timestamp("us", "UTC")
_NONE: Final = np.datetime64("NaT", "us")


def peak_stretches(
    permissions: Sequence[Permission], now: datetime, policy: ArrivalPolicy = DEFAULT_ARRIVAL
) -> pa.Table:
    """What a store is to sum up of the quarters taken off the grid, for
    :func:`peaks_of_summaries` (``STRETCHES_SCHEMA``).
    """
    return _Plan.of(permissions, now, policy).stretches()


def peaks_of_summaries(
    summaries: pa.Table,
    permissions: Sequence[Permission],
    now: datetime,
    *,
    policy: ArrivalPolicy = DEFAULT_ARRIVAL,
    measured: frozenset[str] = MEASURED,
) -> tuple[pa.Table, list[Permission]]:
    """The peaks that :func:`~kwartier.analysis.month_peaks` would give, as far as sums tell them,
    and the permissions that it is still to be asked about.

    ``summaries`` are the answer to :func:`peak_stretches` of the same permissions, moment and
    policy. Sums do not tell which meters are silent in a slice, nor of days: metering points with
    several series that count, or with values off the quarters' grid, are left, and permissions of
    days.
    """
    plan = _Plan.of(permissions, now, policy)
    counted = _counted(summaries)
    owner = plan.owner[counted["stretch"].to_numpy()]
    is_told = ~_is_puzzling(counted, owner, len(plan.permissions))
    peaks = judge(plan.quarters(counted, measured), plan.now)
    told = [one.metering_point for one, yes in zip(plan.permissions, is_told, strict=True) if yes]
    peaks = peaks.filter(pc.is_in(peaks["metering_point"], pa.array(told, pa.string())))
    settled = set(told)
    left = [
        one
        for one in permissions
        if one.granularity != Granularity.QUARTER_HOUR or one.metering_point not in settled
    ]
    return in_order(peaks.cast(PEAKS_SCHEMA)), left


def _counted(summaries: pa.Table) -> pa.Table:
    """The sums that tell of energy taken off the grid."""
    holds = pc.and_(
        pc.greater(summaries["present"], 0), pc.not_equal(summaries["source"], SUB_HEADPOINT)
    )
    for name, wanted in TAKEN.items():
        words = pa.array(wanted, pa.string())
        holds = pc.and_(holds, pc.is_in(summaries[name].cast(pa.string()), words))
    return summaries.filter(holds)


def _is_puzzling(counted: pa.Table, owner: Array, owners: int) -> Array:
    """Of which permissions sums alone do not tell the peaks."""
    series = counted["series_id"].to_numpy()
    one_of_its_series = np.zeros(owners, dtype=series.dtype)
    one_of_its_series[owner] = series
    puzzling = np.zeros(owners, dtype=bool)
    puzzling[owner[series != one_of_its_series[owner]]] = True
    puzzling[owner[counted["off_grid"].to_numpy()]] = True
    return puzzling


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Quarters in a row that are permitted, of one local month, and all due or none."""

    month: np.datetime64
    start: np.datetime64
    end: np.datetime64
    is_due: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """The stretches of the permissions of quarters, one after the other.

    One element a stretch: ``owner`` (the index of its permission) and ``row`` (that of its month
    of its permission, counted on from one permission to the next).
    """

    permissions: list[Permission]
    now: datetime
    parts: list[_Stretch]
    owner: Array
    row: Array

    @classmethod
    def of(cls, permissions: Sequence[Permission], now: datetime, policy: ArrivalPolicy) -> _Plan:
        now = require_utc(now, "now")
        due_until = instant64(policy.due_until(ELECTRICITY, now))
        # Many are permitted the same time, which is laid out once.
        lay_out = cache(lambda intervals: _lay_out(intervals, instant64(now), due_until))
        quarterly = [
            one
            for one in permissions
            if one.energy_type == ELECTRICITY and one.granularity == Granularity.QUARTER_HOUR
        ]
        parts: list[_Stretch] = []
        owner: list[int] = []
        for index, permission in enumerate(quarterly):
            laid_out = lay_out(permission.intervals)
            parts += laid_out
            owner += [index] * len(laid_out)
        months = np.array([part.month for part in parts], dtype="datetime64[M]")
        owners = np.array(owner, dtype=np.int64)
        begins = np.ones(len(parts), dtype=bool)
        begins[1:] = (owners[1:] != owners[:-1]) | (months[1:] != months[:-1])
        return cls(quarterly, now, parts, owners, np.cumsum(begins) - 1)

    def stretches(self) -> pa.Table:
        """The stretches as a store is asked for them."""
        points = [self.permissions[index].metering_point for index in self.owner]
        columns = [
            pa.array(points, pa.string()),
            pa.array([ELECTRICITY] * len(points), pa.string()),
            _instants([part.start for part in self.parts]),
            _instants([part.end for part in self.parts]),
        ]
        return pa.table(columns, schema=STRETCHES_SCHEMA)

    def quarters(self, counted: pa.Table, measured: frozenset[str]) -> Quarters:
        """What the sums say of each month."""
        firsts = np.flatnonzero(np.diff(self.row, prepend=-1))
        size = len(firsts)
        starts = np.array([part.start for part in self.parts], dtype="datetime64[us]")
        ends = np.array([part.end for part in self.parts], dtype="datetime64[us]")
        is_due = np.array([part.is_due for part in self.parts], dtype=bool)
        lengths = (ends - starts) // _QUARTER
        stretch, present = counted["stretch"].to_numpy(), counted["present"].to_numpy()
        row = self.row[stretch]
        states = counted["validation_state"].cast(pa.string())
        is_measured = pc.is_in(states, pa.array(sorted(measured), pa.string())).to_numpy()
        early = ~is_due[stretch]
        highest, at = _highest(counted.filter(pa.array(is_measured)), row[is_measured], size)
        return Quarters(
            metering_point=[self.permissions[i].metering_point for i in self.owner[firsts]],
            month=np.array([self.parts[i].month for i in firsts], dtype="datetime64[M]"),
            permitted=_added(lengths, self.row, size),
            expected=_added(lengths[is_due], self.row[is_due], size)
            + _added(present[early], row[early], size),
            present=_added(present, row, size),
            not_measured=_added(present[~is_measured], row[~is_measured], size),
            highest=highest,
            at=at,
        )


def _highest(measured: pa.Table, row: Array, size: int) -> tuple[Array, Array]:
    """Each month's greatest value and when it began first; NaN and NaT where there is none."""
    highest, at = np.full(size, np.nan), np.full(size, _NONE)
    value = measured["greatest"].to_numpy()
    began = measured["greatest_at"].to_numpy().astype("datetime64[us]")
    order = np.lexsort((began, -value, row))
    rows, firsts = np.unique(row[order], return_index=True)
    highest[rows] = value[order[firsts]] + 0.0  # as sums begin with zero, no zero is negative
    at[rows] = began[order[firsts]]
    return highest, at


def _added(counts: Array, row: Array, size: int) -> Array:
    """The counts added up by row."""
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, row, counts.astype(np.int64))
    return total


def _instants(found: Sequence[np.datetime64]) -> pa.Array:
    return pa.array(np.array(found, dtype="datetime64[us]")).cast(_INSTANT)


def _lay_out(
    intervals: Sequence[Interval], now: np.datetime64, due_until: np.datetime64
) -> list[_Stretch]:
    """The whole quarters inside the intervals that are over at ``now``, in order."""
    found: defaultdict[np.datetime64, list[_Stretch]] = defaultdict(list)
    for interval in intervals:
        for local in months_of(interval, ELECTRICITY):
            whole = local.interval(ELECTRICITY)
            start = _on_grid(instant64(max(interval.start, whole.start)), up=True)
            end = _on_grid(min(instant64(min(interval.end, whole.end)), now))
            between = [due_until] if start < due_until < end else []
            month = np.datetime64(str(local), "M")
            for one, other in pairwise([start, *between, end]):
                if one < other:
                    found[month].append(_Stretch(month, one, other, bool(other <= due_until)))
    return [part for month in sorted(found) for part in found[month]]


def _on_grid(instant: np.datetime64, *, up: bool = False) -> np.datetime64:
    """The start of the quarter that holds ``instant``, or of the next (``up``)."""
    over = (instant - np.datetime64(0, "us")) % _QUARTER
    begun: np.datetime64 = instant - over
    return begun + _QUARTER if up and over else begun
