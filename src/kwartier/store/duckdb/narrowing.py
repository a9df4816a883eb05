"""A snapshot about one customer: temporary tables hide what is of others, so that every question
that is asked of it costs little however many customers there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "narrowing.sql")


@contextmanager
def narrowed(
    connection: duckdb.DuckDBPyConnection,
    customer_id: str | None,
    metering_point: str | None = None,
) -> Iterator[None]:
    """Let ``connection`` tell of one customer, and of those with whom it shares metering points,
    or of one metering point and whoever it is or was shared by, while the block lasts; of everybody
    if None. A table is found among the temporary ones first.
    """
    if customer_id is None and metering_point is None:
        yield
        return
    about = {"customer_id": customer_id, "metering_point": metering_point}
    connection.execute(_SQL["about"], about)
    connection.execute(_SQL["narrow"])
    try:
        yield
    finally:
        connection.execute(_SQL["widen"])
