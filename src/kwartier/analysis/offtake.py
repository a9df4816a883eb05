"""The energy taken off the grid, slice by slice, at the level of the metering point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.slices import Placed, Slices
from kwartier.vocabulary.energy import HEADPOINT, OFFTAKE

KWH: Final = "kWh"
TOTAL: Final = "total"
TARIFF_REGISTERS: Final = ("day", "night")
TAKEN: Final = {
    "direction": (OFFTAKE,),
    "unit": (KWH,),
    "register": (TOTAL, *TARIFF_REGISTERS),
}
"""What the series say that tell of energy taken off the grid."""


@dataclass(frozen=True, slots=True)
class Offtake:
    """One element a slice.

    ``measured``: the kWh that meters registered themselves, NaN where they registered none;
    ``present``: every meter gave a value; ``is_measured``: and all of them registered it.
    """

    measured: Array
    present: Array
    is_measured: Array


def offtake(columns: Columns, slices: Slices, measured_states: frozenset[str]) -> Offtake:
    """Add up each slice's active energy, in kWh; other registers, units and directions stay out.

    Where a slice has the headpoint's value, the meters' are left out, since both carry the same
    energy; where it has a total, day and night are. Physical meters are added up. Old and new
    meter of an exchange follow each other, so what is there is the whole; a meter that has values
    both before and after a slice but none in it leaves that slice incomplete.
    """
    placed = slices.place(columns)
    for name, wanted in TAKEN.items():
        placed = placed.where(placed.columns.words(name).are(*wanted))
    placed = preferred(placed, len(slices))
    slot, kwh = placed.slot, placed.columns.values()
    registered = placed.columns.words("validation_state").each(lambda word: word in measured_states)
    present = np.zeros(len(slices), dtype=bool)
    present[slot] = True
    present[silent_meters(placed, slices)] = False
    is_measured = present.copy()
    is_measured[slot[~registered]] = False
    measured = np.full(len(slices), np.nan)
    measured[slot[registered]] = 0.0
    np.add.at(measured, slot[registered], kwh[registered])
    return Offtake(measured, present, is_measured)


def preferred(placed: Placed, slices: int) -> Placed:
    """Of each slice the rows at the headpoint, else at meters; of those the totals, else others."""
    at_meter = ~placed.columns.words("source").are(HEADPOINT)
    is_part = ~placed.columns.words("register").are(TOTAL)
    level = 2 * at_meter.astype(np.int8) + is_part
    best = np.zeros(slices, dtype=np.int8)
    for rank in (3, 2, 1, 0):
        best[placed.slot[level == rank]] = rank
    return placed.where(level == best[placed.slot])


def one_level(placed: Placed, slices: int) -> Placed:
    """Of each slice the rows at the headpoint, else at meters: both carry the same energy."""
    at_headpoint = placed.columns.words("source").are(HEADPOINT)
    has_headpoint = np.zeros(slices, dtype=bool)
    has_headpoint[placed.slot[at_headpoint]] = True
    return placed.where(at_headpoint | ~has_headpoint[placed.slot])


def silent_meters(placed: Placed, slices: Slices) -> Array:
    """The slices in which some meter is silent that has values both before and after.

    Where the headpoint speaks, meters may be silent.
    """
    at_headpoint = placed.columns.words("source").are(HEADPOINT)
    silent = _silent(placed.where(~at_headpoint), slices)
    return silent[~np.isin(silent, placed.slot[at_headpoint])]


def _silent(placed: Placed, slices: Slices) -> Array:
    place, meter = placed.slot, placed.columns.words("meter_id").codes
    owner = slices.row_permission[slices.row[place]]
    one_meter = np.zeros(len(slices.permissions), dtype=meter.dtype)
    one_meter[owner] = meter
    several = np.isin(owner, owner[meter != one_meter[owner]])
    order = np.lexsort((place[several], meter[several], owner[several]))
    place, meter, owner = place[several][order], meter[several][order], owner[several][order]
    if len(place) == 0:
        return place
    begins = np.flatnonzero(np.r_[True, (np.diff(meter) != 0) | (np.diff(owner) != 0)])
    lasts = np.r_[begins[1:], len(place)] - 1
    standing = np.zeros(len(slices) + 1, dtype=np.int64)
    np.add.at(standing, place[begins], 1)
    np.add.at(standing, place[lasts] + 1, -1)
    distinct = np.r_[True, np.diff(place) != 0]
    distinct[begins] = True
    given = np.bincount(place[distinct], minlength=len(slices))
    return np.flatnonzero(given < np.cumsum(standing)[:-1])
