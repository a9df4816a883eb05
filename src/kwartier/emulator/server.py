"""The emulator on a port, until a signal ends it."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvloop
from granian._granian import SocketHolder
from granian.constants import Interfaces, SSLProtocols
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from kwartier.emulator.app import create_app
from kwartier.emulator.clock import Clock
from kwartier.emulator.entra.key_files import HttpsFiles, KeyFiles, folder_beside, write_key_files
from kwartier.emulator.faults import CallsTo
from kwartier.emulator.greeting import greeting
from kwartier.emulator.listening import BACKLOG, is_open_to_others, listen, url_of
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.registrations import environment
from kwartier.emulator.scenario import Scenario
from kwartier.emulator.state_file import cannot_be_written, replace_file
from kwartier.emulator.world import World

_CONNECTIONS = 1_000  # at once; one more would wait until an idle one ends, half a minute later
_STOP_TIMEOUT = 10.0
_LET_GO = 0.05


def run_emulator(
    *,
    host: str = "127.0.0.1",
    port: int = 8600,
    clock: datetime | None = None,
    speed: float = 1.0,
    seed: int = 1,
    env_file: Path | None = None,
    state: Path | None = None,
    error_casing: ErrorCasing = ErrorCasing.PASCAL,
    v3_installation: bool = False,
    tls: bool = False,
    faults: Sequence[CallsTo] = (),
    scenario: Scenario | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve an emulated world until SIGINT or SIGTERM.

    ``clock`` None starts at the real time; ``port`` 0 takes a free one. ``announce`` is told
    the address and the like, line by line, once connections are taken and signals are heeded; by
    then ``env_file`` is there too. It is written in one move, and again whenever the clock is set.
    The certificates and keys that it names are in a folder beside it. ``tls`` serves https, by a
    certificate of the emulator's own authority; ``faults`` befall calls from the beginning.
    ``scenario`` is begun, and stands where ``clock`` says, or else at its start.
    Raises :class:`KwartierError` when the port is taken or a file cannot be read or written.
    """
    listener = listen(host, port)
    url = url_of(host, listener, tls=tls)
    is_open = is_open_to_others(listener)
    try:
        world = World(
            clock=Clock(clock, speed=speed),
            seed=seed,
            state=state,
            error_casing=error_casing,
            v3_installation=v3_installation,
        )
        world.faults.set(faults)
        if scenario is not None:
            world.begin(scenario)
            if clock is not None:
                world.clock.set(clock)
        with _key_files(env_file, host=host, tls=tls) as files:

            def write_env_file() -> None:
                if env_file is not None:
                    told = environment(url, world.clock.time, files.environment())
                    replace_file(env_file, _env_lines(told))

            def begin() -> None:
                told = greeting(url, world, is_open=is_open, env_file=env_file, files=files)
                for line in told:
                    announce(line)

            write_env_file()
            server = _SocketServer(create_app(world, write_env_file), listener, files.https)
            _collect_seldom()
            uvloop.run(_serve_until_signalled(server, begin))
    finally:
        listener.close()


class _SocketServer(Server):
    """Granian on a socket that is bound already, so that a free port is surely ours."""

    def __init__(self, app: ASGIApp, listener: socket.socket, https: HttpsFiles | None) -> None:
        async def serving(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, send)

        super().__init__(
            serving,
            interface=Interfaces.ASGINL,
            websockets=False,
            log_enabled=False,
            backpressure=_CONNECTIONS,
            ssl_cert=https.certificate if https else None,
            ssl_key=https.private_key if https else None,
            ssl_protocol_min=SSLProtocols.tls12,
        )
        self._listener = listener
        self._serving = weakref.ref(serving)

    async def run(self) -> None:
        """Serve until :meth:`stop`, and return once Granian's threads have let go of Python.

        They do so a little after ``serve`` returns, the last of them unseen by us, and a process
        that ends under them is aborted. They need nothing but our being idle.
        """
        await self.serve()
        self.target = ""
        patience = time.monotonic() + _STOP_TIMEOUT
        while self._serving() is not None and time.monotonic() < patience:
            await asyncio.sleep(0.001)
        await asyncio.sleep(_LET_GO)

    def _init_shared_socket(self) -> None:
        holder: Any = SocketHolder  # its stub leaves the constructor out
        self._shd = holder(self._listener.detach(), False, BACKLOG)


@contextmanager
def _key_files(env_file: Path | None, *, host: str, tls: bool) -> Iterator[KeyFiles]:
    """The files beside ``env_file``; without it, ones that go when the emulator does."""
    if env_file is None:
        with tempfile.TemporaryDirectory(prefix="kwartier-emulator-") as passing:
            yield write_key_files(Path(passing), host=host, tls=tls)
        return
    folder = folder_beside(env_file)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise cannot_be_written(env_file, error) from error
    yield write_key_files(folder, host=host, tls=tls)


def _collect_seldom() -> None:
    """Replies are made of thousands of objects and leave no cycles: looking for some each time
    would take a tenth of the server's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def _serve_until_signalled(server: _SocketServer, announce: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    announce()
    await server.run()


def _env_lines(variables: dict[str, str]) -> bytes:
    return "".join(f"{name}={value}\n" for name, value in variables.items()).encode()
