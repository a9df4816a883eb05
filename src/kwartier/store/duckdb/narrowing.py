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
def narrowed(connection: duckdb.DuckDBPyConnection, customer_id: str | None) -> Iterator[None]:
    """Let ``connection`` tell of one customer, and of those with whom it shares metering points,
    while the block lasts; of everybody if None. A table is found among the temporary ones first.
    """
    if customer_id is None:
        yield
        return
    connection.execute(_SQL["about"], {"customer_id": customer_id})
    connection.execute(_SQL["narrow"])
    try:
        yield
    finally:
        connection.execute(_SQL["widen"])
