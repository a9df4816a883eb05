"""One service a store: a second one would ask the provider everything twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import portalocker
from portalocker import LockFlags

from kwartier.errors import KwartierError


class ServedAlreadyError(KwartierError):
    """Another service runs on this store."""


@contextmanager
def alone_on(store: Path) -> Iterator[None]:
    """Hold ``<store>.serve`` until the block ends, or the process does, however it does.

    Raises :class:`ServedAlreadyError` naming the process that holds it.
    """
    path = store.absolute().with_name(store.name + ".serve")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise KwartierError(
            f"cannot open {path} ({error.strerror}): check that the folder exists and that you "
            "may write in it"
        ) from error
    try:
        try:
            portalocker.lock(descriptor, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except portalocker.LockException as error:
            raise ServedAlreadyError(
                f"`kwartier serve` runs on {store} already{_holder(descriptor)}; stop that one "
                "first, or name another store"
            ) from error
        told = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(told).encode(), 0)
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        held = json.loads(os.pread(descriptor, 1024, 0))
        return f", as process {held['pid']} since {held['since']}"
    except (ValueError, KeyError, TypeError):
        return ""
