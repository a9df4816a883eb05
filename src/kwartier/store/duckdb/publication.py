"""What a published dataset must know of the store, and the store of published datasets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from kwartier.store.contents import Contents, Mark, MonthContents, hull_of
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.local_time import Month, day_of, local_days

_SQL = load_sql(__package__, "publication.sql")
_NOTHING_YET = -1


def read_contents(connection: duckdb.DuckDBPyConnection, since: Mark | None) -> Contents:
    """The rows of each month, and those that are new since a mark. Where the store only went on
    since, the months that did not change are not looked at, so that it costs the same however much
    is stored.
    """
    [(fetch_id, series_id, held)] = _rows(connection, "last_numbers")
    follows = since is not None and since == _mark(
        connection, since.fetch_id, since.series_id, since.rows
    )
    newest = since.fetch_id if since is not None and follows else _NOTHING_YET
    adds = since is not None and follows and held == since.rows + _growth(connection, newest)
    months = _months_since(connection, newest) if adds else _months(connection)
    counted = {month: _count(connection, month, newest) for month in months}
    return Contents(
        mark=_mark(connection, fetch_id, series_id, held),
        follows=follows,
        adds=adds,
        months={month: found for month, found in counted.items() if adds or found.rows},
        metering_points=tuple(point for (point,) in _rows(connection, "all_points")),
    )


def _mark(connection: duckdb.DuckDBPyConnection, fetch_id: int, series_id: int, rows: int) -> Mark:
    [(fetches,)] = _rows(connection, "fetch_digest", fetch_id=fetch_id)
    [(series,)] = _rows(connection, "series_digest", series_id=series_id)
    return Mark(fetch_id=fetch_id, fetches=fetches, series_id=series_id, series=series, rows=rows)


def _growth(connection: duckdb.DuckDBPyConnection, newest: int) -> int:
    """How many more rows the fetches after one leave, if nothing else changed them."""
    growth: int
    [(growth,)] = _rows(connection, "growth_since", fetch_id=newest)
    return growth


def _months_since(connection: duckdb.DuckDBPyConnection, newest: int) -> list[Month]:
    """The local months, by either kind of day, of what fetches after one brought or took away."""
    hours = np.array(_rows(connection, "hours_since", fetch_id=newest), "datetime64[h]").ravel()
    days = [local_days(hours.astype("datetime64[us]"), kind) for kind in (ELECTRICITY, GAS)]
    months = np.unique(np.concatenate(days).astype("datetime64[M]"))
    return [Month(first.year, first.month) for first in months.astype("datetime64[D]").tolist()]


def _months(connection: duckdb.DuckDBPyConnection) -> list[Month]:
    """The local months from the first value to the last, by either kind of day."""
    [(first, last)] = _rows(connection, "bounds_of_values")
    if first is None:
        return []
    months = [Month.of(day_of(_instant(first), GAS))]
    while months[-1] < Month.of(day_of(_instant(last), ELECTRICITY)):
        months.append(months[-1].plus(1))
    return months


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def _count(connection: duckdb.DuckDBPyConnection, month: Month, newest: int) -> MonthContents:
    hull = hull_of(month)
    [(rows, new)] = _rows(
        connection, "count_of_stretch", fetch_id=newest, first=hull.start, last=hull.end
    )
    return MonthContents(rows=rows, new=new)


def read_publications(connection: duckdb.DuckDBPyConnection) -> list[Path]:
    """The folders of published datasets."""
    return [Path(folder) for (folder,) in _rows(connection, "all_publications")]


def put_publication(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Keep a folder in mind."""
    connection.execute(_SQL["add_publication"], {"folder": str(folder)})


def remove_publication(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Forget a folder."""
    connection.execute(_SQL["remove_publication"], {"folder": str(folder)})


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, **values: Any) -> list[Any]:
    return connection.execute(_SQL[statement], values).fetchall()
