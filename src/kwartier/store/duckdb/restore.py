"""Putting a backup in a store's place."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kwartier.errors import InputError
from kwartier.store.duckdb.backup import bring_receipts
from kwartier.store.duckdb.erasing import rewrite
from kwartier.store.duckdb.files import discard, draft_of, settle
from kwartier.store.duckdb.former import former_name
from kwartier.store.duckdb.layout import STORE_VERSION, migrate, read_version
from kwartier.store.duckdb.lock import store_lock
from kwartier.store.duckdb.opening import check_file, opened, wal_of
from kwartier.store.duckdb.receipt_file import receipt_file_of
from kwartier.store.duckdb.replaying import replay_receipts
from kwartier.store.errors import StoreError, StoreVersionError
from kwartier.store.manifest import Manifest, copy_and_digest, read_manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """The manifest of what was restored; how many receipts tell of what was erased since and is
    erased again; and where the former store is kept, if there was one.
    """

    manifest: Manifest
    replayed: int
    former: Path | None


def restore(
    backup: Path, path: Path, *, force: bool, now: datetime, wait_seconds: float
) -> Restored:
    """Make the store at ``path`` what ``backup`` holds, brought up to date if it is older.

    What the receipts beside the store tell was erased since is erased again, before anybody reads
    it; those beside the backup are taken where they tell more.
    A store that is there is kept beside it under a name with the time in it, until something is
    erased next, and only replaced with ``force``. Raises StoreError if the backup is damaged,
    newer or no backup at all; then, and after a failure or a kill, the store at ``path`` is the
    former one.
    """
    manifest = read_manifest(backup)
    if manifest.store_version > STORE_VERSION:
        raise StoreVersionError(
            f"{backup} has store version {manifest.store_version}, this kwartier knows "
            f"{STORE_VERSION}: upgrade kwartier"
        )
    deadline = time.monotonic() + wait_seconds
    with store_lock(path, exclusive=True, deadline=deadline):
        is_there = path.exists()
        if is_there and not force:
            raise InputError(
                "--force",
                f"is needed, for there is a store at {path}",
                "it will be kept beside; or name another --store",
            )
        draft = draft_of(path)
        try:
            _copy_checked(backup, manifest, draft)
            bring_receipts(backup.with_name(manifest.receipts), receipt_file_of(path))
            replayed = _bring_up_to_date(draft, path, deadline)
            former = _keep_beside(path, now, deadline) if is_there else None
            settle(draft, path)
        except OSError as error:
            raise StoreError(
                f"cannot restore {backup} to {path} ({error.strerror}): check that it can be read "
                "and that the disk has room; the store is as it was"
            ) from error
        finally:
            discard(draft)
    rewrite(path, wait_seconds, sparing=former)
    return Restored(manifest, replayed, former)


def _copy_checked(backup: Path, manifest: Manifest, draft: Path) -> None:
    check_file(backup)
    with backup.open("rb") as source, draft.open("wb") as copy:
        draft.chmod(0o600)
        found = copy_and_digest(source, copy)
    if found != (manifest.bytes, manifest.sha256):
        raise StoreError(
            f"{backup} is damaged: it is not the file that its manifest tells of; take another"
        )


def _bring_up_to_date(draft: Path, path: Path, deadline: float) -> int:
    with opened(draft, read_only=False, deadline=deadline) as connection:
        version = read_version(connection, draft)
        if version < STORE_VERSION:
            migrate(connection, version)
        connection.execute("BEGIN")
        replayed = replay_receipts(connection, path)
        connection.execute("COMMIT")
    return replayed


def _keep_beside(path: Path, now: datetime, deadline: float) -> Path:
    """Give the former store a second name, its log too if it cannot be worked in any more."""
    kept = former_name(path, now)
    if wal_of(path).exists():
        try:
            with opened(path, read_only=False, deadline=deadline):
                pass
        except StoreError:
            wal_of(path).replace(wal_of(kept))
    try:
        kept.hardlink_to(path)
    except OSError:
        shutil.copy2(path, kept)
    return kept
