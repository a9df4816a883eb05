"""Counting what came and what went, per series and local day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from kwartier.store.duckdb.numbering import QualityNumbers
from kwartier.store.duckdb.rows import Array, Rows, days_of
from kwartier.vocabulary.quality import ESTIMATED, PROVISIONAL


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts per series and day (since 1970): a line each for present, estimated and provisional
    values.
    """

    series_id: Array
    day: Array
    counts: Array

    def added_up(self) -> Cells:
        """The sums of cells of one series and day that follow each other."""
        if not len(self.day):
            return self
        differs = self.series_id[1:] != self.series_id[:-1]
        differs |= self.day[1:] != self.day[:-1]
        first = np.append(0, np.flatnonzero(differs) + 1)
        sums = np.add.reduceat(self.counts, first, axis=1)
        return Cells(self.series_id[first], self.day[first], sums)

    def __getitem__(self, which: Array) -> Cells:
        return Cells(self.series_id[which], self.day[which], self.counts[:, which])


def count_changes(came: Rows, went: Rows, gas: Collection[int], qualities: QualityNumbers) -> Cells:
    """How much the coverage grows: what came less what went; cells that stay as they are are left
    out. ``gas`` are the series whose days are gas days.
    """
    more, less = (_cells(rows, gas, qualities) for rows in (came, went))
    cells = Cells(
        np.concatenate([more.series_id, less.series_id]),
        np.concatenate([more.day, less.day]),
        np.concatenate([more.counts, -less.counts], axis=1),
    )
    total = cells[np.lexsort((cells.day, cells.series_id))].added_up()
    return total[np.flatnonzero(total.counts.any(axis=0))]


def _cells(rows: Rows, gas: Collection[int], qualities: QualityNumbers) -> Cells:
    is_gas = np.isin(rows.series_id, list(gas)) if gas else False
    is_there = ~np.isnan(rows.value)
    counts = np.zeros((3, len(rows)), dtype=np.int32)
    counts[0] = is_there
    for line, column, word in (
        (1, "validation_state", ESTIMATED),
        (2, "gas_conversion_factor", PROVISIONAL),
    ):
        having = qualities.having(column, word)
        if having:
            counts[line] = is_there & np.isin(rows.quality_id, having)
    return Cells(rows.series_id, days_of(rows.start, is_gas), counts).added_up()
