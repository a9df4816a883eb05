"""Resetting a connection that the server holds, so that its peer meets a real TCP reset (RST).

ASGI knows no such thing, and the server keeps its sockets to itself. But they are this process's
own: we find the one whose peer is the client, tell the kernel to reset instead of closing, and
end its reading side, upon which the server closes it.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from starlette.types import Receive

_OPEN_FILES: Final = Path("/dev/fd")
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


async def reset_connection(client: tuple[Any, ...] | None, receive: Receive) -> bool:
    """Reset the connection with ``client`` (its address and port) and wait until it is gone.

    False when this process holds no such connection: nothing was done. With HTTP/2 all calls
    that share the connection are lost.
    """
    found = 0
    for connection in _connections_with(client or ()):
        with connection, suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            connection.shutdown(socket.SHUT_RD)
            found += 1
    if found:
        while (await receive())["type"] != "http.disconnect":
            pass
    return bool(found)


def _connections_with(client: tuple[Any, ...]) -> Iterator[socket.socket]:
    """Duplicates of the sockets whose peer is ``client``; the ports may be numbers or text."""
    wanted = [str(part) for part in client[:2]]
    for name in _open_files():
        with suppress(OSError):
            connection = _as_socket(int(name))
            if connection is None:
                continue
            try:
                peer = connection.getpeername()
            except OSError:
                connection.close()
                continue
            if [str(part) for part in peer[:2]] == wanted:
                yield connection
            else:
                connection.close()


def _open_files() -> list[str]:
    try:
        return [file.name for file in _OPEN_FILES.iterdir()]
    except OSError:
        return []


def _as_socket(number: int) -> socket.socket | None:
    own = os.dup(number)
    if stat.S_ISSOCK(os.fstat(own).st_mode):
        return socket.socket(fileno=own)
    os.close(own)
    return None
