"""Resetting a connection that the server holds, so that its peer meets a real TCP reset (RST).

ASGI knows no such thing, and the server keeps its sockets to itself. But they are this process's
own: we find the one whose peer is the client, and have the kernel break it off.
"""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_OPEN_FILES: Final = Path("/dev/fd")
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_NO_ADDRESS: Final = struct.pack("16x")
"""A ``sockaddr`` of the family AF_UNSPEC, which is 0."""


def connection_with(client: tuple[Any, ...] | None) -> socket.socket | None:
    """A duplicate of the socket whose peer is ``client`` (address and port, a number or text);
    None when this process has none, or cannot look.
    """
    wanted = [str(part) for part in (client or ())[:2]]
    for connection in _sockets():
        with suppress(OSError):
            if [str(part) for part in connection.getpeername()[:2]] == wanted:
                return connection
        connection.close()
    return None


def reset(connection: socket.socket) -> None:
    """Break the connection off, and close this duplicate of it.

    Linux sends the reset at once when a connected socket is connected to no address. Elsewhere
    the end of the reading side makes the server close the connection, which then is a reset; a
    server that encrypts says goodbye first.
    """
    with connection, suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        if ctypes.CDLL(None).connect(connection.fileno(), _NO_ADDRESS, len(_NO_ADDRESS)) != 0:
            connection.shutdown(socket.SHUT_RD)


def _sockets() -> Iterator[socket.socket]:
    """Duplicates of all sockets of this process; whoever takes one closes it."""
    for number in _open_files():
        with suppress(OSError):
            own = os.dup(number)
            if stat.S_ISSOCK(os.fstat(own).st_mode):
                yield socket.socket(fileno=own)
            else:
                os.close(own)


def _open_files() -> list[int]:
    try:
        return [int(file.name) for file in _OPEN_FILES.iterdir()]
    except OSError:
        return []
