"""What systemd is told: that the service serves, and that it lives for as long as it does."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwartier.serve import supervised

HEARD_WITHIN = 10.0


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket that systemd listens on, in the folder of the test."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(HEARD_WITHIN)
        yield listener


def told(listener: socket.socket, number: int, variables: dict[str, str]) -> list[bytes]:
    """The first ``number`` messages, heard in a thread while the service lives."""

    async def live() -> list[bytes]:
        async with supervised(variables):
            return [await asyncio.to_thread(listener.recv, 100) for _ in range(number)]

    return asyncio.run(live())


def test_it_says_that_it_is_ready_and_then_that_it_lives(systemd: socket.socket) -> None:
    asked = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "30000"}
    heard = told(systemd, 4, asked | {"WATCHDOG_PID": str(os.getpid())})
    assert heard == [b"READY=1", *[b"WATCHDOG=1"] * 3]


@pytest.mark.parametrize(
    "more", [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "30000", "WATCHDOG_PID": "1"}]
)
def test_nobody_waits_for_signs_of_life(systemd: socket.socket, more: dict[str, str]) -> None:
    assert told(systemd, 1, {"NOTIFY_SOCKET": systemd.getsockname(), **more}) == [b"READY=1"]
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)


def test_a_socket_without_a_file_is_found() -> None:
    name = f"kwartier-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        listener.settimeout(HEARD_WITHIN)
        assert told(listener, 1, {"NOTIFY_SOCKET": f"@{name}"}) == [b"READY=1"]


@pytest.mark.parametrize("variables", [{}, {"NOTIFY_SOCKET": "/nobody/listens"}])
def test_without_systemd_it_runs_as_well(variables: dict[str, str]) -> None:
    async def live() -> bool:
        async with supervised(variables):
            return True

    assert asyncio.run(live())
