"""The kinds of stores that the contract holds for, and looking into them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import Selection, Store, open_store
from support.measured import NOW
from support.store_oracle import Record, key_of, undescribed

MakeStore = Callable[[], Store]
T0 = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@cache
def _empty() -> bytes:
    """The file of an empty store: made once, for laying out its tables takes longer than most
    tests work in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "empty.duckdb"
        open_store(made, create=True)
        return made.read_bytes()


def empty_store(path: Path) -> Store:
    """A new store at ``path``."""
    path.write_bytes(_empty())
    path.chmod(0o600)
    return open_store(path)


def duckdb_store(folder: Path) -> Store:
    return empty_store(folder / "store.duckdb")


STORES: dict[str, Callable[[Path], Store]] = {"duckdb": duckdb_store}


def held(
    store: Store, selection: Selection | None = None, as_of: datetime | None = None
) -> list[Record]:
    """The current rows, or those known at an instant, in order of their keys."""
    batches = store.scan(selection, as_of=as_of)
    rows = pa.Table.from_batches(batches, MEASUREMENTS_SCHEMA).to_pylist()
    return sorted(rows, key=lambda row: repr(key_of(row)))


def values(store: Store) -> list[float | None]:
    """The current values in order of their starts."""
    return [row["value"] for row in sorted(held(store), key=lambda row: row["start"])]


def changes(store: Store) -> list[tuple[Any, str]]:
    """The superseded values and how they ended."""
    return [(row["value"], row["change"]) for row in store.revisions().to_pylist()]


def canonical(rows: Sequence[Record]) -> list[str]:
    """The rows as sorted text, so that equal instants look alike whatever their zone object."""
    return sorted(
        "; ".join(f"{name}={value}" for name, value in sorted(undescribed(row).items()))
        for row in rows
    )


def later(hours: float) -> datetime:
    """So many hours after NOW."""
    return NOW + hours * HOUR
