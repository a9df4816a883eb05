"""What a store holds month by month, and what of it is new since a former look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month

NOT_COUNTED: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a store had come: its last fetch and series, each with a digest that tells whether
    another store's history, such as a restored backup's, went another way; and how many rows it
    held, or NOT_COUNTED.
    """

    fetch_id: int
    fetches: str
    series_id: int
    series: str
    rows: int = NOT_COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthContents:
    """Of a month's hull: the rows, and how many of them a fetch after the mark brought."""

    rows: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """``months`` has those with rows in their hull, in order; ``metering_points`` all with a
    series. ``follows`` tells whether the store went on from the mark that was given; where it did
    not, every row counts as new. If it only went on (``adds``: nothing was erased since), then
    ``months`` has just those in which something changed, maybe without rows now, and all others are
    as they were.
    """

    mark: Mark
    follows: bool
    adds: bool
    months: Mapping[Month, MonthContents]
    metering_points: tuple[str, ...]


def hull_of(month: Month) -> Interval:
    """The month's local days together with its gas days, which begin and end six hours later."""
    return Interval(month.interval(ELECTRICITY).start, month.interval(GAS).end)
