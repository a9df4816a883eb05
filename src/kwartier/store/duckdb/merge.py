"""Merging a batch of answers into the stored values, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.measurements import Fetched
from kwartier.store.duckdb.incoming import (
    Answer,
    Array,
    Incoming,
    answered_rows,
    gather_rows,
    order_answers,
)
from kwartier.store.named_sql import load_sql
from kwartier.store.port import Committed
from kwartier.vocabulary.fetch import Outcome
from kwartier.vocabulary.quality import ESTIMATED, PROVISIONAL

_SQL = load_sql(__package__, "merge.sql")
_INSTANT = pa.timestamp("us", "UTC")


def merge_batch(connection: duckdb.DuckDBPyConnection, batch: Sequence[Fetched]) -> Committed:
    """Merge ``batch`` and record its fetches; the caller's transaction makes it whole."""
    answers = order_answers(batch, _next_id(connection, "next_fetch_id"))
    first_new = _next_id(connection, "next_series_id")
    incoming = gather_rows(answers)
    rows = _numbered_rows(connection, incoming, first_new) if incoming else None
    counts: Counter[str] = Counter()
    if rows is not None or any(a.speech for a in answers):
        oldest = min(a.fetched.fetched_at for a in answers)
        connection.execute(_SQL["collect_newer"], {"oldest": oldest})
        connection.execute(_SQL["collect_overruling"])
        for number in sorted({a.round for a in answers}):
            counts += _merge_round(connection, answers, rows, number, first_new)
    _record(connection, answers)
    return Committed(
        inserted=counts["inserted"],
        revised=counts["revised"],
        unchanged=counts["unchanged"],
        removed=counts["removed"],
        outdated=counts["outdated"],
    )


def _next_id(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    [(number,)] = connection.execute(_SQL[name]).fetchall()
    return int(number)


def _numbered_rows(
    connection: duckdb.DuckDBPyConnection, incoming: Incoming, first_new: int
) -> pa.Table:
    """The rows with the store's numbers for series and qualities, which are made as needed."""
    connection.register("batch_series", incoming.series_table)
    connection.register("batch_qualities", incoming.quality_table)
    connection.execute(_SQL["make_series"], {"first": first_new})
    connection.execute(_SQL["make_qualities"])
    series_ids = _column(connection, "series_ids")
    quality_ids = _column(connection, "quality_ids")
    connection.register(
        "batch_series_ids",
        pa.table({"code": incoming.series_table["code"], "series_id": series_ids}),
    )
    connection.execute(_SQL["describe_series"])
    return pa.table(
        {
            "row": np.arange(len(incoming.start), dtype=np.int32),
            "round": incoming.round,
            "fetch_id": incoming.fetch_id,
            "fetched_at": incoming.fetched_at,
            "series_id": series_ids[incoming.series],
            "start": pa.array(incoming.start, pa.timestamp("us")).cast(_INSTANT),
            "end": pa.array(incoming.end, pa.timestamp("us")).cast(_INSTANT),
            "day": incoming.day,
            "value": incoming.value,
            "quality_id": quality_ids[incoming.quality],
        }
    )


def _column(connection: duckdb.DuckDBPyConnection, name: str) -> Array:
    column: Array = connection.sql(_SQL[name]).to_arrow_table().column(0).to_numpy()
    return column


def _merge_round(
    connection: duckdb.DuckDBPyConnection,
    answers: Sequence[Answer],
    rows: pa.Table | None,
    number: int,
    first_new: int,
) -> Counter[str]:
    if rows is None:
        rows = _EMPTY_ROWS
    first, last = np.searchsorted(rows["round"].to_numpy(), [number, number + 1])
    connection.register("round_rows", rows.slice(first, last - first))
    connection.register("round_speech", _speech_table(answers, number))
    known = {"first_new": first_new if number == 0 else _ALL}
    connection.execute(_SQL["load_round"])
    connection.execute(_SQL["load_speech"], known)
    connection.execute(_SQL["find_touched"], known)
    connection.execute(_SQL["mark_outdated"])
    for bounds in _month_bounds(connection):
        connection.execute(_SQL["meet"], bounds)
    connection.execute(_SQL["mark_removed"])
    counts = Counter(dict(connection.execute(_SQL["count_verdicts"]).fetchall()))
    if counts["revised"] or counts["removed"]:
        connection.execute(_SQL["keep_revisions"])
    if counts["inserted"] or counts["revised"] or counts["removed"]:
        quality = {"estimated": ESTIMATED, "provisional": PROVISIONAL}
        connection.execute(_SQL["count_changes"], quality)
        connection.execute(_SQL["change_coverage"])
    for verdict, statement in (
        ("revised", "revise"),
        ("removed", "remove"),
        ("inserted", "insert"),
    ):
        if counts[verdict]:
            connection.execute(_SQL[statement])
    return counts


def _month_bounds(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, object]]:
    """Where stored rows may meet the round's: bounds of start and series, a month at a time."""
    bounds = connection.sql(_SQL["month_bounds"]).to_arrow_table().to_pylist()
    yield from bounds


