"""Where values, revisions, coverage and the registry are kept."""

from __future__ import annotations

import os
from pathlib import Path

from kwartier.store.duckdb.store import DuckDBStore
from kwartier.store.errors import StoreBusyError, StoreError, StoreVersionError
from kwartier.store.outcomes import Attempt, Committed, Outstanding
from kwartier.store.port import Selection, Store

__all__ = [
    "Attempt",
    "Committed",
    "Outstanding",
    "Selection",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreVersionError",
    "open_store",
]


def open_store(path: str | os.PathLike[str], *, create: bool = False) -> Store:
    """The store in the file at ``path``.

    Nothing is opened yet: each call on the store opens the file for as long as it lasts. What
    writes makes the file if it is not there; what reads refuses, unless ``create`` asks for an
    empty store to begin with.
    """
    store = DuckDBStore(Path(path))
    if create:
        store.create()
    return store
