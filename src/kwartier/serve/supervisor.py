"""Telling systemd that the service serves, and again and again that it lives (sd_notify(3)).

Its event loop tells so: one that hangs falls silent, and systemd starts the service anew. Without
systemd nobody is told anything.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

_READY: Final = b"READY=1"
_ALIVE: Final = b"WATCHDOG=1"
_MICROSECONDS: Final = 1_000_000


@asynccontextmanager
async def supervised(variables: Mapping[str, str]) -> AsyncIterator[None]:
    """Tell whoever ``variables`` name (NOTIFY_SOCKET, WATCHDOG_USEC) that all is ready as the block
    begins, and that it lives while the block lasts.
    """
    address = variables.get("NOTIFY_SOCKET")
    if address is None:
        yield
        return
    _tell(address, _READY)
    living = asyncio.create_task(_live(address, _pause(variables)))
    try:
        yield
    finally:
        living.cancel()
        await asyncio.wait({living})


async def _live(address: str, seconds: float | None) -> None:
    while seconds is not None:
        _tell(address, _ALIVE)
        await asyncio.sleep(seconds)


def _pause(variables: Mapping[str, str]) -> float | None:
    """A third of the time after which silence counts as death; None: nobody listens for it."""
    told, whose = variables.get("WATCHDOG_USEC", ""), variables.get("WATCHDOG_PID")
    if not told.isdecimal() or int(told) == 0 or whose not in (None, str(os.getpid())):
        return None
    return int(told) / _MICROSECONDS / 3


def _tell(address: str, what: bytes) -> None:
    where = f"\0{address[1:]}" if address.startswith("@") else address
    # It may be gone, or full: what is not heard now is told again, or missed by whoever waits.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.setblocking(False)
        speaker.sendto(what, where)
