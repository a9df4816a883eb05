"""The place that each of many customers has in every order, kept right when one of them changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_Numbers = npt.NDArray[np.int32]


class Sorting(StrEnum):
    """By what customers are put in order: the longest in their stage first, the furthest first,
    by label, by id, those with the fewest days left or the most values missing first.
    """

    SINCE = "since"
    STAGE = "stage"
    LABEL = "label"
    CUSTOMER = "customer"
    DAYS_LEFT = "days_left"
    MISSING = "missing"


_KEYS: Final = {
    Sorting.SINCE: ("since", "ascending"),
    Sorting.STAGE: ("stage", "descending"),
    Sorting.LABEL: ("label", "ascending"),
    Sorting.CUSTOMER: ("customer_id", "ascending"),
    Sorting.DAYS_LEFT: ("days_left", "ascending"),
    Sorting.MISSING: ("missing", "descending"),
}
"""Of those that are alike in this, the id decides; who has none of it comes last."""

PLACES: Final = {sorting: f"place_by_{sorting}" for sorting in Sorting}
"""The columns that the places are in, where they go along with a table."""


class Places:
    """Of each row of a table its place, by the order asked for."""

    def __init__(self, places: Mapping[Sorting, _Numbers]) -> None:
        self._places = places
        self.order = cache(self._order)

    def of(self, sorting: Sorting) -> _Numbers:
        """The place of each row in that order."""
        return self._places[sorting]

    def _order(self, sorting: Sorting) -> _Numbers:
        """The rows in that order."""
        places = self._places[sorting]
        order = np.empty_like(places)
        order[places] = np.arange(len(places), dtype=places.dtype)
        return order

    def without(self, row: int) -> Places:
        """The same without one row."""
        return Places({sorting: _left(places, row) for sorting, places in self._places.items()})

    def with_one(self, row: int, one: pa.Table, table: pa.Table) -> Places:
        """The same with the only row of ``one`` put in before a ``row`` of ``table``, of which
        these are the places.
        """
        found = {}
        for sorting, places in self._places.items():
            key, order = partial(_key, sorting), self.order(sorting)
            place = bisect_left(order, key(one, 0), key=partial(key, table))
            found[sorting] = np.insert(places + (places >= place), row, place)
        return Places(found)


def sorted_places(table: pa.Table) -> Places:
    """The places of the rows of ``table``."""
    found = {}
    for sorting, key in _KEYS.items():
        order = pc.sort_indices(table, [key, ("customer_id", "ascending")]).to_numpy()
        places = np.empty(len(order), dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        found[sorting] = places
    return Places(found)


def _left(places: _Numbers, row: int) -> _Numbers:
    rest: _Numbers = np.delete(places, row)
    rest -= rest > places[row]
    return rest


def _key(sorting: Sorting, table: pa.Table, row: int) -> tuple[Any, ...]:
    """What tells which of two rows comes first, as sorting a whole table does."""
    name, way = _KEYS[sorting]
    value = table[name][int(row)].as_py()
    if value is not None and way == "descending":
        value = -value
    return value is None, value, str(table["customer_id"][int(row)])
