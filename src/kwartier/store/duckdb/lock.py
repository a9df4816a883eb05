"""Who may open the store's file: many readers, or one writer, and what to say while waiting.

Every process takes ``<file>.lock`` before it opens the file. The writer leaves its process id,
command and since when in that file, so that whoever waits in vain can name it. Within a process
one lock a path sees to it that the file is never open twice.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import portalocker
from portalocker import LockFlags

from kwartier.store.errors import StoreBusyError, StoreError

POLL_SECONDS = 0.02

_guard = threading.Lock()
_within_process: dict[Path, _PathLock] = {}


class _PathLock:
    """One lock a path, that knows which thread has it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread: int | None = None


@contextmanager
def store_lock(path: Path, *, exclusive: bool, deadline: float) -> Iterator[None]:
    """Hold the store at ``path`` until the block ends; wait for it until ``deadline``.

    ``deadline`` is an instant of :func:`time.monotonic`. Raises
    :class:`~kwartier.store.errors.StoreBusyError` saying who holds it and since when.
    """
    with _held_within_process(path, deadline):
        descriptor = _open_lock_file(path.with_name(path.name + ".lock"), exclusive=exclusive)
        try:
            _take(descriptor, path, exclusive=exclusive, deadline=deadline)
            if exclusive:
                _write_holder(descriptor)
            yield
        finally:
            if exclusive:
                with suppress(OSError):
                    os.ftruncate(descriptor, 0)
            os.close(descriptor)


@contextmanager
def _held_within_process(path: Path, deadline: float) -> Iterator[None]:
    with _guard:
        held = _within_process.setdefault(path, _PathLock())
    if held.thread == threading.get_ident():
        raise StoreBusyError(
            f"{path} is still being read by this thread: use up or close the scan before the "
            "next call on the store"
        )
    if not held.lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise StoreBusyError(f"{path} is in use by another thread of this process; try again")
    held.thread = threading.get_ident()
    try:
        yield
    finally:
        held.thread = None
        held.lock.release()


def _open_lock_file(lock_path: Path, *, exclusive: bool) -> int:
    try:
        return os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if not exclusive and lock_path.exists():
            with suppress(OSError):
                return os.open(lock_path, os.O_RDONLY)
        raise StoreError(
            f"cannot open {lock_path} ({error.strerror}): check that the folder exists and that "
            "you may write in it"
        ) from error


def _take(descriptor: int, path: Path, *, exclusive: bool, deadline: float) -> None:
    kind = LockFlags.EXCLUSIVE if exclusive else LockFlags.SHARED
    while True:
        try:
            portalocker.lock(descriptor, kind | LockFlags.NON_BLOCKING)
        except portalocker.LockException as error:
            if time.monotonic() >= deadline:
                raise StoreBusyError(_busy_message(descriptor, path)) from error
            time.sleep(POLL_SECONDS)
        else:
            return


def _write_holder(descriptor: int) -> None:
    command = " ".join([Path(sys.argv[0]).name, *_subcommand(sys.argv[1:])])
    holder = {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat()}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _subcommand(arguments: list[str]) -> list[str]:
    """The first word if it is one; options and their values may be private."""
    return [word for word in arguments[:1] if word.isalpha()]


def _busy_message(descriptor: int, path: Path) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromisoformat(holder["since"])
        who = f"process {holder['pid']} ({holder['command']}) is writing to it"
        who += f" since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, KeyError, TypeError):
        who = "another process is reading it"
    return f"{path} is in use: {who}; wait for it to finish, then try again"
