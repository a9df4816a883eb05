"""How complete a metering point is, a cell a local day: what a heat map shows and says."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa

from kwartier.analysis import ArrivalPolicy, day_coverage
from kwartier.console.customer.looking import Point
from kwartier.vocabulary.granularity import Granularity, slice_words
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_interval, day_of


class DayState(StrEnum):
    """What is to be said of a day, from all is well to nothing can be."""

    COMPLETE = "complete"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_DUE = "not_due"
    ON_HOLD = "on_hold"
    ERASED = "erased"
    NOT_PERMITTED = "not_permitted"


LEGEND: Final[Mapping[DayState, str]] = {
    DayState.COMPLETE: "complete and measured",
    DayState.PROVISIONAL: "complete, gas with a provisional conversion factor",
    DayState.ESTIMATED: "complete, some of it estimated or not validated",
    DayState.PARTIAL: "partly there, the rest is overdue",
    DayState.MISSING: "nothing there, though it should be",
    DayState.NOT_DUE: "not expected yet",
    DayState.ON_HOLD: "on hold: not shown until a privacy officer decides",
    DayState.ERASED: "erased on request, not fetched again",
    DayState.NOT_PERMITTED: "no mandate permits it",
}
"""The states in the order in which a legend tells them."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One local day: its state, and in words how much is there."""

    day: date
    state: DayState
    says: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month's days in order, and how many of them are in each state."""

    month: Month
    cells: Sequence[DayCell]

    @property
    def counts(self) -> Mapping[DayState, int]:
        return Counter(cell.state for cell in self.cells)


def calendar_of(
    point: Point,
    values: pa.Table,
    energy_type: str,
    granularity: Granularity,
    arrival: ArrivalPolicy,
) -> list[MonthRow]:
    """The months of one series of slices, the latest first, from the first day that was ever opened
    to the day of the last sync. Days are of Brussels, of gas from 06:00 to 06:00.
    """
    if point.now is None:
        return []
    permission = point.permission(energy_type, granularity)
    permitted = [] if permission is None else [permission]
    table = day_coverage(values, permitted, point.now, arrival)
    counted = {row["day"]: row for row in table.to_pylist()}
    days = _Days(point, energy_type, granularity, point.now)
    cells = [_cell(day, counted.get(day), days) for day in days.all()]
    by_month: dict[Month, list[DayCell]] = {}
    for cell in cells:
        by_month.setdefault(Month.of(cell.day), []).append(cell)
    return [MonthRow(month, found) for month, found in sorted(by_month.items(), reverse=True)]


@dataclass(frozen=True, slots=True)
class _Days:
    """The local days of one series, and what stands in the way of each."""

    point: Point
    energy_type: str
    granularity: Granularity
    now: datetime

    def all(self) -> Iterator[date]:
        """Whole months, from the first that has any day to that of ``now``."""
        starts = [
            part.start
            for periods in (self.point.opened, self.point.on_hold, self.point.erased)
            for part in periods.get(self.granularity, ())
            if part.start < self.now
        ]
        if not starts:
            return
        month = Month.of(day_of(min(starts), self.energy_type))
        last = Month.of(day_of(self.now, self.energy_type))
        while month <= last:
            for number in range(1, calendar.monthrange(month.year, month.month)[1] + 1):
                yield date(month.year, month.month, number)
            month = month.plus(1)

    def slices(self, day: date) -> int:
        """How many slices the day has: 92, 96 or 100 quarter-hours."""
        step = self.granularity.step
        return 1 if step is None else day_interval(day, self.energy_type).duration // step

    def hindrance(self, day: date) -> DayState:
        """Why a day of which nothing may be seen has nothing."""
        whole = day_interval(day, self.energy_type)
        for state, periods in (
            (DayState.ON_HOLD, self.point.on_hold),
            (DayState.ERASED, self.point.erased),
        ):
            if _touches(periods.get(self.granularity, ()), whole):
                return state
        is_open = _touches(self.point.opened.get(self.granularity, ()), whole)
        is_to_come = whole.end > self.now
        return DayState.NOT_DUE if is_open and is_to_come else DayState.NOT_PERMITTED


def _touches(parts: Sequence[Interval], day: Interval) -> bool:
    return any(part.overlaps(day) for part in parts)


def _cell(day: date, row: Mapping[str, Any] | None, days: _Days) -> DayCell:
    if row is None:
        state = days.hindrance(day)
        return DayCell(day, state, LEGEND[state])
    state = _state(row)
    return DayCell(day, state, f"{_amount(row, days.slices(day), days.granularity)}, {_why(state)}")


def _state(row: Mapping[str, Any]) -> DayState:
    expected, present = row["expected"], row["present"]
    if present < expected:
        return DayState.PARTIAL if present else DayState.MISSING
    if present < row["permitted"] and not present:
        return DayState.NOT_DUE
    if row["not_measured"]:
        return DayState.ESTIMATED
    return DayState.PROVISIONAL if row["provisional"] else DayState.COMPLETE


def _why(state: DayState) -> str:
    return state.value.replace("_", " ") if state is not DayState.NOT_DUE else LEGEND[state]


def _amount(row: Mapping[str, Any], slices: int, granularity: Granularity) -> str:
    """``96 of 96 quarter-hours``, and how many of them are not what they should be."""
    noun = slice_words(granularity, slices)
    told = [f"{row['present']} of {slices} {noun}"]
    if row["permitted"] < slices:
        told.append(f"{row['permitted']} of them permitted and over")
    if row["estimated"]:
        told.append(f"{row['estimated']} estimated")
    others = row["not_measured"] - row["estimated"]
    if others:
        told.append(f"{others} not validated")
    if row["provisional"]:
        told.append(f"{row['provisional']} with a provisional factor")
    return ", ".join(told)


def shares(rows: Sequence[MonthRow]) -> str:
    """All months in a sentence."""
    total: Counter[DayState] = Counter()
    for row in rows:
        total.update(row.counts)
    told = [f"{total[state]} {_why(state)}" for state in LEGEND if total[state]]
    return f"{sum(total.values())} days: {', '.join(told)}." if told else "No days yet."


def days_of(rows: Sequence[MonthRow]) -> tuple[date, date] | None:
    """The first day and the one after the last."""
    if not rows:
        return None
    return rows[-1].cells[0].day, rows[0].cells[-1].day + timedelta(days=1)
