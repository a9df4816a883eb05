"""The slices of an EAN as Fluvius holds them at an instant: values, states, insert times.

Values are whole numbers: Wh, varh, or litres. Windows are cut by whoever asks.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from kwartier.emulator.metering.gas import Factors, factors, watt_hours
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS, Days, day_number_at
from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.emulator.metering.recorded import recorded, slice_quarters
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
    """

    def __init__(self, home: Household, days: Days, asked_at: float) -> None:
        self._home, self._asked_at = home, asked_at
        self._recorded = recorded(home, days)

    @cached_property
    def days(self) -> Series:
        """The day values."""
        stored, bounds = self._recorded.came.stored, self._recorded.days.bounds
        columns, definitive = self._in_registers(self._recorded.daily, np.ones_like(stored))
        return Series(
            starts=bounds[:-1] * QUARTER_SECONDS,
            ends=bounds[1:] * QUARTER_SECONDS,
            stored=stored,
            estimated=_no(stored),
            definitive=definitive,
            columns=columns,
        ).where(stored <= self._asked_at)

    @cached_property
    def fine(self) -> Series:
        """The quarters or hours, with the estimates and gaps of their days."""
        bounds, step = self._recorded.days.bounds, slice_quarters(self._recorded.days)
        counts = (bounds[1:] - bounds[:-1]) // step
        starts = np.arange(bounds[0], bounds[-1], step, dtype=np.int64) * QUARTER_SECONDS
        stored = self._recorded.came.stored.repeat(counts)
        estimated, present = _no(stored), np.full(len(stored), self._home.fine_series)
        columns = self._with_estimates(counts, stored, estimated)
        self._leave_gaps(counts, present)
        columns, definitive = self._in_registers(columns, counts)
        return Series(
            starts=starts,
            ends=starts + step * QUARTER_SECONDS,
            stored=stored,
            estimated=estimated,
            definitive=definitive,
            columns=columns,
        ).where(present & (stored <= self._asked_at))

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
        came, groups = self._recorded.came, self._recorded.day_tariff
        columns = self._recorded.fine
        for day in np.flatnonzero(came.estimated_count).tolist():
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

    def _leave_gaps(self, counts: Ints, present: Mask) -> None:
        came = self._recorded.came
        for day in np.flatnonzero(came.missing_count).tolist():
            block = _block(counts, day, came.missing_from[day], came.missing_count[day])
            present[block] = False


def held(home: Household, days: Days, asked_at: float) -> Held:
    """What Fluvius holds of ``days`` at ``asked_at``; what has not come in yet is not there."""
    end = min(days.end, day_number_at(asked_at, home.energy_type) + 1)
    return Held(home, Days(days.energy_type, days.first, max(end, days.first + 1)), asked_at)


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
