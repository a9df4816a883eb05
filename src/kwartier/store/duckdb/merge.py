"""Merging a batch of answers into the stored values, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.measurements import Fetched
from kwartier.store.duckdb.answers import Answer, order_answers
from kwartier.store.duckdb.changes import count_changes
from kwartier.store.duckdb.day_counts import DayRun, change_coverage
from kwartier.store.duckdb.extents import widen_extents
from kwartier.store.duckdb.incoming import gather_rows
from kwartier.store.duckdb.judge import Verdict, judge
from kwartier.store.duckdb.kin import Kin
from kwartier.store.duckdb.meeting import find_met
from kwartier.store.duckdb.newer import read_newer
from kwartier.store.duckdb.numbering import QualityNumbers, SeriesNumbers
from kwartier.store.duckdb.recording import record_answers
from kwartier.store.duckdb.rows import Array, Rows, concat_rows
from kwartier.store.duckdb.stretches import Stretches, micros, spoken_by
from kwartier.store.duckdb.timelines import keep_timelines
from kwartier.store.named_sql import load_sql
from kwartier.store.outcomes import Committed

_SQL = load_sql(__package__, "merge.sql")


def merge_batch(connection: duckdb.DuckDBPyConnection, batch: Sequence[Fetched]) -> Committed:
    """Merge ``batch`` and record its fetches; the caller's transaction makes it whole."""
    [(first_fetch_id,)] = connection.execute(_SQL["next_fetch_id"]).fetchall()
    answers = order_answers(batch, first_fetch_id)
    merge = _Merge(connection, answers)
    for number in sorted({answer.round for answer in answers}):
        merge.merge_round(number)
    record_answers(connection, answers)
    exchanged = keep_timelines(connection, answers, merge.change_coverage())
    return Committed(**merge.counts, exchanged=frozenset(exchanged))


class _Merge:
    """The merge of one batch, whose rounds are merged one after the other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, answers: Sequence[Answer]) -> None:
        self.counts: Counter[str] = Counter()
        self._came: list[Rows] = []
        self._went: list[Rows] = []
        self._connection, self._answers = connection, answers
        self._first_fetch_id = answers[0].fetch_id
        self._answered_at = np.array([micros(a.fetched.fetched_at) for a in answers])
        points = (answer.fetched.fetch.metering_point for answer in answers)
        self._series = SeriesNumbers(connection, points)
        self._qualities = QualityNumbers(connection)
        self._incoming = gather_rows(answers, self._series, self._qualities)
        self._series.write()
        self._qualities.write()
        self._newer = read_newer(connection, answers, self._series)

    def merge_round(self, number: int) -> None:
        """Judge the rows of a round, and write what changes."""
        first, last = np.searchsorted(self._incoming.round, [number, number + 1])
        rows, month = self._incoming.rows[first:last], self._incoming.month[first:last]
        # Of series that the batch brought, only the rounds before can have stored rows.
        known_below = self._series.first_new if number == 0 else self._series.next_number
        answers = [answer for answer in self._answers if answer.round == number]
        speech = Stretches.of(
            stretch
            for stretch in spoken_by(answers, self._series)
            if stretch.series_id < known_below
        )
        may_meet = rows.series_id < known_below
        met = find_met(self._connection, rows, month, may_meet, speech)
        answered_at = self._answered_at[rows.fetch_id - self._first_fetch_id]
        self._write(rows, judge(rows, answered_at, met, speech, self._newer))

    def _write(self, rows: Rows, verdict: Verdict) -> None:
        inserted = rows if verdict.inserted.all() else rows[verdict.inserted]
        revised, removed = verdict.revised, verdict.removed
        self.counts.update(
            inserted=len(inserted),
            revised=len(revised.rows),
            removed=len(removed.rows),
            unchanged=verdict.unchanged,
            outdated=verdict.outdated,
        )
        came = concat_rows([inserted, rows[revised.row]])
        went = concat_rows([revised.rows, removed.rows])
        if len(went):
            ended_by = np.concatenate([rows.fetch_id[revised.row], verdict.removed_by])
            change = ["revised"] * len(revised.rows) + ["removed"] * len(removed.rows)
            self._run("keep_revisions", went, superseded_by=ended_by, change=pa.array(change))
        if len(revised.rows):
            new = rows[revised.row]
            self._run("revise", new, old_row=revised.old_row)
        if len(removed.rows):
            self._run("remove", removed.rows, old_row=removed.old_row)
        if len(inserted):
            self._run("insert", inserted)
        self._came.append(came)
        self._went.append(went)

    def change_coverage(self) -> list[DayRun]:
        """Count what came and went in all rounds, and note where it lies; returns how the days of
        it are now.
        """
        came, went = concat_rows(self._came), concat_rows(self._went)
        widen_extents(self._connection, came)
        cells = count_changes(came, went, self._series.gas, self._qualities)
        return change_coverage(self._connection, cells, Kin.of(self._series.members()))

    def _run(self, statement: str, rows: Rows, **more: Array | pa.Array) -> None:
        self._connection.register("changing", pa.table(rows.columns() | more))
        self._connection.execute(_SQL[statement])
