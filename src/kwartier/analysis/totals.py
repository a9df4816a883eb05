"""Energy added up by local day, month and year: registers, directions and units apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Array, Columns
from kwartier.analysis.declared import countable
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.gas_days import least_certain
from kwartier.analysis.offtake import TARIFF_REGISTERS, TOTAL, one_level, silent_meters
from kwartier.analysis.periods import Period, Periods, whole_days
from kwartier.analysis.slices import Placed, Slices, lay_out
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Permission, finest_open
from kwartier.vocabulary.quality import ESTIMATED

TOTALS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("sub_headpoint", pa.string()),
        ("period", pa.string()),
        ("start", pa.timestamp("us", "UTC")),
        ("end", pa.timestamp("us", "UTC")),
        ("direction", pa.string()),
        ("register", pa.string()),
        ("unit", pa.string()),
        ("value", pa.float64()),
        ("granularity", pa.string()),
        ("expected", pa.int64()),
        ("present", pa.int64()),
        ("estimated", pa.int64()),
        ("estimated_share", pa.float64()),
        ("complete", pa.bool_()),
        ("gas_conversion_factor", pa.string()),
    ]
)
_ORDER: Final = (
    "metering_point", "sub_headpoint", "period", "energy_type", "direction", "unit", "register",
)  # fmt: skip


def totals(
    values: pa.Table,
    permissions: Sequence[Permission],
    now: datetime,
    *,
    by: Period,
    policy: ArrivalPolicy = DEFAULT_ARRIVAL,
    centigrade: Centigrade = Centigrade.UNKNOWN,
) -> pa.Table:
    """What each register counted in each period (``TOTALS_SCHEMA``; ``period`` as 2026-01-31,
    2026-01 or 2026).

    ``values`` are measurements: all that is stored of the permissions' metering points.

    - *Granularity*: day values where the permissions open at least as much of the period by days
      as by the finest slices that are open (quarter-hours, hours), counted in whole local days;
      else the sum of those.
      One period is never made of both.
    - *Level*: where the headpoint gives values of a slice, its meters' do not count. Physical
      meters are added up; on the day of an exchange the two parts make the day. What is metered
      behind a sub-headpoint stands apart, under its ``sub_headpoint``.
    - *Registers* stand apart. ``total`` is the provider's own, and of slices without one the sum
      of day and night.
    - *Completeness*: of ``expected`` slices (there, or due by now) ``present`` have this register,
      whole; ``estimated`` of them are estimates. A period in which a register that was there
      before has nothing has the value null. Before its first value there is no row.
    - *Centigrade* is no energy: it is left out, unless ``centigrade`` declares it to be
      gigajoules.

    ``gas_conversion_factor`` is the least certain behind kWh of gas (see ``gas_days``).
    """
    columns = Columns(countable(values, centigrade))
    fine = finest_open(permissions)
    days, parts = (
        _Layout.of([p for p in permissions if is_chosen(p)], now, by, policy)
        for is_chosen in (_is_daily, lambda p: p.granularity == fine.get(_flow(p)))
    )
    by_days = _keys_where_days_suffice(days, parts)
    tables = [
        _added_up(columns, days, np.isin(days.keys, by_days)),
        _added_up(columns, parts, ~np.isin(parts.keys, by_days)),
    ]
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in _ORDER])


def _is_daily(permission: Permission) -> bool:
    return permission.granularity is Granularity.DAY


def _flow(permission: Permission) -> tuple[str, str]:
    return permission.metering_point, permission.energy_type


@dataclass(frozen=True, slots=True)
class _Layout:
    """Slices, their periods, and per period a key that both granularities share, and the hours
    of permitted whole days.
    """

    slices: Slices
    periods: Periods
    keys: Array
    hours: Array

    @classmethod
    def of(
        cls, permissions: Sequence[Permission], now: datetime, by: Period, policy: ArrivalPolicy
    ) -> _Layout:
        slices = lay_out(permissions, now, policy)
        periods = Periods.of(slices, by)
        owners = [f"{p.energy_type} {p.metering_point}" for p in permissions]
        names = np.array(owners, dtype=str)[periods.owner] if len(periods) else np.array([], str)
        keys = np.char.add(np.char.add(names, " "), np.array(periods.names(), dtype=str))
        return cls(slices, periods, keys, whole_days(slices, periods))


def _keys_where_days_suffice(days: _Layout, parts: _Layout) -> Array:
    """The periods for which days open no less than quarters and hours do."""
    by_parts = dict(zip(parts.keys.tolist(), parts.hours.tolist(), strict=True))
    pairs = zip(days.keys.tolist(), days.hours.tolist(), strict=True)
    suffice = [key for key, hours in pairs if hours > 0 and hours >= by_parts.get(key, 0)]
    return np.array(suffice, dtype=str)


def _added_up(columns: Columns, layout: _Layout, chosen: Array) -> pa.Table:
    slices, periods = layout.slices, layout.periods
    of_point, behind = (
        placed.where(chosen[periods.of_slice[placed.slot]])
        for placed in (slices.place(columns), slices.place(columns, behind=True))
    )
    is_there = np.zeros(len(slices), dtype=bool)
    is_there[of_point.slot] = is_there[behind.slot] = True
    expected = periods.add_up(slices.due_or(is_there))
    found = [TOTALS_SCHEMA.empty_table()]
    of_points = [(None, part) for part in series_of(of_point, slices)]
    for sub_headpoint, part in (*of_points, *sub_headpoints(behind)):
        silent = silent_meters(part, slices)
        for register, rows, whole in registers_of(part, slices):
            whole[silent] = False
            listed = chosen & (expected > 0) & _since_first(rows, periods)
            found.append(_rows(layout, rows, whole, expected, listed, register, sub_headpoint))
    return pa.concat_tables(found)


def series_of(placed: Placed, slices: Slices) -> Iterator[Placed]:
    """The metering points' own values, a direction and unit at a time, each at one level."""
    for part in _split(placed, "direction", "unit"):
        yield one_level(part, len(slices))


