"""The folder that a demo leaves behind: its own, and nobody else's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import portalocker
from portalocker import LockFlags

from kwartier.errors import InputError

MARK: Final = "This folder was made by `kwartier demo`, which replaces it when it runs again.\n"
_MARKED_BY: Final = "README.txt"
_LOCKED_BY: Final = "demo.lock"


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Make ``folder`` afresh and keep other demos out of it; only an earlier demo's is emptied."""
    try:
        _check(folder)
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCKED_BY).open("a")
    except OSError as error:
        raise InputError("--folder", f"{folder} cannot be used: {error.strerror}") from error
    with lock:
        try:
            portalocker.lock(lock, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except portalocker.LockException as error:
            rule = f"another demo is running in {folder}; name another folder"
            raise InputError("--folder", rule) from error
        _empty(folder)
        (folder / _MARKED_BY).write_text(MARK, encoding="utf-8")
        yield


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError("--folder", f"{folder} is a file; name a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return
    mark = folder / _MARKED_BY
    if not mark.exists() or mark.read_text(encoding="utf-8") != MARK:
        raise InputError("--folder", f"{folder} holds other files; name a new folder")


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != _LOCKED_BY:
            entry.unlink()
