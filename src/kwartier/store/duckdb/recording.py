"""Writing down what was asked and answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from kwartier.store.duckdb.answers import Answer
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "merge.sql")
_INSTANT = pa.timestamp("us", "UTC")


def record_answers(connection: duckdb.DuckDBPyConnection, answers: Sequence[Answer]) -> None:
    """Record the fetches, and where they have the last word."""
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
        "rows": answer.rows.num_rows,
        "undecoded": len(fetched.undecoded),
    }


def _scope_rows(answer: Answer) -> Iterator[dict[str, object]]:
    """The stretches where the fetch has the last word."""
    for granularity, interval in answer.speech:
        yield {
            "fetch_id": answer.fetch_id,
            "metering_point": answer.fetched.fetch.metering_point,
            "granularity": granularity,
            "start": interval.start,
            "end": interval.end,
        }


_SCOPES = pa.schema(
    [
        ("fetch_id", pa.int32()),
        ("metering_point", pa.string()),
        ("granularity", pa.string()),
        ("start", _INSTANT),
        ("end", _INSTANT),
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
