"""Month peaks of electricity: what the capacity tariff for small connections is billed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.offtake import Offtake, offtake
from kwartier.analysis.slices import Slices, lay_out
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import require_utc
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import MEASURED

_QUARTERS_PER_HOUR: Final = 4
_KEYS: Final = ["metering_point", "month"]


class PeakStatus(StrEnum):
    """How far a peak can be trusted, from best to worst."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    INCOMPLETE = "incomplete"
    UNAVAILABLE = "unavailable"


_LOWER_BOUNDS: Final = [PeakStatus.INCOMPLETE.value, PeakStatus.UNAVAILABLE.value]

PEAKS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("month", pa.string()),
        ("kw", pa.float64()),
        ("status", pa.string()),
        ("expected", pa.int64()),
        ("present", pa.int64()),
        ("not_measured", pa.int64()),
        ("at", pa.timestamp("us", "UTC")),
        ("lower_bound", pa.bool_()),
    ]
)


def month_peaks(
    values: pa.Table,
    permissions: Sequence[Permission],
    now: datetime,
    *,
    policy: ArrivalPolicy = DEFAULT_ARRIVAL,
    measured: frozenset[str] = MEASURED,
    known: pa.Table | None = None,
) -> pa.Table:
    """The peak of each metering point and local month (``PEAKS_SCHEMA``; ``month`` as 2026-01).

    The highest offtake of a quarter-hour in kW (four times its kWh), the physical meters added up
    first, injection never netted, ``at`` the start of that quarter. ``values`` are measurements:
    all that is stored of the permissions' metering points. Months whose peak is ``known`` already,
    from :func:`kwartier.analysis.peaks_of_summaries`, are not given again. ``status``:

    - *final*: the month is over, permitted whole, every quarter there and in a ``measured`` state;
    - *provisional*: so for every quarter that should be there by now, but more are to come;
    - *incomplete*: gaps, estimates, or a month that the mandate's period cuts. ``kw`` is the
      maximum over what was measured (null when nothing was), a lower bound;
    - *unavailable*: only day values are permitted. ``kw`` is the highest mean power of a day,
      a lower bound; never an estimate.

    Months in which nothing is expected yet are left out. The grid operator fills in missing
    quarters by its own estimate, so that an invoice may differ from anything but a final peak.
    """
    now = require_utc(now, "now")
    columns = Columns(values)
    electricity = [p for p in permissions if p.energy_type == ELECTRICITY]
    by_quarters, by_days = (
        lay_out([p for p in electricity if p.granularity == granularity], now, policy)
        for granularity in (Granularity.QUARTER_HOUR, Granularity.DAY)
    )
    peaks = judge(_of_quarters(by_quarters, offtake(columns, by_quarters, measured)), now)
    bounds = _of_days(by_days, offtake(columns, by_days, measured))
    quarterly = peaks if known is None else pa.concat_tables([peaks, known])
    unavailable = bounds.join(quarterly.select(_KEYS), _KEYS, join_type="left anti")
    return in_order(pa.concat_tables([peaks, unavailable.select(PEAKS_SCHEMA.names)]))


