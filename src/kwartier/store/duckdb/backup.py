"""Backing a store up: the file as it is at one moment, and a manifest by which to know it again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import portalocker
from portalocker import LockFlags

from kwartier.store.duckdb.connection import check_there
from kwartier.store.duckdb.files import sync_to_disk
from kwartier.store.duckdb.layout import check_version
from kwartier.store.duckdb.lock import file_lock, writer_lock
from kwartier.store.duckdb.opening import check_file, opened, wal_of
from kwartier.store.duckdb.receipt_file import receipt_file_of
from kwartier.store.errors import StoreBusyError, StoreError
from kwartier.store.manifest import (
    FileBeside,
    Manifest,
    copy_and_digest,
    manifest_of,
    write_manifest,
)

ENDING: Final = ".duckdb"
_OFFICE: Final = ".office.sqlite"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_USUAL_NAME: Final = re.compile(r"(.+)-\d{8}T\d{6}Z" + re.escape(ENDING))
_LOCKED_BY: Final = ".kwartier-backup.lock"


CopyOffice = Callable[[Path], bool]
"""Copies the office file that goes with a store to a path; whether there is one."""


def no_office(_: Path) -> bool:
    """For a store without one."""
    return False


def office_beside(backup: Path) -> Path:
    """Where the office file that goes with a backup lies, if there was one."""
    return backup.with_name(backup.name + _OFFICE)


def back_up(
    path: Path,
    target: Path,
    *,
    now: datetime,
    wait_seconds: float,
    copy_office: CopyOffice = no_office,
) -> Manifest:
    """Copy the store at ``path`` to the new file ``target``, its manifest beside it, and the office
    file that ``copy_office`` copies.

    Readers go on meanwhile, writers wait for the time that copying the bytes takes. The copy is
    read again before it appears. A failure or a kill leaves no ``target``. Raises StoreError.
    """
    check_there(path)
    check_file(path)
    draft, office = (one.with_name(f".{one.name}.part") for one in (target, office_beside(target)))
    try:
        with _alone_in(target.parent):
            if target.exists():
                raise StoreError(f"{target} is there already: name another file")
            try:
                size, digest = _copy(path, draft, time.monotonic() + wait_seconds)
                _read_again(draft, digest)
                receipts = receipt_file_of(path)
                bring_receipts(receipts, target.with_name(receipts.name))
                version, rows = _contents(draft, time.monotonic() + wait_seconds)
                beside = _copy_office(copy_office, office, office_beside(target).name)
                manifest = Manifest(
                    file=target.name,
                    bytes=size,
                    sha256=digest,
                    store_version=version,
                    created_at=now,
                    rows=rows,
                    receipts=receipts.name,
                    office=beside,
                )
                if beside is not None:
                    office.replace(office_beside(target))
                _appear(draft, target, manifest)
            finally:
                draft.unlink(missing_ok=True)
                office.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot back {path} up to {target} ({error.strerror}): check that the folder exists, "
            "that you may write in it and that the disk has room"
        ) from error
    return manifest


def backup_name(path: Path, now: datetime) -> str:
    """The usual name of a backup: the store's, with the time in UTC."""
    return f"{path.stem}-{now.strftime(_TIME)}{ENDING}"


def remove_older(folder: Path, path: Path, keep: int) -> list[Path]:
    """Remove the backups of ``path`` with the usual name from ``folder`` but for the newest
    ``keep``; return them.
    """
    usual = {one.name: _USUAL_NAME.fullmatch(one.name) for one in folder.iterdir()}
    found = sorted(
        folder / name for name, named in usual.items() if named and named[1] == path.stem
    )
    old = found[: max(0, len(found) - keep)]
    for backup in old:
        backup.unlink()
        manifest_of(backup).unlink(missing_ok=True)
        office_beside(backup).unlink(missing_ok=True)
    return old


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other backups out of the folder, and clear away what a killed one left."""
    with (folder / _LOCKED_BY).open("a") as lock:
        try:
            portalocker.lock(lock, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except portalocker.LockException as error:
            raise StoreBusyError(
                f"another backup is being made in {folder}; wait for it"
            ) from error
        for leftover in folder.glob(f".*{ENDING}*.part"):
            leftover.unlink()
        for ending in (".json", _OFFICE):
            for beside in folder.glob(f"*{ENDING}{ending}"):
                backup = beside.with_name(beside.name.removesuffix(ending))
                if _USUAL_NAME.fullmatch(backup.name) and not backup.exists():
                    beside.unlink()
        yield


def _copy(path: Path, draft: Path, deadline: float) -> tuple[int, str]:
    with writer_lock(path, deadline=deadline):
        if wal_of(path).exists():
            _work_the_log_in(path, deadline)
        # DuckDB keeps other programs from writing while it has the file open. Closing any handle
        # of a file gives up the process' locks on it, so ours is opened first and closed last.
        with (
            file_lock(path, exclusive=False, deadline=deadline),
            path.open("rb") as source,
            opened(path, read_only=True, deadline=deadline) as connection,
            draft.open("wb") as copy,
        ):
            check_version(connection, path)
            draft.chmod(0o600)
            found = copy_and_digest(source, copy)
    sync_to_disk(draft)
    return found


def _copy_office(copy: CopyOffice, draft: Path, name: str) -> FileBeside | None:
    if not copy(draft):
        return None
    sync_to_disk(draft)
    with draft.open("rb") as copied:
        size, digest = copy_and_digest(copied)
    return FileBeside(file=name, bytes=size, sha256=digest)


def _work_the_log_in(path: Path, deadline: float) -> None:
    with (
        file_lock(path, exclusive=True, deadline=deadline),
        opened(path, read_only=False, deadline=deadline),
    ):
        pass


def _read_again(draft: Path, digest: str) -> None:
    with draft.open("rb") as copy:
        _, found = copy_and_digest(copy)
    if found != digest:
        raise StoreError(f"{draft.parent} gives back other bytes than were written: try elsewhere")


def _contents(draft: Path, deadline: float) -> tuple[int, dict[str, int]]:
    """The version and rows of the copy, which is opened for this and so proves to be a store."""
    with opened(draft, read_only=True, deadline=deadline) as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() "
            "ORDER BY table_name"
        ).fetchall()
        rows = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]  # noqa: S608 - our tables
            for (name,) in tables
        }
        [(version,)] = connection.execute("SELECT version FROM meta").fetchall()
    return version, rows


def bring_receipts(source: Path, target: Path) -> None:
    """Bring one file of receipts up to the other, which may be longer or not be there; whoever
    puts a backup back has to know what was erased since. Raises StoreError if they part ways.
    """
    told, known = (one.read_bytes() if one.exists() else b"" for one in (source, target))
    shorter = min(len(told), len(known))
    if told[:shorter] != known[:shorter]:
        raise StoreError(
            f"{source} and {target} are not of one store: give each store's backups a folder of "
            "their own"
        )
    if len(told) > len(known):
        part = target.with_name(f".{target.name}.part")
        part.write_bytes(told)
        part.chmod(0o600)
        sync_to_disk(part)
        part.replace(target)


def _appear(draft: Path, target: Path, manifest: Manifest) -> None:
    """The manifest first: a backup that is there has one."""
    beside = manifest_of(target)
    part = beside.with_name(f".{beside.name}.part")
    write_manifest(manifest, part)
    sync_to_disk(part)
    part.replace(beside)
    draft.replace(target)
    sync_to_disk(target.parent)
