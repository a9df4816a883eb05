"""Amounts slice by slice on one axis of time: what a chart draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.analysis.offtake import silent_meters
from kwartier.analysis.slices import Placed, Slices, lay_out
from kwartier.analysis.states import states_of
from kwartier.analysis.totals import registers_of, series_of, sub_headpoints
from kwartier.vocabulary.energy import GAS, SUB_HEADPOINT
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import PROVISIONAL, counts_as_measured

ABSENT, AS_MEASURED, NOT_MEASURED, NOT_DEFINITIVE = range(4)
"""The state of a slice: nothing whole is there; all of it is measured; some of it is estimated or
in a state that is not known; some of it came by a provisional gas conversion factor.
"""
_EMPTY: Final = np.array([], dtype="datetime64[us]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One register: ``amounts`` in ``unit`` a slice, NaN where it is not there whole, and the
    ``states`` of the slices.
    """

    direction: str
    register: str
    unit: str
    sub_headpoint: str | None
    amounts: Array
    states: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """The curves of one granularity of one metering point over the same slices, which follow each
    other without a hole: ``starts`` and ``ends`` as ``datetime64[us]`` in UTC.
    """

    starts: Array
    ends: Array
    curves: Sequence[Curve]

    def totals(self) -> Iterator[Curve]:
        """The curves of the metering point itself, without what is metered behind it."""
        return (one for one in self.curves if one.sub_headpoint is None)


def curves_of(values: pa.Table, permission: Permission | None, now: datetime) -> Curves:
    """What each register counted in each slice from the first that is permitted to the last that is
    over at ``now``; nothing without a permission.

    ``values`` are measurements of the permission's metering point. Levels and registers are as in
    ``totals``: headpoint before meters, meters added up, a total of day and night where none is
    given; what is metered behind a sub-headpoint stands apart. Of a provider that tells no
    validation states, as Eneco tells none, all counts as measured.
    """
    if permission is None:
        return Curves(starts=_EMPTY, ends=_EMPTY, curves=())
    slices = lay_out([permission], now, DEFAULT_ARRIVAL)
    columns = Columns(values)
    parts: list[tuple[str | None, Placed]]
    parts = [(None, part) for part in series_of(slices.place(columns), slices)]
    if SUB_HEADPOINT in columns.words("source").words:
        parts += sub_headpoints(slices.place(columns, behind=True))
    found = []
    for sub_headpoint, part in parts:
        silent = silent_meters(part, slices)
        for register, rows, whole in registers_of(part, slices):
            whole[silent] = False
            found.append(_curve(register or "", rows, whole, slices, sub_headpoint))
    return Curves(starts=slices.starts, ends=slices.ends, curves=found)


def _curve(
    register: str, rows: Placed, whole: Array, slices: Slices, sub_headpoint: str | None
) -> Curve:
    amounts = np.bincount(rows.slot, rows.columns.values(), minlength=len(slices))
    states = np.where(whole, np.uint8(AS_MEASURED), np.uint8(ABSENT))
    factor = rows.columns.words("gas_conversion_factor").are(PROVISIONAL)
    provisional = factor & rows.columns.words("energy_type").are(GAS)
    unmeasured = states_of(rows.columns).each(lambda state: not counts_as_measured(str(state)))
    for which, state in ((provisional, NOT_DEFINITIVE), (unmeasured, NOT_MEASURED)):
        slots = rows.slot[which]
        states[slots[whole[slots]]] = state
    return Curve(
        direction=_only(rows, "direction"),
        register=register,
        unit=_only(rows, "unit"),
        sub_headpoint=sub_headpoint,
        amounts=np.where(whole, amounts, np.nan),
        states=states,
    )


def _only(rows: Placed, name: str) -> str:
    """The word that all rows have in a column."""
    words = rows.columns.words(name)
    return words.words[int(words.codes[0])] or ""
