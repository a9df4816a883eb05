"""The slices of an EAN as Fluvius holds them at an instant: values, states, insert times.

Values are whole numbers: Wh, or litres. Windows are cut by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kwartier.emulator.arrival import LONGEST_DELAY, Arrival, arrival
from kwartier.emulator.electricity import quarter_load
from kwartier.emulator.gas import factors, hour_load, watt_hours
from kwartier.emulator.household import Household
from kwartier.emulator.local_calendar import QUARTER_SECONDS, Days, day_number_at
from kwartier.emulator.noise import Ints, Mask
from kwartier.vocabulary.energy import GAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Slices in order of time; all arrays have one entry a slice, instants are Unix times.

    ``columns`` names the registers: ``offtake`` and ``injection`` (with ``_day`` and ``_night``
    for days) in Wh; for gas ``litres`` and ``energy`` in Wh.
    """

    starts: Ints
    ends: Ints
    stored: Ints
    estimated: Mask
    definitive: Mask
    columns: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: Mask) -> Series:
        """The slices that ``mask`` picks."""
        if mask.all():
            return self
        return Series(
            starts=self.starts[mask],
            ends=self.ends[mask],
            stored=self.stored[mask],
            estimated=self.estimated[mask],
            definitive=self.definitive[mask],
            columns={name: column[mask] for name, column in self.columns.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What Fluvius holds of whole days: the day values, and the quarters (gas: hours)."""

    days: Series
    fine: Series


def days_read(home: Household, start: float, end: float) -> Days:
    """The days that the measured time from ``start`` to ``end`` touches."""
    first = day_number_at(start, home.energy_type)
    return Days(home.energy_type, first, max(first, day_number_at(end, home.energy_type) + 1))


def days_stored(home: Household, start: float, end: float) -> Days:
    """The days of which anything may have been stored from ``start`` to ``end``."""
    return days_read(home, start - LONGEST_DELAY, end)


def held(home: Household, days: Days, asked_at: float) -> Held:
    """What Fluvius holds of ``days`` at ``asked_at``; what has not come in yet is not there."""
    reached = Days(days.energy_type, days.first, min(days.end, _today(home, asked_at) + 1))
    if reached.end <= reached.first:
        reached = Days(days.energy_type, days.first, days.first + 1)
    came = arrival(home, reached)
    both = _gas(home, reached, came, asked_at) if home.energy_type == GAS else None
    found = both or _electricity(home, reached, came, asked_at)
    in_days = found.days.where(found.days.stored <= asked_at)
    fine = found.fine.where(found.fine.stored <= asked_at)
    return Held(days=in_days, fine=fine if home.fine_series else fine.where(_none(fine)))


def _today(home: Household, asked_at: float) -> int:
    return day_number_at(asked_at, home.energy_type)


def _none(series: Series) -> Mask:
    return np.zeros(len(series), dtype=bool)


def _electricity(home: Household, days: Days, came: Arrival, asked_at: float) -> Held:
    load, bounds = quarter_load(home, days), days.bounds
    firsts = bounds[:-1] - bounds[0]
    directions = {"offtake": load.offtake}
    if home.injects:
        directions["injection"] = load.injection
    registers = {
        f"{name}_{register}": np.add.reduceat(wh * counts, firsts)
        for name, wh in directions.items()
        for register, counts in (("day", load.day_tariff), ("night", ~load.day_tariff))
    }
    groups = load.day_tariff
    fine = _fine(came, bounds, asked_at, load.quarters, 1, directions, groups)
    return Held(days=_daily(came, bounds, registers, np.zeros(len(firsts), dtype=bool)), fine=fine)


def _gas(home: Household, days: Days, came: Arrival, asked_at: float) -> Held:
    load, bounds = hour_load(home, days), days.bounds
    firsts = (bounds[:-1] - bounds[0]) // 4
    factor, definitive = factors(home.seed, home.region, days.numbers, asked_at)
    litres = np.add.reduceat(load.litres, firsts)
    daily = _daily(
        came, bounds, {"litres": litres, "energy": watt_hours(litres, factor)}, definitive
    )
    one_group = np.zeros(len(load.hours), dtype=bool)
    hourly = _fine(came, bounds, asked_at, load.hours * 4, 4, {"litres": load.litres}, one_group)
    which = np.searchsorted(bounds, hourly.starts // QUARTER_SECONDS, side="right") - 1
    columns = {
        "litres": hourly.columns["litres"],
        "energy": watt_hours(hourly.columns["litres"], factor[which]),
    }
    return Held(
        days=daily,
        fine=Series(
            starts=hourly.starts,
            ends=hourly.ends,
            stored=hourly.stored,
            estimated=hourly.estimated,
            definitive=definitive[which],
            columns=columns,
        ),
    )


def _daily(came: Arrival, bounds: Ints, columns: dict[str, Ints], definitive: Mask) -> Series:
    return Series(
        starts=bounds[:-1] * QUARTER_SECONDS,
        ends=bounds[1:] * QUARTER_SECONDS,
        stored=came.stored,
        estimated=np.zeros(len(came.stored), dtype=bool),
        definitive=definitive,
        columns=columns,
    )


def _fine(
    came: Arrival,
    bounds: Ints,
    asked_at: float,
    quarters: Ints,
    step: int,
    measured: dict[str, Ints],
    groups: Mask,
) -> Series:
    """Quarters or hours (``step`` quarters long), with the estimates and gaps of their days."""
    counts = np.diff(bounds) // step
    ends = np.cumsum(counts)
    firsts = ends - counts
    stored = np.repeat(came.stored, counts)
    estimated = np.zeros(len(quarters), dtype=bool)
    present = np.ones(len(quarters), dtype=bool)
    columns = {name: column.copy() for name, column in measured.items()}
    for day in np.flatnonzero(came.estimated_count):
        block = _block(firsts[day], ends[day], came.estimated_from[day], came.estimated_count[day])
        if came.replaced[day] <= asked_at:
            stored[block] = came.replaced[day]
        else:
            estimated[block] = True
            for column in columns.values():
                column[block] = _interpolated(column[block], groups[block])
    for day in np.flatnonzero(came.missing_count):
        present[_block(firsts[day], ends[day], came.missing_from[day], came.missing_count[day])] = (
            False
        )
    return Series(
        starts=quarters * QUARTER_SECONDS,
        ends=(quarters + step) * QUARTER_SECONDS,
        stored=stored,
        estimated=estimated,
        definitive=np.zeros(len(quarters), dtype=bool),
        columns=columns,
    ).where(present)


def _block(first: int, end: int, offset: int, count: int) -> slice:
    return slice(min(first + offset, end), min(first + offset + count, end))


def _interpolated(values: Ints, groups: Mask) -> Ints:
    """An even spread that keeps the sum, and with it the register: per tariff."""
    spread = values.copy()
    for group in (groups, ~groups):
        count = int(group.sum())
        if count:
            each, rest = divmod(int(values[group].sum()), count)
            spread[group] = each + (np.arange(count) < rest)
    return spread
