"""The slices that permissions open, numbered, and which rows of a table stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final

import numpy as np

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.analysis.grid import NOWHERE, Grid, instant64
from kwartier.vocabulary.energy import COOLING, SUB_HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import require_utc
from kwartier.vocabulary.local_time import local_days
from kwartier.vocabulary.mandate import Permission

_OWNING: Final = ("metering_point", "energy_type", "granularity", "source")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the slices of one permission lie: in their grid, and among all slices."""

    kind: int
    first: int
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of a table that stand in a slice, and in which: ``slot[i]`` is that of row i."""

    columns: Columns
    slot: Array

    def where(self, holds: Array) -> Placed:
        """Those rows for which ``holds`` is true."""
        if holds.all():
            return self
        rows = np.flatnonzero(holds)
        return Placed(self.columns.at(rows), self.slot[rows])


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices of all ``permissions``: permission by permission, in order of time.

    One element a slice: ``starts``, ``ends``, ``permitted`` (wholly inside a permitted interval,
    and over; what lies between two intervals is listed but not permitted), ``due`` (permitted,
    and should have arrived) and ``row``. One element a row, which is a local month of a
    permission: ``row_permission`` (its index) and ``row_month`` (``datetime64[M]``).
    """

    permissions: tuple[Permission, ...]
    starts: Array
    ends: Array
    permitted: Array
    due: Array
    row: Array
    row_permission: Array
    row_month: Array
    _grids: tuple[Grid, ...]
    _places: tuple[_Place, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def count(self, which: Array) -> Array:
        """For how many slices of each month ``which`` (a boolean a slice) holds."""
        return np.bincount(self.row[which], minlength=len(self.row_month))

    def due_or(self, there: Array) -> Array:
        """The slices to expect: those that are due or ``there``. Of cooling, which flows for part
        of the year and whose channel is absent for the rest, only on local days with any there.
        """
        expected: Array = self.due | there
        of_cooling = np.array([p.energy_type == COOLING for p in self.permissions], dtype=bool)
        seasonal = np.flatnonzero(of_cooling[self.row_permission[self.row]])
        if len(seasonal):
            days = local_days(self.starts[seasonal], COOLING).astype(np.int64)
            days += self.row_permission[self.row[seasonal]] << 32  # one point's days apart
            has_any = np.isin(days, days[there[seasonal]])
            expected[seasonal] &= has_any
        return expected

    def place(self, columns: Columns, *, behind: bool = False) -> Placed:
        """The rows that give a value for one of the slices.

        Rows without a value, or outside what is permitted, are left out; so are those of
        sub-headpoints, unless they are asked for (``behind``): then it is all others.
        """
        slot = np.array([], dtype=np.int64)
        if len(self):
            permissions = self._permission_by_words(columns, behind)
            parts = [self._slots(block, permissions) for block in columns.blocks()]
            slot = np.concatenate([slot, *parts])
        rows = np.flatnonzero(slot != NOWHERE)
        return Placed(columns.at(rows), slot[rows])

    def _slots(self, columns: Columns, permissions: Array) -> Array:
        """The slice that each row gives a value for, or NOWHERE."""
        code = np.zeros(len(columns), dtype=np.int64)
        for name, words in zip(_OWNING, permissions.shape, strict=True):
            code = code * words + columns.words(name).codes
        permission = permissions.ravel()[code]
        permission[np.isnan(columns.values())] = NOWHERE
        slot = np.full(len(columns), NOWHERE, dtype=np.int64)
        kinds = np.array([place.kind for place in self._places] + [NOWHERE])
        for kind, grid in enumerate(self._grids):
            rows = np.flatnonzero(kinds[permission] == kind)
            slot[rows] = self._slot(grid, permission[rows], columns.at(rows))
        return slot

    def _slot(self, grid: Grid, permission: Array, columns: Columns) -> Array:
        firsts = np.array([place.first for place in self._places])
        counts = np.array([place.count for place in self._places])
        offsets = np.array([place.offset for place in self._places])
        index = grid.find(columns.instants("start"), columns.instants("end")) - firsts[permission]
        inside = (index >= 0) & (index < counts[permission])
        slot = np.where(inside, index + offsets[permission], NOWHERE)
        slot[inside] = np.where(self.permitted[slot[inside]], slot[inside], NOWHERE)
        return slot

    def _permission_by_words(self, columns: Columns, behind: bool) -> Array:
        """The permission that each combination of the owning columns' words falls under."""
        keys: dict[tuple[str | None, ...], int] = {
            (p.metering_point, p.energy_type, str(p.granularity)): index
            for index, p in enumerate(self.permissions)
        }
        words = [columns.words(name).words for name in _OWNING]
        permission = [
            keys.get(tuple(owner), NOWHERE) if (source == SUB_HEADPOINT) is behind else NOWHERE
            for *owner, source in product(*words)
        ]
        return np.array(permission, dtype=np.int64).reshape([len(each) for each in words])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The slices of one permission, from its first permitted one to its last."""

    grid: Grid
    kind: int
    span: slice
    permitted: Array
    due: Array

    @property
    def count(self) -> int:
        return len(self.permitted)

    @property
    def touched(self) -> Array:
        """The months that have slices here, without a hole, as numbers."""
        months = self.grid.months[self.span].astype(np.int64)
        return np.arange(months[0], months[-1] + 1) if len(months) else months

    @property
    def row(self) -> Array:
        """Per slice, the index of its month in ``touched``."""
        months = self.grid.months[self.span].astype(np.int64)
        return months - months[:1]


def lay_out(permissions: Sequence[Permission], now: datetime, policy: ArrivalPolicy) -> Slices:
    """Number the slices that ``permissions`` open and that are over at ``now``."""
    now = require_utc(now, "now")
    kinds = list(dict.fromkeys((p.granularity, p.energy_type) for p in permissions))
    grids = [_grid(permissions, *kind, now) for kind in kinds]
    stretches = []
    for permission in permissions:
        kind = kinds.index((permission.granularity, permission.energy_type))
        due_until = policy.due_until(permission.energy_type, now)
        stretches.append(_stretch(permission, kind, grids[kind], now, due_until))
    offsets = _running([stretch.count for stretch in stretches])
    touched = [stretch.touched for stretch in stretches]
    rows = _running([len(months) for months in touched])
    return Slices(
        permissions=tuple(permissions),
        starts=_joined([s.grid.starts[s.span] for s in stretches], "datetime64[us]"),
        ends=_joined([s.grid.ends[s.span] for s in stretches], "datetime64[us]"),
        permitted=_joined([s.permitted for s in stretches], "bool"),
        due=_joined([s.due for s in stretches], "bool"),
        row=_joined([s.row + row for s, row in zip(stretches, rows, strict=True)], "int64"),
        row_permission=np.repeat(np.arange(len(touched)), [len(months) for months in touched]),
        row_month=_joined(touched, "int64").astype("datetime64[M]"),
        _grids=tuple(grids),
        _places=tuple(
            _Place(s.kind, s.span.start, s.count, offset)
            for s, offset in zip(stretches, offsets, strict=True)
        ),
    )


def _grid(
    permissions: Sequence[Permission], granularity: Granularity, energy_type: str, now: datetime
) -> Grid:
    """One grid that holds the slices of all permissions of a kind."""
    intervals = [
        interval
        for permission in permissions
        if (permission.granularity, permission.energy_type) == (granularity, energy_type)
        for interval in permission.intervals
    ]
    start = min(interval.start for interval in intervals)
    end = min(now, max(interval.end for interval in intervals))
    return Grid.spanning(start, max(start, end), granularity, energy_type)


def _stretch(
    permission: Permission, kind: int, grid: Grid, now: datetime, due_until: datetime
) -> _Stretch:
    inside = [grid.inside(i.start, min(i.end, now)) for i in permission.intervals]
    permitted = np.zeros(len(grid.starts), dtype=bool)
    for part in inside:
        permitted[part] = True
    span = slice(inside[0].start, max(inside[0].start, inside[-1].stop))
    due = permitted & (grid.ends <= instant64(due_until))
    return _Stretch(grid, kind, span, permitted[span], due[span])


def _running(counts: Sequence[int]) -> list[int]:
    """Where each part begins when parts of these lengths are laid end to end."""
    return [0, *np.cumsum(counts, dtype=np.int64).tolist()][: len(counts)]


def _joined(parts: Sequence[Array], dtype: str) -> Array:
    return np.concatenate([np.array([], dtype=dtype), *parts])
