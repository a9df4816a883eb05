"""The power of each slice: what a load curve shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.analysis.grid import instant64
from kwartier.analysis.offtake import KWH, TOTAL
from kwartier.analysis.periods import hours_of
from kwartier.analysis.slices import Slices, lay_out
from kwartier.analysis.totals import registers_of, series_of
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import Permission, finest_open
from kwartier.vocabulary.quality import ESTIMATED

LOAD_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("direction", pa.string()),
        ("start", pa.timestamp("us", "UTC")),
        ("end", pa.timestamp("us", "UTC")),
        ("kw", pa.float64()),
        ("estimated", pa.bool_()),
        ("granularity", pa.string()),
    ]
)


def load_curve(
    values: pa.Table, permissions: Sequence[Permission], now: datetime, interval: Interval
) -> pa.Table:
    """The mean power of each slice inside ``interval`` (``LOAD_SCHEMA``), in order of time.

    ``values`` are measurements. The finest slices that are permitted (quarter-hours, hours, or
    else days) of the metering point as in ``totals``: headpoint before meters, meters added up.
    ``kw`` is null where a slice is not there whole; slices that are not permitted, or not over at
    ``now``, are left out. Energy in kWh only.
    """
    columns = Columns(values)
    fine = finest_open(permissions)
    chosen = [
        p
        for p in permissions
        if p.granularity == fine.get((p.metering_point, p.energy_type), Granularity.DAY)
    ]
    slices = lay_out(chosen, now, DEFAULT_ARRIVAL)
    found = [LOAD_SCHEMA.empty_table(), *_curves(columns, slices, interval)]
    order = [("metering_point", "ascending"), ("direction", "ascending"), ("start", "ascending")]
    return pa.concat_tables(found).sort_by(order)


def _curves(columns: Columns, slices: Slices, interval: Interval) -> Iterator[pa.Table]:
    first, last = instant64(interval.start), instant64(interval.end)
    inside = slices.permitted & (slices.starts >= first) & (slices.ends <= last)
    placed = slices.place(columns)
    placed = placed.where(placed.columns.words("unit").are(KWH))
    for one in series_of(placed, slices):
        owned = np.zeros(len(slices.permissions), dtype=bool)
        owner = slices.row_permission[slices.row]
        owned[owner[one.slot]] = True
        listed = np.flatnonzero(inside & owned[owner])
        for register, rows, whole in registers_of(one, slices):
            if register == TOTAL:
                kwh = np.bincount(rows.slot, rows.columns.values(), minlength=len(slices))
                kw = np.where(whole, kwh / hours_of(slices), np.nan)
                estimated = np.zeros(len(slices), dtype=bool)
                estimated[rows.slot[rows.columns.words("validation_state").are(ESTIMATED)]] = True
                owners = [slices.permissions[index] for index in owner[listed]]
                direction = rows.columns.words("direction")
                yield pa.table(
                    [
                        pa.array([p.metering_point for p in owners], pa.string()),
                        pa.array([direction.words[direction.codes[0]]] * len(listed), pa.string()),
                        pa.array(slices.starts[listed]).cast(pa.timestamp("us", "UTC")),
                        pa.array(slices.ends[listed]).cast(pa.timestamp("us", "UTC")),
                        pa.array(kw[listed], pa.float64(), from_pandas=True),
                        pa.array(estimated[listed], pa.bool_()),
                        pa.array([str(p.granularity) for p in owners], pa.string()),
                    ],
                    schema=LOAD_SCHEMA,
                )
