"""Who may open the store's file: many readers, or one writer, and what to say while waiting.

Every process takes ``<file>.lock`` before it opens the file. The writer leaves its process id,
command and since when in that file, so that whoever waits in vain can name it. Who waits for it
stands in ``<file>.turn`` meanwhile, readers together, a writer alone: so no reader comes in past a
waiting writer, nor a second writer past waiting readers. Within a process one lock a path sees to
it that the file is never open twice.

Before all that a writer takes ``<file>.writer``. Whoever keeps that keeps all other writers away,
and no reader: so the file can be copied, and the copy put in its place, while readers go on.

Whoever decides what is kept or erased takes ``<file>.deciding`` before all, and keeps away nobody
but others who decide.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import portalocker
from portalocker import LockFlags

from kwartier.store.errors import StoreBusyError, StoreError

POLL_SECONDS = 0.02
SECONDS_BEFORE_SAYING_SO = 1.5

_log = logging.getLogger("kwartier.store")

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
    with ExitStack() as held:
        if exclusive:
            held.enter_context(writer_lock(path, deadline=deadline))
        held.enter_context(file_lock(path, exclusive=exclusive, deadline=deadline))
        yield


@contextmanager
def writer_lock(path: Path, *, deadline: float) -> Iterator[None]:
    """Keep all other writers away until the block ends. Within it, take :func:`file_lock`."""
    with _held_alone(path, ".writer", deadline):
        yield


@contextmanager
def deciding_lock(path: Path, *, deadline: float) -> Iterator[None]:
    """Keep away whoever else decides until the block ends; the store may be used within it."""
    with _held_alone(path, ".deciding", deadline):
        yield


@contextmanager
def file_lock(path: Path, *, exclusive: bool, deadline: float) -> Iterator[None]:
    """Hold the file itself; a writer has taken :func:`writer_lock` before."""
    with (
        _held_within_process(path, deadline),
        _lock_file(path, ".lock", exclusive=exclusive) as lock,
    ):
        if lock is None:
            yield
            return
        with _lock_file(path, ".turn", exclusive=exclusive) as turn:
            for descriptor in (turn, lock):
                if descriptor is not None:
                    _take(descriptor, lock, path, exclusive=exclusive, deadline=deadline)
        if not exclusive:
            yield
            return
        with _named_in(lock):
            yield


@contextmanager
def _held_alone(path: Path, ending: str, deadline: float) -> Iterator[None]:
    with _lock_file(path, ending, exclusive=True) as lock:
        if lock is None:
            yield
            return
        _take(lock, lock, path, exclusive=True, deadline=deadline)
        with _named_in(lock):
            yield


@contextmanager
def _named_in(lock: int) -> Iterator[None]:
    """Leave in a lock that is taken who has it."""
    _write_holder(lock)
    try:
        yield
    finally:
        with suppress(OSError):
            os.ftruncate(lock, 0)


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


@contextmanager
def _lock_file(path: Path, ending: str, *, exclusive: bool) -> Iterator[int | None]:
    """The file beside ``path`` to lock, open; None to read where nobody can write (an archive, a
    read-only disk). What is locked is free again when it closes.
    """
    descriptor = _open_lock_file(path.with_name(path.name + ending), exclusive=exclusive)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open_lock_file(lock_path: Path, *, exclusive: bool) -> int | None:
    try:
        return os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if not exclusive and lock_path.exists():
            with suppress(OSError):
                return os.open(lock_path, os.O_RDONLY)
        if not exclusive and error.errno == errno.EROFS:
            return None
        raise StoreError(
            f"cannot open {lock_path} ({error.strerror}): check that the folder exists and that "
            "you may write in it"
        ) from error


def _take(descriptor: int, lock: int, path: Path, *, exclusive: bool, deadline: float) -> None:
    """Lock ``descriptor``; whoever holds ``lock`` is named if that takes long or fails."""
    kind = LockFlags.EXCLUSIVE if exclusive else LockFlags.SHARED
    patience = Patience()
    while True:
        try:
            portalocker.lock(descriptor, kind | LockFlags.NON_BLOCKING)
        except portalocker.LockException as error:
            if time.monotonic() >= deadline:
                raise StoreBusyError(_busy_message(lock, path)) from error
            patience.wait(partial(_who_holds, lock))
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


class Patience:
    """Waiting for another process, and saying so once it takes long.

    A long wait polls every ``later`` seconds: where a look costs little, as often as before, or
    a writer would never find the moment between two readers.
    """

    def __init__(self, later: float = POLL_SECONDS) -> None:
        self._began = time.monotonic()
        self._pause, self._later = POLL_SECONDS, later
        self._has_said_so = False

    def wait(self, who: Callable[[], str]) -> None:
        """Pause; ``who`` tells for whom."""
        waited = time.monotonic() - self._began
        if waited >= SECONDS_BEFORE_SAYING_SO:
            self._pause = self._later
            if not self._has_said_so:
                _log.warning("waiting for the store: %s", who())
                self._has_said_so = True
        time.sleep(self._pause)


def _busy_message(descriptor: int, path: Path) -> str:
    return f"{path} is in use: {_who_holds(descriptor)}; wait for it to finish, then try again"


def _who_holds(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromisoformat(holder["since"])
        who = f"process {holder['pid']} ({holder['command']}) is writing to it"
    except (ValueError, KeyError, TypeError):
        return "another process is reading it"
    return f"{who} since {since:%Y-%m-%d %H:%M:%S} UTC"
