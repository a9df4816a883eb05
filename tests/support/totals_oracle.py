"""What totals must say, worked out row by row in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from kwartier.analysis import ArrivalPolicy
from kwartier.vocabulary.granularity import Granularity, finest, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_of, day_start, days_within
from kwartier.vocabulary.mandate import Permission

Record = dict[str, Any]
LENGTHS = {"day": 10, "month": 7, "year": 4}


def expected_totals(
    rows: Iterable[Record], permissions: Sequence[Permission], now: datetime, by: str
) -> list[Record]:
    """The rows of ``totals``, without those columns that follow from others."""
    given = [row for row in rows if row["value"] is not None]
    found = []
    for permission in permissions:
        if permission.granularity not in (Granularity.DAY, finest(permission.energy_type)):
            continue
        mine: dict[datetime, list[Record]] = defaultdict(list)
        for row in given:
            if (row["metering_point"], row["granularity"]) == (
                permission.metering_point,
                permission.granularity,
            ):
                mine[_slice_start(row)].append(row)
        others = [
            p
            for p in permissions
            if p.metering_point == permission.metering_point
            and p.granularity != permission.granularity
        ]
        periods = _periods(permission, now, by)
        chosen = {
            name: {one: mine[one.start] for one in slices}
            for name, slices in periods.items()
            if _is_chosen(permission, others, now, by, name)
        }
        for name in chosen:
            found += _of_period(permission, chosen, name, now)
    return found


def _slice_start(row: Record) -> datetime:
    start: datetime = row["start"]
    if row["granularity"] != "P1D":
        return start
    middle = start + (row["end"] - start) / 2
    return day_start(day_of(middle, row["energy_type"]), row["energy_type"])


def _periods(permission: Permission, now: datetime, by: str) -> dict[str, list[Interval]]:
    """The permitted slices that are over, by the period that they lie in."""
    periods: dict[str, list[Interval]] = defaultdict(list)
    for interval in permission.intervals:
        if interval.start < now:
            part = Interval(interval.start, min(interval.end, now))
            for start in slice_starts(part, permission.granularity, permission.energy_type):
                step = permission.granularity.step
                day = day_of(start, permission.energy_type)
                end = start + step if step else day_interval(day, permission.energy_type).end
                periods[_name(start, permission.energy_type, by)].append(Interval(start, end))
    return periods


def _name(start: datetime, energy_type: str, by: str) -> str:
    return day_of(start, energy_type).isoformat()[: LENGTHS[by]]


def _whole_hours(permission: Permission, now: datetime, by: str, name: str) -> float:
    hours = 0.0
    for interval in permission.intervals:
        if interval.start < now:
            part = Interval(interval.start, min(interval.end, now))
            for day in days_within(part, permission.energy_type):
                if day.isoformat()[: LENGTHS[by]] == name:
                    length = day_interval(day, permission.energy_type).duration
                    hours += length / timedelta(hours=1)
    return hours


def _is_chosen(
    permission: Permission, others: list[Permission], now: datetime, by: str, name: str
) -> bool:
    own = _whole_hours(permission, now, by, name)
    other = sum(_whole_hours(one, now, by, name) for one in others)
    if permission.granularity is Granularity.DAY:
        return own > 0 and own >= other
    return not (other > 0 and other >= own)


def _of_period(
    permission: Permission,
    chosen: dict[str, dict[Interval, list[Record]]],
    name: str,
    now: datetime,
) -> list[Record]:
    due = ArrivalPolicy().due_until(permission.energy_type, now)
    by_slice = chosen[name]
    expected = sum(1 for one, rows in by_slice.items() if rows or one.end <= due)
    everything = [rows for slices in chosen.values() for rows in slices.values()]
    found = []
    for key in sorted({_series(row) for rows in by_slice.values() for row in rows}, key=repr):
        of_key = {one: _one_level(rows, key) for one, rows in by_slice.items()}
        registers = {row["register"] for rows in everything for row in _one_level(rows, key)}
        wanted = {*registers, "total"} if registers & {"total", "day", "night"} else registers
        for register in sorted(wanted):
            counted = [_counted(register, rows, one, registers) for one, rows in of_key.items()]
            taken = [row for rows, _ in counted for row in rows]
            if not taken:
                continue
            present = [rows for rows, is_whole in counted if is_whole]
            found.append(
                {
                    "metering_point": permission.metering_point,
                    "sub_headpoint": key[0],
                    "period": name,
                    "direction": key[1],
                    "unit": key[2],
                    "register": register,
                    "value": round(sum(row["value"] for row in taken), 6),
                    "granularity": str(permission.granularity),
                    "expected": expected,
                    "present": len(present),
                    "estimated": sum(
                        any(row["validation_state"] == "EST" for row in rows) for rows in present
                    ),
                }
            )
    return found


def _series(row: Record) -> tuple[str | None, str, str]:
    return row["sub_headpoint"], row["direction"], row["unit"]


def _one_level(rows: list[Record], key: tuple[str | None, str, str]) -> list[Record]:
    """A slice's rows of a series; the meters' only where there are none of the headpoint."""
    rows = [row for row in rows if _series(row) == key]
    at_headpoint = [row for row in rows if row["source"] == "headpoint"]
    return at_headpoint or rows


def _counted(
    register: str, rows: list[Record], one: Interval, registers: set[str]
) -> tuple[list[Record], bool]:
    """The rows of a slice that make a register, and whether they are the whole of it."""
    own = [row for row in rows if row["register"] == register]
    if register != "total" or own:
        return own, _covers(own, one)
    tariffs = [r for r in ("day", "night") if r in registers]
    parts = [[row for row in rows if row["register"] == tariff] for tariff in tariffs]
    taken = [row for part in parts for row in part]
    return taken, bool(taken) and all(_covers(part, one) for part in parts)


def _covers(rows: list[Record], one: Interval) -> bool:
    lasting = sum((row["end"] - row["start"] for row in rows), timedelta(0))
    return bool(rows) and lasting >= one.duration
