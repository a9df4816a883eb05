"""Events as JSON lines: at the end of a file, or on standard output."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kwartier.errors import KwartierError
from kwartier.events.message import Event
from kwartier.store import Attempt, Store

STANDARD_OUTPUT: Final = "-"


class EventFileError(KwartierError):
    """Events cannot be written to the file; they stay in the outbox."""


def append_events(store: Store, events: Sequence[Event], target: str, *, now: datetime) -> int:
    """Write those of ``events`` that ``target`` does not have yet, one a line; return how many.

    ``events`` are all there are; ``target`` is a file's name, or ``-`` for standard output;
    ``now`` is the real time. The lines are on the disk before the store notes that they were
    taken. The file may be moved away at any time: the next event begins a new one.
    """
    sink = sink_of(target)
    wanted = {one.entry.entry_id for one in store.outstanding(sink)}
    told = [event for event in events if event.entry.entry_id in wanted]
    if not told:
        return 0
    _write(target, b"".join(event.as_json() + b"\n" for event in told))
    taken = [Attempt(entry_id=e.entry.entry_id, attempts=1, tried_at=now) for e in told]
    store.note_attempts(sink, taken)
    return len(told)


def sink_of(target: str) -> str:
    """A name for ``target`` that tells nothing of where it lies."""
    if target == STANDARD_OUTPUT:
        return "standard output"
    place = str(Path(target).absolute()).encode()
    return "file:" + hashlib.blake2b(place, digest_size=8).hexdigest()


def _write(target: str, lines: bytes) -> None:
    if target == STANDARD_OUTPUT:
        sys.stdout.write(lines.decode())
        sys.stdout.flush()
        return
    path = Path(target)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(_end_of_torn_line(path) + lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise EventFileError(
            f"--events: {path} cannot be written ({error.strerror}); the events are kept in the "
            "store and come with the next run"
        ) from error


def _end_of_torn_line(path: Path) -> bytes:
    """What ends the last line if a crash cut it short, so that only that line is lost."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"
