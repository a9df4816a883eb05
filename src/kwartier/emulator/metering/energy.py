"""What of an EAN's series a request gets: cut by its window and by what mandates permit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from kwartier.emulator.events.event import Event
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.happenings import Happenings, happenings
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import Household, household_of
from kwartier.emulator.metering.local_calendar import Days
from kwartier.emulator.metering.meters import PhysicalMeter, meters_of
from kwartier.emulator.metering.reply_bytes import Shown, energy_reply
from kwartier.emulator.metering.series import Series, days_read, days_stored
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import PeriodType


class ComplexEnergyType(StrEnum):
    """Values of the query parameter ``complexEnergyTypes``: which registers are asked for."""

    ACTIVE = "active"
    REACTIVE = "reactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyQuestion:
    """A checked request for energy: of which EAN, which window, what of it."""

    ean: str
    period_type: PeriodType
    window: Interval
    granularities: frozenset[Granularity]
    complex_energy_types: frozenset[ComplexEnergyType] = frozenset(ComplexEnergyType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The slices to show of a metering point; ``by_meter`` those of its physical meters in turn,
    where these were exchanged (empty where not: ``shown`` are the one meter's).
    """

    shown: Shown
    by_meter: list[tuple[PhysicalMeter, Shown]]


def answer(
    question: EnergyQuestion,
    mandates: Iterable[HeldMandate],
    *,
    seed: int,
    asked_at: datetime,
    events: Iterable[Event] = (),
) -> bytes:
    """The reply's bytes, with the slices that :func:`find_slices` finds."""
    found = find_slices(question, mandates, seed=seed, asked_at=asked_at, events=events)
    return energy_reply(
        household_of(question.ean, seed),
        found.shown,
        active=ComplexEnergyType.ACTIVE in question.complex_energy_types,
        reactive=ComplexEnergyType.REACTIVE in question.complex_energy_types,
        fetch_time=asked_at,
        by_meter=found.by_meter,
    )


def find_slices(
    question: EnergyQuestion,
    mandates: Iterable[HeldMandate],
    *,
    seed: int,
    asked_at: datetime,
    events: Iterable[Event] = (),
) -> Found:
    """The slices that are in the window and inside a mandate's period.

    ``readTime``: it starts at or after ``from`` and ends at or before ``to``. ``insertTime``: its
    latest storing t is ``from <= t < to``. ``events`` are the metering point's.
    """
    home = household_of(question.ean, seed)
    happened = happenings(events, home.energy_type, asked_at.timestamp())
    found = held(home, _days(home, question, happened), asked_at.timestamp(), happened)
    permitted = list(mandates)

    def cut(series: Series, granularity: Granularity) -> Series:
        return _opened(_asked(series, question), granularity, permitted, asked_at)

    shown: Shown = {}
    at_meters: Shown = {}
    for granularity in question.granularities & {Granularity.DAY, finest(home.energy_type)}:
        daily = granularity is Granularity.DAY
        shown[granularity] = cut(found.days if daily else found.fine, granularity)
        if happened.exchanges:
            pieces = found.meter_days if daily else found.meter_fine
            at_meters[granularity] = cut(pieces, granularity)
    return Found(shown=shown, by_meter=_by_meter(home, happened, at_meters))


def _days(home: Household, question: EnergyQuestion, happened: Happenings) -> Days:
    start, end = question.window.start.timestamp(), question.window.end.timestamp()
    if question.period_type is PeriodType.READ_TIME:
        return days_read(home, start, end)
    days = days_stored(home, start, end)
    reached = days_read(home, happened.reach(start, end), end)
    return Days(days.energy_type, min(days.first, reached.first), days.end)


def _asked(series: Series, question: EnergyQuestion) -> Series:
    start, end = question.window.start.timestamp(), question.window.end.timestamp()
    if question.period_type is PeriodType.READ_TIME:
        return series.between(start, end)
    return series.where((series.stored >= start) & (series.stored < end))


def _by_meter(
    home: Household, happened: Happenings, shown: Shown
) -> list[tuple[PhysicalMeter, Shown]]:
    """The meters that have slices to show; the latest one if none has."""
    if not happened.exchanges or not home.connection.at_meter:
        return []
    each = [
        (meter, {name: meter.of(series) for name, series in shown.items()})
        for meter in meters_of(home, happened)
    ]
    return [(meter, its) for meter, its in each if any(map(len, its.values()))] or each[-1:]


def _opened(
    series: Series, granularity: Granularity, mandates: list[HeldMandate], now: datetime
) -> Series:
    """The slices that lie wholly inside the period of one mandate that opens the granularity."""
    opening = [mandate for mandate in mandates if granularity in mandate.granularities]
    periods = [period for mandate in opening if (period := mandate.permitted(now)) is not None]
    bounds = [(period.start.timestamp(), period.end.timestamp()) for period in periods]
    if len(bounds) == 1:
        return series.between(*bounds[0])
    opened = np.zeros(len(series), dtype=bool)
    for start, end in bounds:
        opened |= (series.starts >= start) & (series.ends <= end)
    return series.where(opened)