def sub_headpoints(placed: Placed) -> Iterator[tuple[str | None, Placed]]:
    """What is metered behind each sub-headpoint, a direction and unit at a time."""
    for part in _split(placed, "sub_headpoint", "direction", "unit"):
        yield _only(part, "sub_headpoint"), part


def _split(placed: Placed, *names: str) -> Iterator[Placed]:
    """The rows that agree in these columns, a combination at a time."""
    if not names:
        if len(placed.slot):
            yield placed
        return
    words = placed.columns.words(names[0])
    for code in np.unique(words.codes):
        yield from _split(placed.where(words.codes == code), *names[1:])


def _only(placed: Placed, name: str) -> str | None:
    """The word that all rows have in a column."""
    words = placed.columns.words(name)
    return words.words[int(words.codes[0])]


def registers_of(part: Placed, slices: Slices) -> Iterator[tuple[str | None, Placed, Array]]:
    """Each register's rows, and in which slices it is there whole; the total last, made of day
    and night where the provider gives none.
    """
    own = {_only(rows, "register"): rows for rows in _split(part, "register")}
    given = own.pop(TOTAL, None)
    for register, rows in own.items():
        yield register, rows, _is_whole(rows, slices)
    has_total = np.zeros(len(slices), dtype=bool)
    if given is not None:
        has_total[given.slot] = True
    tariffs = [own[register] for register in TARIFF_REGISTERS if register in own]
    whole = np.ones(len(slices), dtype=bool)
    for rows in tariffs:
        whole &= _is_whole(rows, slices) | ~_owners_with(rows, slices)
    if given is not None:
        whole = np.where(has_total, _is_whole(given, slices), whole)
    is_part = part.columns.words("register").are(*TARIFF_REGISTERS)
    is_total = part.columns.words("register").are(TOTAL)
    rows = part.where(is_total | (is_part & ~has_total[part.slot]))
    there = np.zeros(len(slices), dtype=bool)
    there[rows.slot] = True
    if len(rows.slot):
        yield TOTAL, rows, whole & there


def _is_whole(rows: Placed, slices: Slices) -> Array:
    """The slices that the rows cover from begin to end."""
    lengths = (rows.columns.instants("end") - rows.columns.instants("start")).view(np.int64)
    covered = np.bincount(rows.slot, lengths, minlength=len(slices))
    whole: Array = covered >= (slices.ends - slices.starts).view(np.int64)
    return whole


def _owners_with(rows: Placed, slices: Slices) -> Array:
    """Per slice, whether its permission has any of the rows."""
    has = np.zeros(len(slices.permissions), dtype=bool)
    owner = slices.row_permission[slices.row]
    has[owner[rows.slot]] = True
    return has[owner]


def _since_first(rows: Placed, periods: Periods) -> Array:
    """The periods from the first on in which a permission has any of the rows."""
    period = periods.of_slice[rows.slot]
    first = np.full(int(periods.owner.max(initial=-1)) + 1, len(periods))
    np.minimum.at(first, periods.owner[period], period)
    return np.arange(len(periods)) >= first[periods.owner]


def _rows(
    layout: _Layout,
    rows: Placed,
    whole: Array,
    expected: Array,
    listed: Array,
    register: str | None,
    sub_headpoint: str | None,
) -> pa.Table:
    slices, periods = layout.slices, layout.periods
    period = periods.of_slice[rows.slot]
    value = np.full(len(periods), np.nan)
    value[period] = 0.0
    np.add.at(value, period, rows.columns.values())
    estimated = np.zeros(len(slices), dtype=bool)
    estimated[rows.slot[rows.columns.words("validation_state").are(ESTIMATED)]] = True
    present, estimates = periods.add_up(whole), periods.add_up(estimated & whole)
    shares = np.divide(estimates, present, out=np.full(len(periods), np.nan), where=present > 0)
    owners = [slices.permissions[index] for index in periods.owner]
    start, end = periods.bounds(slices)
    table = pa.table(
        [
            pa.array([owner.metering_point for owner in owners], pa.string()),
            pa.array([owner.energy_type for owner in owners], pa.string()),
            pa.array([sub_headpoint] * len(periods), pa.string()),
            pa.array(periods.names(), pa.string()),
            start,
            end,
            pa.array([_only(rows, "direction")] * len(periods), pa.string()),
            pa.array([register] * len(periods), pa.string()),
            pa.array([_only(rows, "unit")] * len(periods), pa.string()),
            pa.array(value, pa.float64(), from_pandas=True),
            pa.array([str(owner.granularity) for owner in owners], pa.string()),
            pa.array(expected, pa.int64()),
            pa.array(present, pa.int64()),
            pa.array(estimates, pa.int64()),
            pa.array(shares, pa.float64(), from_pandas=True),
            pa.array(present == expected, pa.bool_()),
            pa.array(least_certain(rows, period, len(periods)), pa.string()),
        ],
        schema=TOTALS_SCHEMA,
    )
    return table.filter(pa.array(listed, pa.bool_()))
