"""What a store holds month by month, and what of it is new since a former look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a store had come: its last fetch and series, each with a digest that tells whether
    another store's history, such as a restored backup's, went another way.
    """

    fetch_id: int
    fetches: str
    series_id: int
    series: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthContents:
    """Of a month's hull: the rows, and how many of them a fetch after the mark brought."""

    rows: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """``months`` has those with rows in their hull, in order; ``metering_points`` all with a
    series. ``follows`` tells whether the store went on from the mark that was given; where it did
    not, every row counts as new.
    """

    mark: Mark
    follows: bool
    months: Mapping[Month, MonthContents]
    metering_points: tuple[str, ...]


def hull_of(month: Month) -> Interval:
    """The month's local days together with its gas days, which begin and end six hours later."""
    return Interval(month.interval(ELECTRICITY).start, month.interval(GAS).end)
