"""Where the emulator listens."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Final

from kwartier.emulator.state_file import reason
from kwartier.errors import KwartierError

BACKLOG: Final = 512


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to ``port`` (0: a free one); :class:`KwartierError` if that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise KwartierError(
            f"the emulator cannot listen on {host} port {port} ({reason(error)}); "
            "choose another with --port (0 takes a free one) or --host"
        ) from error
    # What it accepts inherits this: without it, a reply's body waits for the client's next ACK,
    # which on a connection that is kept open takes 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


def url_of(host: str, listener: socket.socket, *, tls: bool) -> str:
    """The origin that is reached through ``listener``."""
    scheme, name = "https" if tls else "http", f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{listener.getsockname()[1]}"


def is_open_to_others(listener: socket.socket) -> bool:
    """Whether more than this machine alone may reach it."""
    return not ip_address(listener.getsockname()[0]).is_loopback
