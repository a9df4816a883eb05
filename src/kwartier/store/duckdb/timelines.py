"""What is known of each metering point's time: kept with every commit, so that planning a day
costs the same however much was fetched before.

A timeline is that of one metering point and granularity. Its *settled* stretches are the measured
time that successful fetches asked for, the *inserted* ones their insert-time windows; *read* is an
instant, when the first read-time fetch was planned. *Complete*, *estimated* and *provisional* are
local days, by what the coverage counts of them; *exchanged* those on which several meters have
values, until a read-time fetch speaks for them. Where a metering point has gas beside others, an
instant is so if its gas day or its other day is. *Tried* is what read-time fetches asked for in
vain: still incomplete, estimated or provisional, how often it was asked again, and when last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.store.duckdb.answers import Answer
from kwartier.store.duckdb.day_counts import DayRun
from kwartier.store.duckdb.lines import (
    Line,
    Tried,
    joined,
    tried_again,
    tried_outside,
    tried_within,
    within,
    without,
)
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.duckdb.stretches import micros
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.fetch import PACED, Outcome, Reason, WindowKind
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_of

SETTLED: Final = "settled"
INSERTED: Final = "inserted"
READ: Final = "read"
COMPLETE: Final = "complete"
ESTIMATED: Final = "estimated"
PROVISIONAL: Final = "provisional"
EXCHANGED: Final = "exchanged"
TRIED: Final = {reason: f"tried_{reason}" for reason in PACED}

_DAYS: Final = (COMPLETE, ESTIMATED, PROVISIONAL, EXCHANGED)
_MEASURED: Final = (SETTLED, *_DAYS)
_FOREVER: Final = (-(1 << 62), 1 << 62)
_SQL = load_sql(__package__, "timelines.sql")

Key = tuple[str, str]
_Row = tuple[str, int, int, int, int | None]


class Timeline:
    """The stretches of one metering point and granularity, by kind."""

    def __init__(self) -> None:
        self.lines: defaultdict[str, list[Line]] = defaultdict(list)
        self.tried: defaultdict[Reason, list[Tried]] = defaultdict(list)
        self.kept: dict[_Row, int] = {}

    @property
    def exchanged(self) -> bool:
        """Whether several meters told of some day."""
        return bool(self.lines[EXCHANGED])

    def keep(self, row: _Row, row_id: int) -> None:
        """Take over a stored row."""
        kind, start, end, times, last = row
        self.kept[row] = row_id
        if last is None:
            self.lines[kind].append((start, end))
        else:
            self.tried[_REASON[kind]].append(Tried(start, end, times, last))

    def rows(self) -> Iterator[_Row]:
        """What to store."""
        for kind, lines in self.lines.items():
            for line in lines:
                yield kind, *line, 0, None
        for reason, tried in self.tried.items():
            for one in tried:
                yield TRIED[reason], *one

    def ask(self, answer: Answer, granularity: str) -> None:
        """Note a successful fetch."""
        fetch = answer.fetched.fetch
        scopes = [_line(s.interval) for s in fetch.scopes if s.granularity == granularity]
        if scopes:
            self.lines[SETTLED] = joined([*self.lines[SETTLED], *scopes])
        if fetch.kind is WindowKind.INSERT_TIME:
            self.lines[INSERTED] = joined([*self.lines[INSERTED], _line(fetch.window)])
            return
        at = micros(fetch.planned_at)
        self.lines[READ] = [(min([at, *(start for start, _ in self.lines[READ])]),) * 2]
        self.read_again(scopes, {due.reason for due in fetch.due}, fetch.planned_at)

    def read_again(
        self, scopes: Sequence[Line], again: Collection[Reason], planned_at: datetime
    ) -> None:
        """Note that a read-time fetch asked for ``scopes``; what has come of it is known. A
        follow-up does so ``again`` for some reasons, and leaves others as they are.
        """
        at, counts = micros(planned_at), int(bool(again))
        for reason in (one for one in PACED if not again or one in again):
            lines = self._outstanding(reason, scopes)
            if reason is Reason.PROVISIONAL:
                lines = within(lines, [(_FOREVER[0], _month_start(planned_at))])
            if lines:
                self.tried[reason] = tried_again(self.tried[reason], lines, at=at, counts=counts)

    def see(self, runs: Sequence[DayRun]) -> None:
        """Note how some days are now."""
        seen = joined((run.start, run.end) for run in runs)
        for kind in _DAYS:
            so = [(run.start, run.end) for run in runs if getattr(run, kind)]
            if so or self.lines[kind]:
                self.lines[kind] = joined([*without(self.lines[kind], seen), *so])

    def hear(self, speech: Sequence[Line]) -> None:
        """Note where a read-time fetch had the last word on which meter measured."""
        if self.lines[EXCHANGED]:
            self.lines[EXCHANGED] = without(self.lines[EXCHANGED], speech)

    def settle_down(self) -> None:
        """Forget what was tried in vain and has come since."""
        for reason, tried in self.tried.items():
            if reason is Reason.GAP:
                self.tried[reason] = tried_outside(tried, self.lines[COMPLETE])
            else:
                self.tried[reason] = tried_within(tried, self.lines[reason.value])

    def _outstanding(self, reason: Reason, lines: Sequence[Line]) -> list[Line]:
        """What of ``lines`` there would be a reason to ask for again."""
        if reason is Reason.GAP:
            return without(lines, self.lines[COMPLETE])
        return within(lines, self.lines[reason.value])

    def forget(self, line: Line) -> None:
        """Forget all that is known of some measured time."""
        for kind in _MEASURED:
            self.lines[kind] = without(self.lines[kind], [line])
        for reason, tried in self.tried.items():
            self.tried[reason] = tried_outside(tried, [line])


_REASON: Final = {kind: reason for reason, kind in TRIED.items()}


def keep_timelines(
    connection: duckdb.DuckDBPyConnection, answers: Iterable[Answer], runs: Iterable[DayRun]
) -> set[str]:
    """Bring the timelines of ``batch_points`` up to date with the answers of a batch, and with
    how the days are that it changed. Returns the metering points of exchanged meters.
    """
    timelines = read_timelines(connection)
    days: defaultdict[Key, list[DayRun]] = defaultdict(list)
    for run in runs:
        days[run.metering_point, run.granularity].append(run)
    for key, some in days.items():
        timelines[key].see(some)
    changed = set(days)
    successful = [answer for answer in answers if answer.fetched.outcome is Outcome.OK]
    news = {
        answer.fetched.fetch.metering_point: answer.fetch_id
        for answer in successful
        if answer.fetched.fetch.kind is WindowKind.INSERT_TIME
    }
    for answer in successful:
        fetch = answer.fetched.fetch
        for granularity in {*fetch.granularities, *(s.granularity for s in fetch.scopes)}:
            timeline = timelines[fetch.metering_point, str(granularity)]
            timeline.ask(answer, str(granularity))
            if answer.fetch_id > news.get(fetch.metering_point, -1):
                timeline.hear([_line(part) for of, part in answer.speech if of == granularity])
            changed.add((fetch.metering_point, str(granularity)))
    write_timelines(connection, {key: timelines[key] for key in changed})
    return {point for point, granularity in changed if timelines[point, granularity].exchanged}


def forget_stretch(
    connection: duckdb.DuckDBPyConnection,
    metering_point: str,
    stretch: Interval | None = None,
    granularities: Iterable[str] | None = None,
) -> None:
    """Forget that measured time of a metering point was ever asked for, and how its days are.

    What a mandate permits of it is fetched again as if it were new. None: all time, all
    granularities. The caller's transaction makes it whole.
    """
    connection.register("batch_points", pa.table({"metering_point": [metering_point]}))
    timelines = read_timelines(connection)
    wanted = None if granularities is None else {str(one) for one in granularities}
    for (_, granularity), timeline in timelines.items():
        if wanted is None or granularity in wanted:
            timeline.forget(_FOREVER if stretch is None else _line(stretch))
    write_timelines(connection, timelines)


def read_timelines(connection: duckdb.DuckDBPyConnection) -> defaultdict[Key, Timeline]:
    """The timelines of ``batch_points``."""
    timelines: defaultdict[Key, Timeline] = defaultdict(Timeline)
    columns = connection.sql(_SQL["timelines_of_batch"]).to_arrow_table().columns
    for row_id, point, granularity, *row in zip(*(c.to_pylist() for c in columns), strict=True):
        kind, start, end, times, last = row
        timelines[point, granularity].keep((kind, start, end, times, last), row_id)
    return timelines


def write_timelines(
    connection: duckdb.DuckDBPyConnection, timelines: Mapping[Key, Timeline]
) -> None:
    """Store what changed: over a row that no longer holds, in a new row, or by removing one."""
    moved, added, gone = [], [], []
    for key, timeline in timelines.items():
        timeline.settle_down()
        rows = set(timeline.rows())
        free = [row_id for row, row_id in timeline.kept.items() if row not in rows]
        for row in sorted(rows - timeline.kept.keys(), key=lambda row: row[:3]):
            if free:
                moved.append((free.pop(0), *key, *row))
            else:
                added.append((0, *key, *row))
        gone += free
    for statement, lines in (("move_timelines", moved), ("add_timelines", added)):
        if lines:
            connection.register("changed_timelines", _table(lines))
            connection.execute(_SQL[statement])
    if gone:
        connection.register("changed_timelines", pa.table({"old_row": pa.array(gone, pa.int64())}))
        connection.execute(_SQL["remove_timelines"])


def _table(lines: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*lines, strict=True)
    arrays = [
        pa.array(column, pa.int64() if type_ == INSTANT else type_).cast(type_)
        for column, type_ in zip(columns, _COLUMNS.values(), strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=list(_COLUMNS))


_COLUMNS: Final = {
    "old_row": pa.int64(),
    "metering_point": pa.string(),
    "granularity": pa.string(),
    "kind": pa.string(),
    "start": INSTANT,
    "end": INSTANT,
    "times": pa.int32(),
    "last_at": INSTANT,
}


def _line(interval: Interval) -> Line:
    return micros(interval.start), micros(interval.end)


@lru_cache(maxsize=64)
def _month_start(at: datetime) -> int:
    """Where the gas month begins that is open at ``at``."""
    month = Month.of(day_of(at, GAS))
    return micros(month.interval(GAS).start)