def _speech_table(answers: Sequence[Answer], number: int) -> pa.Table:
    speech = [
        {
            "fetch_id": answer.fetch_id,
            "fetched_at": answer.fetched.fetched_at,
            "provider": answer.fetched.fetch.provider,
            "metering_point": answer.fetched.fetch.metering_point,
            "granularity": granularity,
            "start": interval.start,
            "end": interval.end,
        }
        for answer in answers
        if answer.round == number
        for granularity, interval in answer.speech
    ]
    return pa.Table.from_pylist(speech, _SPEECH)


def _record(connection: duckdb.DuckDBPyConnection, answers: Sequence[Answer]) -> None:
    """Write down what was asked and answered."""
    fetches = [_fetch_row(answer) for answer in answers]
    scopes = [row for answer in answers for row in _scope_rows(answer)]
    connection.register("batch_fetches", pa.Table.from_pylist(fetches, _FETCHES))
    connection.execute(_SQL["record_fetches"])
    if scopes:
        connection.register("batch_scopes", pa.Table.from_pylist(scopes, _SCOPES))
        connection.execute(_SQL["record_scopes"])


def _fetch_row(answer: Answer) -> dict[str, object]:
    fetched, fetch = answer.fetched, answer.fetched.fetch
    return {
        "fetch_id": answer.fetch_id,
        "provider": fetch.provider,
        "metering_point": fetch.metering_point,
        "energy_type": fetch.energy_type,
        "reason": str(fetch.reason),
        "kind": str(fetch.kind),
        "window_start": fetch.window.start,
        "window_end": fetch.window.end,
        "granularities": [str(granularity) for granularity in fetch.granularities],
        "planned_at": fetch.planned_at,
        "fetched_at": fetched.fetched_at,
        "outcome": str(fetched.outcome),
        "error": fetched.error,
        "rows": answered_rows(fetched).num_rows,
        "undecoded": len(fetched.undecoded),
    }


def _scope_rows(answer: Answer) -> Iterator[dict[str, object]]:
    """The settled stretches, and apart from them those where the fetch has the last word."""
    if answer.fetched.outcome is not Outcome.OK:
        return
    fetch = answer.fetched.fetch
    settled = tuple((str(scope.granularity), scope.interval) for scope in fetch.scopes)
    for speaks, stretches in ((False, settled), (True, answer.speech)):
        for granularity, interval in stretches:
            yield {
                "fetch_id": answer.fetch_id,
                "metering_point": fetch.metering_point,
                "granularity": granularity,
                "start": interval.start,
                "end": interval.end,
                "speaks": speaks,
            }


_ALL = 2**31 - 1
_SPEECH = pa.schema(
    [
        ("fetch_id", pa.int32()),
        ("fetched_at", _INSTANT),
        ("provider", pa.string()),
        ("metering_point", pa.string()),
        ("granularity", pa.string()),
        ("start", _INSTANT),
        ("end", _INSTANT),
    ]
)
_SCOPES = pa.schema(
    [
        ("fetch_id", pa.int32()),
        ("metering_point", pa.string()),
        ("granularity", pa.string()),
        ("start", _INSTANT),
        ("end", _INSTANT),
        ("speaks", pa.bool_()),
    ]
)
_FETCHES = pa.schema(
    [
        ("fetch_id", pa.int32()),
        ("provider", pa.string()),
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("reason", pa.string()),
        ("kind", pa.string()),
        ("window_start", _INSTANT),
        ("window_end", _INSTANT),
        ("granularities", pa.list_(pa.string())),
        ("planned_at", _INSTANT),
        ("fetched_at", _INSTANT),
        ("outcome", pa.string()),
        ("error", pa.string()),
        ("rows", pa.int32()),
        ("undecoded", pa.int32()),
    ]
)
_EMPTY_ROWS = pa.schema(
    [
        ("row", pa.int32()),
        ("round", pa.int64()),
        ("fetch_id", pa.int32()),
        ("fetched_at", _INSTANT),
        ("series_id", pa.int32()),
        ("start", _INSTANT),
        ("end", _INSTANT),
        ("day", pa.date32()),
        ("value", pa.float64()),
        ("quality_id", pa.int16()),
    ]
).empty_table()
