"""Data owners, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

import duckdb
import pyarrow as pa

from kwartier.registry import DataOwner, DeliveryAddress
from kwartier.store.duckdb.found import found_by
from kwartier.store.duckdb.rows import INSTANT
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "data_owners.sql")
_MEMBERS: Final = tuple(field.name for field in fields(DeliveryAddress))
_DATA_OWNERS: Final = pa.schema(
    [("provider", pa.string()), ("data_owner", pa.string()), ("since", INSTANT)]
)


def read_data_owners(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None
) -> list[DataOwner]:
    """Some data owners, or all, the oldest first."""
    some = None if names is None else list(names)
    return [_data_owner(row) for row in found_by(connection, _SQL["data_owners"], names=some)]


def put_data_owners(connection: duckdb.DuckDBPyConnection, owners: Sequence[DataOwner]) -> None:
    """Keep data owners, but for their customers and addresses, which are kept elsewhere."""
    rows = [{name: getattr(one, name) for name in _DATA_OWNERS.names} for one in owners]
    connection.register("new_data_owners", pa.Table.from_pylist(rows, _DATA_OWNERS))
    connection.execute(_SQL["put_data_owners"])


def _data_owner(row: dict[str, Any]) -> DataOwner:
    address = DeliveryAddress(**{name: row.pop(name) for name in _MEMBERS})
    return DataOwner(**row, address=address if address.is_told else None)
