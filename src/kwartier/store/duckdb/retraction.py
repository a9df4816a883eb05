"""Taking rows away for good: values, revisions, coverage, and that they were ever asked for.

This is the logical part, in the caller's transaction: from its commit on nobody reads the rows any
more. Their bytes go when the file is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.retention.order import Key
from kwartier.store.duckdb.changes import count_changes
from kwartier.store.duckdb.day_counts import change_coverage
from kwartier.store.duckdb.extents import instant
from kwartier.store.duckdb.kin import Kin
from kwartier.store.duckdb.numbering import QualityNumbers, SeriesNumbers
from kwartier.store.duckdb.rows import INSTANT, Rows, concat_rows, days_of, rows_of
from kwartier.store.duckdb.timelines import forget_stretch
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.interval import Interval, union

_SQL = load_sql(__package__, "retention.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Rows of one granularity of a metering point: those that lie wholly ``inside`` one of
    ``stretches``, or else those that lie wholly inside none.
    """

    key: Key
    energy_type: str
    stretches: Sequence[Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What of the target ``number`` there is, or was: rows, local days, and where it lay."""

    number: int
    values: int
    revisions: int
    days: int
    slices: Interval


class Retraction:
    """The rows of some targets; use it within one transaction."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, targets: Sequence[Target], *, inside: bool
    ) -> None:
        self._connection, self._targets = connection, targets
        connection.register("ordered", _ordered(targets))
        connection.register("stretches", _stretches(targets))
        connection.execute(_SQL["concerned_series"])
        for rows in ("values", "revisions"):
            connection.execute(_SQL[f"doomed_{rows}"], {"inside": inside})

    def find(self) -> list[Taken]:
        """What there is, of the targets that have something."""
        numbers = self._connection.execute(_SQL["doomed_numbers"]).fetchall()
        return [self._taken(number) for (number,) in numbers]

    def carry_out(self) -> list[Taken]:
        """Take all of it away; returns what was taken."""
        found = self.find()
        if found:
            self._change_coverage(found)
            self._connection.execute(_SQL["take_away"])
            self._connection.execute(_SQL["measure_extents"])
            self._connection.execute(_SQL["forget_empty_series"])
        return found

    def close(self) -> None:
        """Let go of what was found."""
        self._connection.execute(_SQL["drop_temporary"])

    def forget(self, number: int, bounds: Iterable[Interval]) -> None:
        """Forget that a target's time was asked for, so that it is fetched if it may be again."""
        _, point, granularity = self._targets[number].key
        for part in bounds:
            forget_stretch(self._connection, point, part, [granularity])

    def across(self, number: int) -> list[Interval]:
        """The doomed slices of a target that lie across an edge of its stretches."""
        edges = {
            edge for part in self._targets[number].stretches for edge in (part.start, part.end)
        }
        rows = concat_rows([self._rows("values", number), self._rows("revisions", number)])
        found: set[tuple[int, int]] = set()
        for edge in edges:
            at = np.int64((edge - instant(0)).total_seconds() * 1_000_000)
            which = (rows.start < at) & (at < rows.end)
            found.update(zip(rows.start[which].tolist(), rows.end[which].tolist(), strict=True))
        return union(Interval(instant(start), instant(end)) for start, end in found)

    def _taken(self, number: int) -> Taken:
        values, revisions = (self._rows(rows, number) for rows in ("values", "revisions"))
        both = concat_rows([values, revisions])
        is_gas = self._targets[number].energy_type == GAS
        return Taken(
            number=number,
            values=len(values),
            revisions=len(revisions),
            days=len(np.unique(days_of(np.sort(both.start), is_gas))),
            slices=Interval(instant(int(both.start.min())), instant(int(both.end.max()))),
        )

    def _rows(self, rows: str, number: int) -> Rows:
        statement = _SQL[f"doomed_{rows}_of"]
        table = self._connection.sql(statement, params={"number": number}).to_arrow_table()
        return rows_of(table)

    def _change_coverage(self, found: Iterable[Taken]) -> None:
        points = {self._targets[taken.number].key[1] for taken in found}
        series = SeriesNumbers(self._connection, points)
        qualities = QualityNumbers(self._connection)
        kin = Kin.of(series.members())
        for taken in found:
            went = self._rows("values", taken.number)
            if len(went):
                went = went[np.lexsort((went.start, went.series_id))]
                cells = count_changes(went[:0], went, series.gas, qualities)
                change_coverage(self._connection, cells, kin)


def _ordered(targets: Sequence[Target]) -> pa.Table:
    return pa.table(
        {
            "number": pa.array(range(len(targets)), pa.int32()),
            **{
                name: pa.array([str(target.key[place]) for target in targets], pa.string())
                for place, name in enumerate(("provider", "metering_point", "granularity"))
            },
            "energy_type": pa.array([target.energy_type for target in targets], pa.string()),
        }
    )


def _stretches(targets: Sequence[Target]) -> pa.Table:
    rows = list(_numbered(targets))
    return pa.table(
        {
            "number": pa.array([number for number, _ in rows], pa.int32()),
            "start": pa.array([part.start for _, part in rows], INSTANT),
            "end": pa.array([part.end for _, part in rows], INSTANT),
        }
    )


def _numbered(targets: Sequence[Target]) -> Iterator[tuple[int, Interval]]:
    for number, target in enumerate(targets):
        for part in target.stretches:
            yield number, part
