"""The slices of an EAN as Fluvius holds them at an instant: values, states, insert times.

Values are whole numbers: Wh, varh, or litres. Windows are cut by whoever asks.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from kwartier.emulator.arrival import arrival
from kwartier.emulator.electricity import QuarterLoad, quarter_load
from kwartier.emulator.gas import Factors, HourLoad, factors, hour_load, watt_hours
from kwartier.emulator.household import Household
from kwartier.emulator.local_calendar import QUARTER_SECONDS, Days, day_number_at
from kwartier.emulator.noise import Ints, Mask
from kwartier.emulator.reactive import reactive_energy
from kwartier.emulator.registers import (
    CAPACITIVE,
    DEFINITIVE_ENERGY,
    ENERGY,
    INDUCTIVE,
    LITRES,
    REACTIVE,
    TENANT,
    column,
)
from kwartier.emulator.series import Columns, Series
from kwartier.vocabulary.energy import AUXILIARY, GAS, INJECTION, OFFTAKE, PRODUCTION


class Held:
    """What Fluvius holds of whole days at an instant: ``days``, and ``fine``, the quarters (gas:
    hours). Each is worked out when it is first looked at.
    """

    def __init__(self, home: Household, days: Days, asked_at: float) -> None:
        self._home, self._days, self._asked_at = home, days, asked_at
        self._came = arrival(home, days)

    @cached_property
    def days(self) -> Series:
        """The day values."""
        came, bounds = self._came, self._days.bounds
        if self._home.energy_type == GAS:
            columns, definitive = self._gas_days()
        else:
            columns, definitive = self._electricity_days(), _no(came.stored)
        return Series(
            starts=bounds[:-1] * QUARTER_SECONDS,
            ends=bounds[1:] * QUARTER_SECONDS,
            stored=came.stored,
            estimated=_no(came.stored),
            definitive=definitive,
            columns=columns,
        ).where(came.stored <= self._asked_at)

    @cached_property
    def fine(self) -> Series:
        """The quarters or hours, with the estimates and gaps of their days."""
        gas = self._home.energy_type == GAS
        step = 4 if gas else 1
        counts = np.diff(self._days.bounds) // step
        slices = self._hours.hours * step if gas else self._quarters.quarters
        stored = np.repeat(self._came.stored, counts)
        estimated, present = _no(stored), np.full(len(stored), self._home.fine_series)
        measured = self._gas_measured() if gas else self._electricity_measured
        groups = _no(stored) if gas else self._quarters.day_tariff
        columns = self._with_estimates(measured, groups, counts, stored, estimated)
        self._leave_gaps(counts, present)
        definitive = _no(stored)
        if gas:
            columns, definitive = self._energies(columns, counts)
        return Series(
            starts=slices * QUARTER_SECONDS,
            ends=(slices + step) * QUARTER_SECONDS,
            stored=stored,
            estimated=estimated,
            definitive=definitive,
            columns=_with_reactive_total(columns),
        ).where(present & (stored <= self._asked_at))

    @cached_property
    def _quarters(self) -> QuarterLoad:
        return quarter_load(self._home, self._days)

    @cached_property
    def _hours(self) -> HourLoad:
        return hour_load(self._home, self._days)

    @cached_property
    def _factors(self) -> Factors:
        home = self._home
        return factors(home.seed, home.region, self._days.numbers, self._asked_at)

    @cached_property
    def _electricity_measured(self) -> Columns:
        flows = _flows(self._home, self._quarters)
        columns = dict(flows)
        if self._home.connection.at_headpoint:
            reactive = reactive_energy(self._home.key, self._quarters.quarters, flows)
            for flow, (inductive, capacitive) in reactive.items():
                columns[column(flow, INDUCTIVE)] = inductive
                columns[column(flow, CAPACITIVE)] = capacitive
        return columns

    def _electricity_days(self) -> Columns:
        load, bounds = self._quarters, self._days.bounds
        firsts = bounds[:-1] - bounds[0]
        measured = self._electricity_measured
        columns = {}
        for flow in _flows(self._home, load):
            for register, counts in (("day", load.day_tariff), ("night", ~load.day_tariff)):
                columns[column(flow, register)] = np.add.reduceat(measured[flow] * counts, firsts)
            for register in (INDUCTIVE, CAPACITIVE):
                name = column(flow, register)
                if name in measured:
                    columns[name] = np.add.reduceat(measured[name], firsts)
        return _with_reactive_total(columns)

    def _gas_measured(self) -> Columns:
        load = self._hours
        tenant = {TENANT: load.tenant} if self._home.connection.tenant else {}
        return {LITRES: load.litres, **tenant}

    def _gas_days(self) -> tuple[Columns, Mask]:
        bounds = self._days.bounds
        firsts = (bounds[:-1] - bounds[0]) // 4
        litres = {name: np.add.reduceat(m, firsts) for name, m in self._gas_measured().items()}
        return self._energies(litres, np.ones(len(firsts), dtype=np.int64))

    def _energies(self, litres: Columns, counts: Ints) -> tuple[Columns, Mask]:
        """What gas is as energy, ``counts`` slices a day; and whether its factor is definitive."""
        known = np.repeat(self._factors.known, counts)
        definitive = np.repeat(self._factors.definitive, counts)
        columns = {LITRES: litres[LITRES], ENERGY: watt_hours(litres[LITRES], known)}
        if self._home.connection.at_headpoint:
            columns[DEFINITIVE_ENERGY] = watt_hours(litres[LITRES], definitive)
        if TENANT in litres:
            columns[TENANT] = watt_hours(litres[TENANT], definitive)
        return columns, np.repeat(self._factors.is_definitive, counts)

    def _with_estimates(
        self, measured: Columns, groups: Mask, counts: Ints, stored: Ints, estimated: Mask
    ) -> Columns:
        """``measured`` with its estimated blocks; ``stored`` and ``estimated`` are filled in."""
        came = self._came
        columns = measured
        for day in np.flatnonzero(came.estimated_count).tolist():
            block = _block(counts, day, came.estimated_from[day], came.estimated_count[day])
            if came.replaced[day] <= self._asked_at:
                stored[block] = came.replaced[day]
                continue
            if columns is measured:
                columns = {name: values.copy() for name, values in measured.items()}
            estimated[block] = True
            for values in columns.values():
                values[block] = _interpolated(values[block], groups[block])
        return columns

    def _leave_gaps(self, counts: Ints, present: Mask) -> None:
        came = self._came
        for day in np.flatnonzero(came.missing_count).tolist():
            block = _block(counts, day, came.missing_from[day], came.missing_count[day])
            present[block] = False


def held(home: Household, days: Days, asked_at: float) -> Held:
    """What Fluvius holds of ``days`` at ``asked_at``; what has not come in yet is not there."""
    end = min(days.end, day_number_at(asked_at, home.energy_type) + 1)
    return Held(home, Days(days.energy_type, days.first, max(end, days.first + 1)), asked_at)


def _flows(home: Household, load: QuarterLoad) -> Columns:
    """The flows of electricity that something registers."""
    connection = home.connection
    flows = {OFFTAKE: load.offtake}
    if connection.injects:
        flows[INJECTION] = load.injection
    if connection.plant:
        flows |= {PRODUCTION: load.production, AUXILIARY: load.auxiliary}
    if connection.tenant:
        flows[TENANT] = load.tenant
    return flows


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
