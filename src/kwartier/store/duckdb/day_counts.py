"""Bringing the coverage up to date, and saying how the local days are that it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.store.duckdb.changes import Cells
from kwartier.store.duckdb.kin import Kin
from kwartier.store.duckdb.lines import Line, joined, within
from kwartier.store.duckdb.rows import Array
from kwartier.store.duckdb.stretches import micros
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import day_start

_SQL = load_sql(__package__, "merge.sql")
_COUNTS: Final = ("present", "estimated", "provisional")
_NOT_KEPT: Final = -1
_DAY_BITS: Final = 20
_DAY_ZERO: Final = 1 << (_DAY_BITS - 1)
_EPOCH: Final = date(1970, 1, 1)
_MICROSECOND: Final = timedelta(microseconds=1)


class DayRun(NamedTuple):
    """Local days in a row that are alike, from ``start`` to ``end`` (microseconds since 1970).

    ``complete``: all slices are there; ``estimated``, ``provisional``: some value is;
    ``exchanged``: several meters have values. Where a metering point has gas beside others, runs of
    gas days and of other days overlap, and together tell of the same time.
    """

    metering_point: str
    granularity: str
    start: int
    end: int
    complete: bool
    estimated: bool
    provisional: bool
    exchanged: bool


def change_coverage(connection: duckdb.DuckDBPyConnection, cells: Cells, kin: Kin) -> list[DayRun]:
    """Add ``cells`` to the coverage; returns how the days are now that they are about."""
    if not len(cells.day):
        return []
    touched = _touched(cells, kin)
    known = _read(connection, touched)
    kept = touched.places(known["series_id"], known["day"])
    old_row = np.full(len(touched.line), _NOT_KEPT, dtype=np.int64)
    old_row[kept] = known["old_row"]
    growth = np.zeros((len(_COUNTS), len(touched.line)), dtype=np.int64)
    growth[:, touched.places(cells.series_id, cells.day)] = cells.counts
    counts = growth.copy()
    counts[:, kept] += np.stack([known[name] for name in _COUNTS])
    _write(connection, touched, counts, np.any(growth, axis=0), old_row)
    return _judged(touched, counts, kin)


def read_day_runs(connection: duckdb.DuckDBPyConnection, kin: Kin) -> list[DayRun]:
    """How all days are that the coverage counts of the series among ``kin``."""
    connection.register("kin_series", pa.table({"series_id": kin.series_id}))
    known = _columns(connection.sql(_SQL["kin_coverage"]).to_arrow_table())
    if not len(known["day"]):
        return []
    counted = np.stack([known[name] for name in _COUNTS])
    cells = Cells(known["series_id"], known["day"], counted)
    touched = _touched(cells, kin)
    counts = np.zeros((len(_COUNTS), len(touched.line)), dtype=np.int64)
    counts[:, touched.places(cells.series_id, cells.day)] = cells.counts
    return _judged(touched, counts, kin)


@dataclass(frozen=True, slots=True)
class _Touched:
    """One line a day of an owner: ``owner``, ``owner_day``, whether something of it changed
    (``is_own``) or it only overlaps such a day of the owner's other half, and where its series
    begin in what follows (``begin``). One line a day and series, day after day: ``line`` (the
    series' among the kin), ``series_id``, ``day`` (since 1970).
    """

    owner: Array
    owner_day: Array
    is_own: Array
    begin: Array
    line: Array
    series_id: Array
    day: Array

    def places(self, series_id: Array, day: Array) -> Array:
        """Where some series and days are that are among these."""
        mine = _code(self.series_id, self.day)
        order = np.argsort(mine)
        place: Array = order[np.searchsorted(mine, _code(series_id, day), sorter=order)]
        return place


def _touched(cells: Cells, kin: Kin) -> _Touched:
    own = np.unique(_code(kin.owners_of(cells.series_id), cells.day))
    codes = np.union1d(own, _beside(own, kin))
    owner, owner_day = _decode(codes)
    line, begin = kin.lines_of(owner)
    day = np.repeat(owner_day, kin.count[owner])
    is_own = np.isin(codes, own)
    return _Touched(owner, owner_day, is_own, begin, line, kin.series_id[line], day)


def _beside(own: Array, kin: Kin) -> Array:
    """The days of the owners' other halves that overlap theirs: of gas days those that begin on
    the day before and on the same day, of others those on the same day and on the next.
    """
    owner, day = _decode(own)
    is_mixed = kin.other[owner] != owner
    if not is_mixed.any():
        return own[:0]
    other, day = kin.other[owner[is_mixed]], day[is_mixed]
    is_gas = np.array([is_gas for _, _, is_gas in kin.owners])[other]
    return np.concatenate([_code(other, day), _code(other, day + np.where(is_gas, -1, 1))])


def _code(number: Array, day: Array) -> Array:
    code: Array = (number.astype(np.int64) << _DAY_BITS) + (day.astype(np.int64) + _DAY_ZERO)
    return code


def _decode(codes: Array) -> tuple[Array, Array]:
    """The numbers and days of codes."""
    return codes >> _DAY_BITS, (codes & ((1 << _DAY_BITS) - 1)) - _DAY_ZERO


def _read(connection: duckdb.DuckDBPyConnection, touched: _Touched) -> dict[str, Array]:
    """What the coverage holds of the touched days, of all their series."""
    wanted = {"series_id": touched.series_id.astype(np.int32), "day": _dates(touched.day)}
    connection.register("wanted_cells", pa.table(wanted))
    bounds = {
        "first": _EPOCH + timedelta(days=int(touched.day.min())),
        "last": _EPOCH + timedelta(days=int(touched.day.max())),
        "low": int(touched.series_id.min()),
        "high": int(touched.series_id.max()),
    }
    return _columns(connection.sql(_SQL["touched_coverage"], params=bounds).to_arrow_table())


def _columns(table: pa.Table) -> dict[str, Array]:
    """The columns, days as numbers."""
    columns = {name: table[name].to_numpy() for name in table.column_names}
    return columns | {"day": columns["day"].astype("datetime64[D]").astype(np.int64)}


def _write(
    connection: duckdb.DuckDBPyConnection,
    touched: _Touched,
    counts: Array,
    is_changed: Array,
    old_row: Array,
) -> None:
    is_kept, is_there = old_row != _NOT_KEPT, counts[0] != 0
    for statement, which in (
        ("forget_coverage", is_changed & is_kept & ~is_there),
        ("update_coverage", is_changed & is_kept & is_there),
        ("add_coverage", is_changed & ~is_kept),
    ):
        if which.any():
            rows = {
                "old_row": old_row[which],
                "series_id": touched.series_id[which].astype(np.int32),
                "day": _dates(touched.day[which]),
            }
            rows |= dict(zip(_COUNTS, counts[:, which].astype(np.int32), strict=True))
            connection.register("counted", pa.table(rows))
            connection.execute(_SQL[statement])


def _dates(days: Array) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _judged(touched: _Touched, counts: Array, kin: Kin) -> list[DayRun]:
    """How the time is now of which something changed, by all days that it lies in."""
    runs = list(_runs(touched, counts, kin))
    if touched.is_own.all():
        return [run for run, _ in runs]
    changed: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for run, is_own in runs:
        if is_own:
            changed[run[:2]].append((run.start, run.end))
    spans = {key: joined(lines) for key, lines in changed.items()}
    return [
        run._replace(start=start, end=end)
        for run, _ in runs
        for start, end in within([(run.start, run.end)], spans[run[:2]])
    ]


def _runs(touched: _Touched, counts: Array, kin: Kin) -> Iterator[tuple[DayRun, bool]]:
    """The touched days, those in a row together that are alike, and whether they are own."""
    flags = np.stack(
        [
            _slices_there(touched, counts[0], kin) >= _slices_wanted(touched, kin),
            *(np.logical_or.reduceat(counts[n] > 0, touched.begin) for n in (1, 2)),
            _several_meters(touched, counts[0], kin),
            touched.is_own,
        ]
    )
    differs = (flags[:, 1:] != flags[:, :-1]).any(axis=0)
    differs |= (touched.owner[1:] != touched.owner[:-1]) | (np.diff(touched.owner_day) != 1)
    firsts = np.append(0, np.flatnonzero(differs) + 1)
    lasts = np.append(firsts[1:], len(touched.owner)) - 1
    for owner, first, last, (*is_so, is_own) in zip(
        touched.owner[firsts].tolist(),
        touched.owner_day[firsts].tolist(),
        touched.owner_day[lasts].tolist(),
        flags[:, firsts].T.tolist(),
        strict=True,
    ):
        point, granularity, is_gas = kin.owners[owner]
        start, end = _day_start(first, is_gas), _day_start(last + 1, is_gas)
        yield DayRun(point, granularity, start, end, *is_so), is_own


def _several_meters(touched: _Touched, present: Array, kin: Kin) -> Array:
    """Of which of the touched days some source has values of more than one meter."""
    present = np.where(kin.is_part[touched.line], 0, present)
    day = np.repeat(np.arange(len(touched.begin)), np.diff(touched.begin, append=len(present)))
    meters = _firsts(day, kin.meter[touched.line])
    sources = _firsts(day[meters], kin.source[touched.line][meters])
    has_values = np.maximum.reduceat(present, meters) > 0
    of_source = np.add.reduceat(has_values.astype(np.int64), sources)
    several: Array = np.maximum.reduceat(of_source, _firsts(day[meters][sources])) > 1
    return several


def _slices_there(touched: _Touched, present: Array, kin: Kin) -> Array:
    """How many slices have a value: of a meter's registers the fullest counts, meters are added
    up (in an exchange each has a part of the day), of headpoint and meters the fuller counts.
    """
    present = np.where(kin.is_part[touched.line], 0, present)
    day = np.repeat(np.arange(len(touched.begin)), np.diff(touched.begin, append=len(present)))
    meters = _firsts(day, kin.meter[touched.line])
    sources = _firsts(day[meters], kin.source[touched.line][meters])
    of_meter = np.maximum.reduceat(present, meters)
    of_source = np.add.reduceat(of_meter, sources)
    there: Array = np.maximum.reduceat(of_source, _firsts(day[meters][sources]))
    return there


def _firsts(*columns: Array) -> Array:
    """Where one of the columns differs from the line before, and the first line."""
    differs = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.append(0, np.flatnonzero(differs) + 1)


def _slices_wanted(touched: _Touched, kin: Kin) -> Array:
    """How many slices each of the touched days has."""
    kinds = [(granularity, is_gas) for _, granularity, is_gas in kin.owners]
    kind_of = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    kind = np.array([kind_of[one] for one in kinds])[touched.owner]
    wanted = np.zeros(len(kind), dtype=np.int64)
    for (granularity, is_gas), number in kind_of.items():
        days, place = np.unique(touched.owner_day[kind == number], return_inverse=True)
        slices = [_slices(day, granularity, is_gas) for day in days.tolist()]
        wanted[kind == number] = np.array(slices)[place]
    return wanted


def _slices(day: int, granularity: str, is_gas: bool) -> int:
    step = Granularity(granularity).step
    length = _day_start(day + 1, is_gas) - _day_start(day, is_gas)
    return 1 if step is None else length * _MICROSECOND // step


@lru_cache(maxsize=16384)
def _day_start(day: int, is_gas: bool) -> int:
    return micros(day_start(_EPOCH + timedelta(days=day), GAS if is_gas else ELECTRICITY))
