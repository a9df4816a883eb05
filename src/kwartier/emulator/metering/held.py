"""The slices of an EAN as Fluvius holds them at an instant: values, states, insert times.

Values are whole numbers: Wh, varh, or litres. Windows are cut by whoever asks.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np

from kwartier.emulator.metering.arrival import NEVER, Arrival
from kwartier.emulator.metering.gas import Factors, factors, watt_hours
from kwartier.emulator.metering.happenings import NOTHING, Happenings
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS, Days, day_number_at
from kwartier.emulator.metering.meters import cut_bounds
from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.emulator.metering.recorded import fine_slices, recorded
from kwartier.emulator.metering.registers import (
    CAPACITIVE,
    DEFINITIVE_ENERGY,
    ENERGY,
    INDUCTIVE,
    LITRES,
    REACTIVE,
    TENANT,
    column,
)
from kwartier.emulator.metering.series import Columns, Series
from kwartier.vocabulary.energy import GAS, OFFTAKE


class Held:
    """What Fluvius holds of whole days at an instant: ``days``, and ``fine``, the quarters (gas:
    hours). Each is worked out when it is first looked at.

    ``meter_days`` and ``meter_fine`` are what physical meters show of them: where one was
    exchanged, a day is in two pieces, and what the new meter registered is told anew.
    """

    def __init__(self, home: Household, days: Days, asked_at: float, happened: Happenings) -> None:
        self._home, self._asked_at, self._happened = home, asked_at, happened
        self._recorded = recorded(home, days)

    @cached_property
    def days(self) -> Series:
        """The day values."""
        return self._in_store(self._whole_days)

    @cached_property
    def meter_days(self) -> Series:
        """The day values of physical meters."""
        exchanges = self._happened.exchanges
        if not exchanges:
            return self.days
        bounds = cut_bounds(self._recorded.days, self._happened)
        which = np.searchsorted(self._recorded.days.bounds, bounds[:-1], side="right") - 1
        pieces = self._daily(bounds, self._recorded.between(bounds), which)
        stored = pieces.stored.copy()
        midnights = set((self._recorded.days.bounds * QUARTER_SECONDS).tolist())
        for each in exchanges:
            anew = pieces.starts >= each.at
            if each.at not in midnights:
                anew |= pieces.ends == each.at
            stored[anew] = np.maximum(stored[anew], each.recorded)
        return self._in_store(replace(pieces, stored=stored))

    @cached_property
    def fine(self) -> Series:
        """The quarters or hours, with the estimates and gaps of their days."""
        return self._in_store(self._all_fine)

    @cached_property
    def meter_fine(self) -> Series:
        """The quarters or hours of physical meters."""
        if not self._happened.exchanges:
            return self.fine
        series = self._all_fine
        stored = series.stored.copy()
        for each in self._happened.exchanges:
            anew = series.starts >= each.at
            stored[anew] = np.maximum(stored[anew], each.recorded)
        return self._in_store(replace(series, stored=stored))

    def _in_store(self, series: Series) -> Series:
        there = series.stored <= self._asked_at
        if self._happened.ends is not None:
            there &= series.ends <= self._happened.ends
        return series.where(there)

    @cached_property
    def _came(self) -> Arrival:
        """When the days come in, those included that something delays."""
        came = self._recorded.came
        if not self._happened.late:
            return came
        stored, replaced = came.stored.copy(), came.replaced.copy()
        starts = self._recorded.days.bounds[:-1] * QUARTER_SECONDS
        for late in self._happened.late:
            held_up = (starts >= late.start) & (starts < late.end) & (stored >= late.recorded)
            stored[held_up] += late.delay
            replaced[held_up & (replaced != NEVER)] += late.delay
        return replace(came, stored=stored, replaced=replaced)

    @property
    def _whole_days(self) -> Series:
        bounds = self._recorded.days.bounds
        return self._daily(bounds, self._recorded.daily, np.arange(len(bounds) - 1))

    def _daily(self, bounds: Ints, measured: Columns, which: Ints) -> Series:
        """Days, or pieces of them: each lies in the ``which``-th day."""
        stored = self._came.stored[which]
        counts = np.bincount(which, minlength=len(self._recorded.days.bounds) - 1)
        columns, definitive = self._in_registers(measured, counts)
        return Series(
            starts=bounds[:-1] * QUARTER_SECONDS,
            ends=bounds[1:] * QUARTER_SECONDS,
            stored=stored,
            estimated=_no(stored),
            definitive=definitive,
            columns=columns,
        )

    @cached_property
    def _all_fine(self) -> Series:
        starts, ends, counts = fine_slices(self._recorded.days)
        stored = self._came.stored.repeat(counts)
        estimated, present = _no(stored), np.full(len(stored), self._home.fine_series)
        if self._happened.fine_from is not None:
            present |= starts >= self._happened.fine_from
        columns = self._with_estimates(counts, stored, estimated)
        columns = self._re_estimated(columns, starts, counts, stored, estimated)
        self._leave_gaps(counts, present)
        columns, definitive = self._in_registers(columns, counts)
        return Series(
            starts=starts,
            ends=ends,
            stored=stored,
            estimated=estimated,
            definitive=definitive,
            columns=columns,
        ).where(present)

    def _in_registers(self, measured: Columns, counts: Ints) -> tuple[Columns, Mask]:
        """``measured``, ``counts`` slices a day, as registers show it; and of gas, whether the
        factor is definitive.
        """
        if self._home.energy_type == GAS:
            return self._energies(measured, counts)
        return _with_reactive_total(measured), _no(next(iter(measured.values())))

    def _energies(self, litres: Columns, counts: Ints) -> tuple[Columns, Mask]:
        known = self._factors.known.repeat(counts)
        definitive = self._factors.definitive.repeat(counts)
        columns = {LITRES: litres[LITRES], ENERGY: watt_hours(litres[LITRES], known)}
        if self._home.connection.at_headpoint:
            columns[DEFINITIVE_ENERGY] = watt_hours(litres[LITRES], definitive)
        if TENANT in litres:
            columns[TENANT] = watt_hours(litres[TENANT], definitive)
        return columns, self._factors.is_definitive.repeat(counts)

    @cached_property
    def _factors(self) -> Factors:
        days = self._recorded.days.numbers
        return factors(self._home.seed, self._home.region, days, self._asked_at)

    def _with_estimates(self, counts: Ints, stored: Ints, estimated: Mask) -> Columns:
        """What was recorded, but for estimated blocks; ``stored`` and ``estimated`` are filled
        in.
        """
        came, groups = self._came, self._recorded.day_tariff
        columns = self._recorded.fine
        for day in came.estimated_count.nonzero()[0].tolist():
            block = _block(counts, day, came.estimated_from[day], came.estimated_count[day])
            if came.replaced[day] <= self._asked_at:
                stored[block] = came.replaced[day]
                continue
            if columns is self._recorded.fine:
                columns = {name: values.copy() for name, values in columns.items()}
            estimated[block] = True
            for values in columns.values():
                values[block] = _interpolated(values[block], groups[block])
        return columns

    def _re_estimated(
        self, columns: Columns, starts: Ints, counts: Ints, stored: Ints, estimated: Mask
    ) -> Columns:
        """With what was estimated anew after it had come in, day by day; as for estimates."""
        if not self._happened.re_estimated:
            return columns
        firsts = np.concatenate([[0], np.cumsum(counts)]).tolist()
        for window in self._happened.re_estimated:
            columns = {name: values.copy() for name, values in columns.items()}
            for day in np.flatnonzero(self._came.stored <= window.recorded).tolist():
                first, end = np.searchsorted(starts, [window.start, window.end]).tolist()
                block = slice(max(first, firsts[day]), min(end, firsts[day + 1]))
                if block.start >= block.stop:
                    continue
                estimated[block] = True
                stored[block] = np.maximum(stored[block], window.recorded)
                groups = self._recorded.day_tariff[block]
                for values in columns.values():
                    values[block] = _interpolated(values[block], groups)
        return columns

    def _leave_gaps(self, counts: Ints, present: Mask) -> None:
        came = self._recorded.came
        for day in came.missing_count.nonzero()[0].tolist():
            block = _block(counts, day, came.missing_from[day], came.missing_count[day])
            present[block] = False


def held(home: Household, days: Days, asked_at: float, happened: Happenings = NOTHING) -> Held:
    """What Fluvius holds of ``days`` at ``asked_at``; what has not come in yet is not there."""
    end = min(days.end, day_number_at(asked_at, home.energy_type) + 1)
    until_now = Days(days.energy_type, days.first, max(end, days.first + 1))
    return Held(home, until_now, asked_at, happened)


def _with_reactive_total(columns: Columns) -> Columns:
    """On the main offtake, both kinds of reactive energy together have a register too."""
    parts = [column(OFFTAKE, INDUCTIVE), column(OFFTAKE, CAPACITIVE)]
    if parts[0] not in columns:
        return columns
    return {**columns, column(OFFTAKE, REACTIVE): columns[parts[0]] + columns[parts[1]]}


def _no(like: Ints) -> Mask:
    return np.zeros(len(like), dtype=bool)


def _block(counts: Ints, day: int, offset: int, count: int) -> slice:
    """``count`` slices from the ``offset``-th of a day on, as far as the day goes."""
    first, end = int(counts[:day].sum()), int(counts[: day + 1].sum())
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
