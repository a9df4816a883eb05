"""Which rows are new, revised, unchanged, removed or outdated: the rules, on columns of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.store.duckdb.newer import Newer
from kwartier.store.duckdb.rows import Array, Rows
from kwartier.store.duckdb.stretches import Stretches


@dataclass(frozen=True, slots=True)
class Met:
    """Stored rows that incoming ones meet: ``row`` is the place of the incoming row of the same
    series and start (-1: none), ``old_row`` that of the stored one.
    """

    rows: Rows
    row: Array
    old_row: Array

    def __getitem__(self, which: Array) -> Met:
        return Met(self.rows[which], self.row[which], self.old_row[which])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the rows of a round.

    ``inserted`` is a mask over the incoming rows. ``revised`` and ``removed`` are stored rows,
    ``removed_by`` the fetches that no longer carry them. The others are counted.
    """

    inserted: Array
    revised: Met
    removed: Met
    removed_by: Array
    unchanged: int
    outdated: int


def judge(incoming: Rows, answered_at: Array, met: Met, speech: Stretches, newer: Newer) -> Verdict:
    """Judge a round: ``answered_at`` says when each incoming row was fetched, ``speech`` where
    the round's fetches have the last word.
    """
    is_outdated = newer.stretches.latest_word(incoming) > answered_at
    is_met = met.row >= 0
    matched = met[is_met]
    stored_at = newer.answered_at(matched.rows.fetch_id)
    is_late = is_outdated[matched.row] | (stored_at > answered_at[matched.row])
    is_outdated[matched.row] = is_late
    is_inserted = ~is_outdated
    is_inserted[matched.row] = False
    is_same = _says_the_same(incoming, matched)
    removed, removed_by = _removed(met[~is_met], speech, newer)
    return Verdict(
        inserted=is_inserted,
        revised=matched[~is_late & ~is_same],
        removed=removed,
        removed_by=removed_by,
        unchanged=int(np.count_nonzero(~is_late & is_same)),
        outdated=int(np.count_nonzero(is_outdated)),
    )


def _says_the_same(incoming: Rows, matched: Met) -> Array:
    stored, row = matched.rows, matched.row
    value = incoming.value[row]
    same: Array = (
        ((value == stored.value) | (np.isnan(value) & np.isnan(stored.value)))
        & (incoming.quality_id[row] == stored.quality_id)
        & (incoming.duration_us[row] == stored.duration_us)
    )
    return same


def _removed(absent: Met, speech: Stretches, newer: Newer) -> tuple[Met, Array]:
    """The stored rows that a fetch with the last word no longer carries, and that fetch."""
    place = speech.holding(absent.rows)
    spoken, place = absent[place >= 0], place[place >= 0]
    spoken_at = speech.fetched_at[place]
    is_removed = (newer.answered_at(spoken.rows.fetch_id) <= spoken_at) & (
        newer.stretches.latest_word(spoken.rows) <= spoken_at
    )
    return spoken[is_removed], speech.fetch_id[place[is_removed]]
