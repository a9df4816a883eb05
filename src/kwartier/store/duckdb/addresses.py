"""Delivery addresses of data owners: keeping what was told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.registry import DeliveryAddress
from kwartier.retention import People, fetchable
from kwartier.store.duckdb.data_owners import read_data_owners
from kwartier.store.duckdb.receipts import read_decisions
from kwartier.store.duckdb.registry import read_mandates
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "data_owners.sql")
_ADDRESSES: Final = pa.schema(
    [
        ("provider", pa.string()),
        ("data_owner", pa.string()),
        *((field.name, pa.string()) for field in fields(DeliveryAddress)),
        ("address_fetched_at", INSTANT),
    ]
)


def note_addresses(
    connection: duckdb.DuckDBPyConnection,
    told: Mapping[str, DeliveryAddress | None],
    *,
    provider: str,
    fetched_at: datetime,
) -> None:
    """Keep what was ``told`` of data owners at ``fetched_at``. Passed over is one that is not
    known, of which a later answer was kept, or of which no mandate lets anything be fetched now.
    """
    shared = {
        mandate.metering_point
        for mandate in fetchable(read_mandates(connection), People(read_decisions(connection)))
        if mandate.provider == provider
    }
    newest = {
        one.data_owner: one.address_fetched_at
        for one in read_data_owners(connection)
        if one.provider == provider and one.data_owner in shared
    }
    rows = [
        {
            "provider": provider,
            "data_owner": owner,
            **asdict(address or DeliveryAddress()),
            "address_fetched_at": fetched_at,
        }
        for owner, address in told.items()
        if owner in newest and fetched_at >= (newest[owner] or fetched_at)
    ]
    connection.register("new_addresses", pa.Table.from_pylist(rows, _ADDRESSES))
    connection.execute(_SQL["put_addresses"])
