"""What is there of what should be there, per metering point, granularity and local month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.grid import NOWHERE
from kwartier.analysis.offtake import KWH, one_level
from kwartier.analysis.slices import Slices, lay_out
from kwartier.analysis.states import ranked, states_of
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import (
    ESTIMATED,
    MEASURED,
    PROVISIONAL,
    STATELESS,
    counts_as_measured,
)

_INSTANT: Final = pa.timestamp("us", "UTC")
_GAP: Final = pa.struct([pa.field("start", _INSTANT), pa.field("end", _INSTANT)])

COVERAGE_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("granularity", pa.string()),
        ("month", pa.string()),
        ("expected", pa.int64()),
        ("present", pa.int64()),
        ("missing", pa.int64()),
        ("estimated", pa.int64()),
        ("not_measured", pa.int64()),
        ("provisional", pa.int64()),
        ("states", pa.map_(pa.string(), pa.int64())),
        ("gaps", pa.list_(_GAP)),
    ]
)


def month_coverage(
    values: pa.Table,
    permissions: Sequence[Permission],
    now: datetime,
    policy: ArrivalPolicy = DEFAULT_ARRIVAL,
    *,
    measured: frozenset[str] = MEASURED,
) -> pa.Table:
    """Completeness by month (``COVERAGE_SCHEMA``; ``month`` reads 2026-01).

    ``values`` are measurements: all that is stored of the permissions' metering points (what lies
    outside the permissions is not counted). A slice is *present* when at least one value stands
    in it, whatever the register; *expected* when it is present already or should be by now (of
    cooling: on days of which there is any, since none flows in winter);
    its state is the worst among its values (measured, then EST, NVAL, words we do not know, and
    ``unknown`` where it is null). Where a slice has the headpoint's values, the meters' do not
    count: both carry the same energy. ``estimated``: slices in state EST; ``not_measured``: in
    none of ``measured``; ``provisional``: of gas, with kWh by a provisional conversion factor.
    Of a provider that tells no states, as Eneco tells none, a null counts as measured, and no
    state is counted in ``states``.
    ``gaps`` are the longest stretches of missing slices that follow each other; a gap that runs
    on into the next month is cut there. Months in which nothing is expected yet are left out.
    """
    slices = lay_out(permissions, now, policy)
    seen = look(Columns(values), slices, measured)
    present = seen.rank != NOWHERE
    expected = slices.due_or(present)
    missing = expected & ~present
    states = _states_by_month(slices, seen)
    words = seen.words
    estimated = states[:, words.index(ESTIMATED)] if ESTIMATED in words else np.zeros(len(states))
    is_unmeasured = [not counts_as_measured(word, measured) for word in words]
    not_measured = states[:, is_unmeasured].sum(axis=1)
    owners = [slices.permissions[index] for index in slices.row_permission]
    table = pa.table(
        [
            [owner.metering_point for owner in owners],
            [owner.energy_type for owner in owners],
            [str(owner.granularity) for owner in owners],
            slices.row_month.astype(str),
            slices.count(expected),
            slices.count(present),
            slices.count(missing),
            estimated.astype(np.int64),
            not_measured.astype(np.int64),
            slices.count(seen.provisional),
            _states_column(states, words),
            _gaps_column(slices, missing),
        ],
        schema=COVERAGE_SCHEMA,
    )
    return table.filter(pa.array(slices.count(expected) > 0))


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in each slice: the ``rank`` of its worst state among ``words`` (NOWHERE when
    absent), and whether gas is ``provisional``.
    """

    words: tuple[str, ...]
    rank: Array
    provisional: Array


def look(columns: Columns, slices: Slices, measured: frozenset[str]) -> Seen:
    """The states of all ``slices``, where the headpoint speaks its own, else the meters'."""
    placed = one_level(slices.place(columns), len(slices))
    state = states_of(placed.columns)
    words = ranked({str(word) for word in state.words}, measured)
    rank_of_row = state.each(words.index)
    rank = np.full(len(slices), NOWHERE, dtype=np.int64)
    for index in range(len(words)):
        rank[placed.slot[rank_of_row == index]] = index
    is_provisional = (
        placed.columns.words("gas_conversion_factor").are(PROVISIONAL)
        & placed.columns.words("energy_type").are(GAS)
        & placed.columns.words("unit").are(KWH)
    )
    provisional = np.zeros(len(slices), dtype=bool)
    provisional[placed.slot[is_provisional]] = True
    return Seen(words, rank, provisional)


def _states_by_month(slices: Slices, seen: Seen) -> Array:
    """How many slices of each month (rows) are in each state (columns)."""
    shape = len(slices.row_month), len(seen.words)
    present = seen.rank != NOWHERE
    cells = slices.row[present] * shape[1] + seen.rank[present]
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def _states_column(states: Array, words: tuple[str, ...]) -> pa.Array:
    rows, columns = np.nonzero(states * [word != STATELESS for word in words])
    offsets = np.searchsorted(rows, np.arange(len(states) + 1))
    keys = pa.array([words[column] for column in columns], pa.string())
    counts = pa.array(states[rows, columns], pa.int64())
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys, counts)


def _gaps_column(slices: Slices, missing: Array) -> pa.Array:
    """Runs of missing slices that follow each other within a month."""
    absent = np.flatnonzero(missing)
    row = slices.row[absent]
    breaks = np.flatnonzero((np.diff(absent) != 1) | (np.diff(row) != 0)) + 1
    firsts = np.concatenate([[0], breaks]) if len(absent) else breaks
    lasts = np.concatenate([breaks, [len(absent)]])[: len(firsts)] - 1
    gaps = pa.StructArray.from_arrays(
        [
            pa.array(slices.starts[absent[firsts]]).cast(_INSTANT),
            pa.array(slices.ends[absent[lasts]]).cast(_INSTANT),
        ],
        fields=list(_GAP),
    )
    offsets = np.searchsorted(row[firsts], np.arange(len(slices.row_month) + 1))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), gaps)
