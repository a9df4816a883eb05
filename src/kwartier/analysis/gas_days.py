"""Gas by gas day: from 06:00 to 06:00 in Brussels, cubic metres and kWh apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.analysis.offtake import KWH, TOTAL, preferred
from kwartier.analysis.periods import Period, Periods, whole_days
from kwartier.analysis.slices import Placed, Slices, lay_out
from kwartier.vocabulary.energy import GAS, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import CONSTANT, DEFINITIVE, PROVISIONAL

M3: Final = "m3"

GAS_DAYS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("gas_day", pa.date32()),
        ("m3", pa.float64()),
        ("kwh", pa.float64()),
        ("gas_conversion_factor", pa.string()),
        ("granularity", pa.string()),
        ("complete", pa.bool_()),
    ]
)


def gas_days(values: pa.Table, permissions: Sequence[Permission], now: datetime) -> pa.Table:
    """The gas of each metering point and gas day that has any value (``GAS_DAYS_SCHEMA``).

    ``values`` are measurements. A gas day is named after the local date on which it begins; one
    that a mandate's period cuts, or that is not over at ``now``, is left out. The day value
    (``granularity`` P1D) is taken where there is one, else the sum of the day's 23, 24 or 25
    hours (PT1H): the two are never mixed within a day. ``m3`` and ``kwh`` are each null when not
    given. ``complete`` is false when one that is given lacks some hour. The conversion factor is
    the least certain behind the kWh: P before none, a word we do not know, C, and D.
    """
    columns = Columns(values)
    gas = [p for p in permissions if p.energy_type == GAS]
    by_day, by_hour = (
        _by_gas_day(columns, [p for p in gas if p.granularity == granularity], now)
        for granularity in (Granularity.DAY, Granularity.HOUR)
    )
    keys = ["metering_point", "gas_day"]
    others = by_hour.join(by_day.select(keys), keys, join_type="left anti")
    both = pa.concat_tables([by_day, others.select(GAS_DAYS_SCHEMA.names)])
    return both.sort_by([(key, "ascending") for key in keys])


def _by_gas_day(columns: Columns, permissions: Sequence[Permission], now: datetime) -> pa.Table:
    """Each gas day's sums over the slices in it."""
    slices = lay_out(permissions, now, DEFAULT_ARRIVAL)
    days = Periods.of(slices, Period.DAY)
    whole = whole_days(slices, days) > 0
    placed = slices.place(columns)
    placed = placed.where(placed.columns.words("direction").are(OFFTAKE))
    placed = placed.where(placed.columns.words("register").are(TOTAL))
    m3, m3_complete, _ = _sum(placed, slices, days, M3)
    kwh, kwh_complete, factor = _sum(placed, slices, days, KWH)
    owners = [slices.permissions[index] for index in days.owner]
    table = pa.table(
        [
            pa.array([owner.metering_point for owner in owners], pa.string()),
            pa.array(days.label, pa.date32()),
            pa.array(m3, pa.float64(), from_pandas=True),
            pa.array(kwh, pa.float64(), from_pandas=True),
            pa.array(factor, pa.string()),
            pa.array([str(owner.granularity) for owner in owners], pa.string()),
            pa.array(m3_complete & kwh_complete, pa.bool_()),
        ],
        schema=GAS_DAYS_SCHEMA,
    )
    given = ~(np.isnan(m3) & np.isnan(kwh))
    return table.filter(pa.array(given & whole, pa.bool_()))


def _sum(
    placed: Placed, slices: Slices, days: Periods, unit: str
) -> tuple[Array, Array, list[str | None]]:
    """Per gas day: the sum in ``unit`` (NaN if not given), whether it lacks nothing that it should
    have, and the least certain conversion factor behind it.
    """
    placed = preferred(placed.where(placed.columns.words("unit").are(unit)), len(slices))
    day = days.of_slice[placed.slot]
    total = np.full(len(days), np.nan)
    total[day] = 0.0
    np.add.at(total, day, placed.columns.values())
    is_given = np.zeros(len(slices), dtype=bool)
    is_given[placed.slot] = True
    given, all_slices = days.add_up(is_given), days.add_up(slices.permitted)
    return total, (given == all_slices) | (given == 0), least_certain(placed, day, len(days))


def least_certain(placed: Placed, period: Array, periods: int) -> list[str | None]:
    """The least certain conversion factor behind the rows of each period; None where none is.

    P goes before none at all, then words that we do not know, C, and D.
    """
    factors = placed.columns.words("gas_conversion_factor")
    by_certainty = sorted(factors.words, key=_uncertainty)
    worst = np.full(periods, -1)
    np.maximum.at(worst, period, factors.each(by_certainty.index))
    return [None if index < 0 else by_certainty[index] for index in worst]


def _uncertainty(factor: str | None) -> int:
    known = {DEFINITIVE: 0, CONSTANT: 1, None: 3, PROVISIONAL: 4}
    return known.get(factor, 2)
