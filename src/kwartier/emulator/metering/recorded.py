"""What meters record of whole days, and when it comes in: the same whoever asks, and when.

Short windows are cut from blocks of days that are remembered for a while. Who asks for a day asks
for its neighbours soon; and of a single day, most of the time would go into calls rather than
numbers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np

from kwartier.emulator.metering.arrival import Arrival, arrival
from kwartier.emulator.metering.electricity import QuarterLoad, quarter_load
from kwartier.emulator.metering.gas import hour_load
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS, Days, shared
from kwartier.emulator.metering.noise import Ints, Mask
from kwartier.emulator.metering.reactive import reactive_energy
from kwartier.emulator.metering.registers import (
    CAPACITIVE,
    FLOWS,
    INDUCTIVE,
    LITRES,
    TENANT,
    column,
)
from kwartier.emulator.metering.series import Columns
from kwartier.vocabulary.energy import AUXILIARY, GAS, INJECTION, OFFTAKE, PRODUCTION

BLOCK_DAYS = 16
LONGEST_REMEMBERED = 2 * BLOCK_DAYS
REMEMBERED_BYTES = 96_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Registers of consecutive days: ``fine`` has a row for each quarter (gas: hour), ``daily``
    one a day, in Wh and varh; of gas in litres, also the tenant's. ``came`` has one a day, and
    ``day_tariff`` says of every quarter whether it counts as day.
    """

    days: Days
    came: Arrival
    fine: Columns
    daily: Columns
    day_tariff: Mask

    def cut(self, days: Days) -> Recorded:
        """Some of its days, nothing copied."""
        each, bounds = slice(days.first - self.days.first, days.end - self.days.first), days.bounds
        first, step = self.days.bounds[0], slice_quarters(days)
        inside = slice((bounds[0] - first) // step, (bounds[-1] - first) // step)
        return Recorded(
            days=days,
            came=self.came.cut(each),
            fine={name: values[inside] for name, values in self.fine.items()},
            daily={name: values[each] for name, values in self.daily.items()},
            day_tariff=self.day_tariff[inside],
        )

    def between(self, bounds: Ints) -> Columns:
        """What the registers count between quarters and the next, as ``daily`` does of days."""
        firsts = (bounds[:-1] - self.days.bounds[0]) // slice_quarters(self.days)
        return _sums(self.days.energy_type, self.fine, self.day_tariff, firsts)

    @property
    def nbytes(self) -> int:
        columns = [*self.fine.values(), *self.daily.values(), self.day_tariff]
        return sum(values.nbytes for values in columns)


def slice_quarters(days: Days) -> int:
    """How many quarters long the finest slices are."""
    return 4 if days.energy_type == GAS else 1


@lru_cache(maxsize=64)
def fine_slices(days: Days) -> tuple[Ints, Ints, Ints]:
    """When the finest slices of ``days`` start and end (Unix times), and how many each day has:
    shared by all metering points, therefore not to be written to.
    """
    bounds, step = days.bounds, slice_quarters(days)
    starts = np.arange(bounds[0], bounds[-1], step, dtype=np.int64) * QUARTER_SECONDS
    counts = (bounds[1:] - bounds[:-1]) // step
    return shared(starts), shared(starts + step * QUARTER_SECONDS), shared(counts)


def recorded(home: Household, days: Days) -> Recorded:
    """What is recorded of ``days``; not to be written to."""
    if days.end - days.first > LONGEST_REMEMBERED:
        return _record(home, days)
    blocks = Days(
        days.energy_type,
        days.first // BLOCK_DAYS * BLOCK_DAYS,
        -(-days.end // BLOCK_DAYS) * BLOCK_DAYS,
    )
    key = (home.ean, home.seed, blocks)
    return _memory.recall(key, lambda: _record(home, blocks)).cut(days)


class _Memory:
    """The latest used, up to a number of bytes; may be used from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit, self._bytes = limit, 0
        self._kept: OrderedDict[object, Recorded] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: object, make: Callable[[], Recorded]) -> Recorded:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._bytes += made.nbytes
            while self._bytes > self._limit:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.nbytes
        return made


_memory = _Memory(REMEMBERED_BYTES)


def _record(home: Household, days: Days) -> Recorded:
    return (_record_gas if home.energy_type == GAS else _record_electricity)(home, days)


def _record_electricity(home: Household, days: Days) -> Recorded:
    load, bounds = quarter_load(home, days), days.bounds
    firsts = bounds[:-1] - bounds[0]
    fine = _flows(home, load)
    if home.connection.at_headpoint:
        reactive = reactive_energy(home.key, load.quarters, fine)
        both = {
            column(flow, register): energy
            for flow, energies in reactive.items()
            for register, energy in zip((INDUCTIVE, CAPACITIVE), energies, strict=True)
        }
        fine |= both
    return Recorded(
        days=days,
        came=arrival(home, days),
        fine=fine,
        daily=_sums(days.energy_type, fine, load.day_tariff, firsts),
        day_tariff=load.day_tariff,
    )


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


def _record_gas(home: Household, days: Days) -> Recorded:
    load, bounds = hour_load(home, days), days.bounds
    firsts = (bounds[:-1] - bounds[0]) // slice_quarters(days)
    fine = {LITRES: load.litres}
    if home.connection.tenant:
        fine[TENANT] = load.tenant
    no_tariff = np.zeros(len(load.litres), dtype=bool)
    return Recorded(
        days=days,
        came=arrival(home, days),
        fine=fine,
        daily=_sums(days.energy_type, fine, no_tariff, firsts),
        day_tariff=no_tariff,
    )


def _sums(energy_type: str, fine: Columns, day_tariff: Mask, firsts: Ints) -> Columns:
    """What registers count between some slices and the next: flows of electricity by tariff."""
    sums: Columns = {}
    for name, energy in fine.items():
        if energy_type != GAS and name in FLOWS:
            sums[column(name, "day")] = np.add.reduceat(energy * day_tariff, firsts)
            sums[column(name, "night")] = np.add.reduceat(energy * ~day_tariff, firsts)
        else:
            sums[name] = np.add.reduceat(energy, firsts)
    return sums
