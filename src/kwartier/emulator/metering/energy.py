"""What of an EAN's series a request gets: cut by its window and by what mandates permit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import household_of
from kwartier.emulator.metering.noise import Mask
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


def answer(
    question: EnergyQuestion, mandates: Iterable[HeldMandate], *, seed: int, asked_at: datetime
) -> bytes:
    """The reply's bytes, with the slices that :func:`shown_slices` finds."""
    return energy_reply(
        household_of(question.ean, seed),
        shown_slices(question, mandates, seed=seed, asked_at=asked_at),
        active=ComplexEnergyType.ACTIVE in question.complex_energy_types,
        reactive=ComplexEnergyType.REACTIVE in question.complex_energy_types,
        fetch_time=asked_at,
    )


def shown_slices(
    question: EnergyQuestion, mandates: Iterable[HeldMandate], *, seed: int, asked_at: datetime
) -> Shown:
    """The slices that are in the window and inside a mandate's period.

    ``readTime``: it starts at or after ``from`` and ends at or before ``to``. ``insertTime``: its
    latest storing t is ``from <= t < to``.
    """
    home = household_of(question.ean, seed)
    start, end = question.window.start.timestamp(), question.window.end.timestamp()
    by_reading = question.period_type is PeriodType.READ_TIME
    days = (days_read if by_reading else days_stored)(home, start, end)
    found = held(home, days, asked_at.timestamp())
    permitted = list(mandates)
    shown = {}
    for granularity in question.granularities & {Granularity.DAY, finest(home.energy_type)}:
        series = found.days if granularity is Granularity.DAY else found.fine
        if by_reading:
            inside = (series.starts >= start) & (series.ends <= end)
        else:
            inside = (series.stored >= start) & (series.stored < end)
        opened = _opened(series, granularity, permitted, asked_at)
        shown[granularity] = series.where(inside & opened)
    return shown


def _opened(
    series: Series, granularity: Granularity, mandates: list[HeldMandate], now: datetime
) -> Mask:
    """Which slices lie wholly inside the period of one mandate that opens the granularity."""
    opened = np.zeros(len(series), dtype=bool)
    for mandate in mandates:
        period = mandate.permitted(now)
        if period is not None and granularity in mandate.granularities:
            start, end = period.start.timestamp(), period.end.timestamp()
            opened |= (series.starts >= start) & (series.ends <= end)
    return opened
