"""Backups of the embedded store, and restoring them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kwartier.store.duckdb import backup, restore
from kwartier.store.duckdb.backup import (
    ENDING,
    CopyOffice,
    backup_name,
    no_office,
    office_beside,
    remove_older,
)
from kwartier.store.duckdb.connection import check_there
from kwartier.store.duckdb.restore import Restored
from kwartier.store.duckdb.store import WAIT_SECONDS
from kwartier.store.manifest import Manifest

__all__ = [
    "ENDING",
    "Manifest",
    "Restored",
    "back_up",
    "backup_name",
    "check_there",
    "office_beside",
    "remove_older",
    "restore_store",
]


def back_up(
    path: Path, target: Path, *, now: datetime, copy_office: CopyOffice = no_office
) -> Manifest:
    """Copy the store at ``path`` to the new file ``target`` while others use it, with a manifest
    beside, and what ``copy_office`` copies; see :mod:`kwartier.store.duckdb.backup`. Raises
    StoreError.
    """
    return backup.back_up(
        path.absolute(),
        target.absolute(),
        now=now,
        wait_seconds=WAIT_SECONDS,
        copy_office=copy_office,
    )


def restore_store(source: Path, path: Path, *, force: bool = False, now: datetime) -> Restored:
    """Make the store at ``path`` what the backup ``source`` holds; see
    :mod:`kwartier.store.duckdb.restore`. Raises StoreError, and InputError without ``force`` where
    there is a store.
    """
    return restore.restore(
        source.absolute(), path.absolute(), force=force, now=now, wait_seconds=WAIT_SECONDS
    )