def in_order(peaks: pa.Table) -> pa.Table:
    """Peaks by metering point and month."""
    return peaks.sort_by([(key, "ascending") for key in _KEYS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarters:
    """What is there of the quarter-hours of months, one element a month of a metering point.

    ``month`` is ``datetime64[M]``; how many quarters are ``permitted`` (and over), ``expected``
    (due or there), ``present``, ``not_measured``; the ``highest`` that was measured (kWh, NaN
    where nothing was) and ``at`` which instant it began first.
    """

    metering_point: Sequence[str]
    month: Array
    permitted: Array
    expected: Array
    present: Array
    not_measured: Array
    highest: Array
    at: Array


def judge(quarters: Quarters, now: datetime) -> pa.Table:
    """The peak of each month in which a quarter is expected (``PEAKS_SCHEMA``)."""
    expected, present, not_measured = quarters.expected, quarters.present, quarters.not_measured
    whole, so_far = _quarters_of_months(quarters.month, now)
    cut = quarters.permitted < so_far
    faultless = (present == expected) & (not_measured == 0) & ~cut
    status = np.where(
        faultless,
        np.where(present == whole, PeakStatus.FINAL.value, PeakStatus.PROVISIONAL.value),
        PeakStatus.INCOMPLETE.value,
    )
    return _table(
        quarters.metering_point,
        quarters.month,
        listed=expected > 0,
        kw=_QUARTERS_PER_HOUR * quarters.highest,
        status=status,
        counts=(expected, present, not_measured),
        at=quarters.at,
    )


def _of_quarters(slices: Slices, taken: Offtake) -> Quarters:
    present = slices.count(taken.present)
    highest, at = _highest(slices, taken.measured)
    return Quarters(
        metering_point=_owners(slices),
        month=slices.row_month,
        permitted=slices.count(slices.permitted),
        expected=slices.count(slices.due | taken.present),
        present=present,
        not_measured=present - slices.count(taken.is_measured),
        highest=highest,
        at=at,
    )


def _owners(slices: Slices) -> list[str]:
    return [slices.permissions[index].metering_point for index in slices.row_permission]


def _of_days(slices: Slices, taken: Offtake) -> pa.Table:
    hours = (slices.ends - slices.starts) / np.timedelta64(1, "h")
    highest, _ = _highest(slices, taken.measured / hours)
    none = np.zeros(len(highest), dtype=np.int64)
    return _table(
        _owners(slices),
        slices.row_month,
        listed=slices.count(slices.due | taken.present) > 0,
        kw=highest,
        status=np.full(len(highest), PeakStatus.UNAVAILABLE.value),
        counts=(none, none, none),
        at=np.full(len(highest), np.datetime64("NaT", "us")),
    )


def _quarters_of_months(months: Array, now: datetime) -> tuple[Array, Array]:
    """How many quarters each month has, and how many of them are over at ``now``."""
    quarter = timedelta(minutes=15)
    distinct, index = np.unique(months, return_inverse=True)
    days = distinct.astype("datetime64[D]").tolist()
    intervals = [Month.of(day).interval(ELECTRICITY) for day in days]
    whole = np.array([i.duration // quarter for i in intervals], dtype=np.int64)
    so_far = np.array([(min(i.end, now) - i.start) // quarter for i in intervals], dtype=np.int64)
    return whole[index], so_far[index]


def _highest(slices: Slices, power: Array) -> tuple[Array, Array]:
    """Each month's highest power and when it began first; NaN and NaT where there is none."""
    highest = np.full(len(slices.row_month), np.nan)
    at = np.full(len(slices.row_month), np.datetime64("NaT", "us"))
    known = np.flatnonzero(~np.isnan(power))
    if len(known) == 0:
        return highest, at
    rows, begins = np.unique(slices.row[known], return_index=True)
    highest[rows] = np.maximum.reduceat(power[known], begins)
    peaks = known[power[known] == highest[slices.row[known]]]
    rows, firsts = np.unique(slices.row[peaks], return_index=True)
    at[rows] = slices.starts[peaks[firsts]]
    return highest, at


def _table(
    owners: Sequence[str],
    months: Array,
    *,
    listed: Array,
    kw: Array,
    status: Array,
    counts: Sequence[Array],
    at: Array,
) -> pa.Table:
    table = pa.table(
        [
            pa.array(owners, pa.string()),
            pa.array(months.astype(str), pa.string()),
            pa.array(kw, pa.float64(), from_pandas=True),
            pa.array(status, pa.string()),
            *[pa.array(count, pa.int64()) for count in counts],
            pa.array(at).cast(pa.timestamp("us", "UTC")),
            pa.array(np.isin(status, _LOWER_BOUNDS), pa.bool_()),
        ],
        schema=PEAKS_SCHEMA,
    )
    return table.filter(pa.array(listed, pa.bool_()))
