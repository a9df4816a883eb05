"""Putting a finished file in its place: whole, on disk, in one move."""

from __future__ import annotations

import os
from pathlib import Path

from kwartier.store.duckdb.opening import wal_of
from kwartier.store.errors import StoreError


def draft_of(path: Path) -> Path:
    """Where the file that is to take the place of ``path`` is made; leftovers there are removed.

    Only whoever holds the store's lock may use it.
    """
    clear_away(path)
    return _draft_of(path)


def clear_away(path: Path) -> None:
    """Remove the draft that a process which was killed left, with all that it may hold. Only
    whoever holds the store's lock may do it.
    """
    if _draft_of(path).exists() or wal_of(_draft_of(path)).exists():
        discard(_draft_of(path))


def discard(draft: Path) -> None:
    """Remove a draft and its log, if they are there."""
    for leftover in (draft, wal_of(draft)):
        leftover.unlink(missing_ok=True)


def settle(draft: Path, path: Path) -> None:
    """Move a closed draft to ``path``: a kill or a power cut leaves the old file or the new one.

    Raises :class:`StoreError` while a log of either lies beside: a database and a log that are
    not each other's make a store that nobody can open.
    """
    for log in (wal_of(draft), wal_of(path)):
        if log.exists():
            raise StoreError(
                f"{log} could not be worked into its file, so nothing was replaced: check that the "
                "disk has room, and try again"
            )
    sync_to_disk(draft)
    draft.replace(path)
    sync_to_disk(path.parent)


def sync_to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _draft_of(path: Path) -> Path:
    return path.with_name(path.name + ".new")
