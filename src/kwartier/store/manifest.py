"""What is written down beside a backup, so that it can be trusted later."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from kwartier.store.errors import StoreError

_PIECE: Final = 4 << 20


class FileBeside(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to a backup: its name, size and SHA-256."""

    file: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is: its size and SHA-256, the version of its tables, and their rows.

    ``receipts`` names the file beside it that tells what was erased, if anything was, up to the
    latest backup there. ``office`` is the office file as it was, None where there was none.
    """

    file: str
    bytes: int
    sha256: str
    store_version: int
    created_at: datetime
    rows: dict[str, int]
    receipts: str
    office: FileBeside | None = None


def manifest_of(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(backup.name + ".json")


def read_manifest(backup: Path) -> Manifest:
    """The manifest beside ``backup``. Raises :class:`StoreError` without a readable one."""
    path = manifest_of(backup)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read ({error.strerror}): a backup is two files, keep them together"
        ) from error
    except msgspec.MsgspecError as error:
        raise StoreError(f"{path} is no manifest of a backup: {error}") from error


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write ``manifest`` to ``path`` as JSON."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    path.write_bytes(text + b"\n")


def copy_and_digest(source: BinaryIO, target: BinaryIO | None = None) -> tuple[int, str]:
    """Read ``source`` to its end, into ``target`` if there is one; its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return size, digest.hexdigest()
